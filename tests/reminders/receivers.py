"""What stands at the other end of a reminder in a test: a group's robot that checks what the official one checks, and a mail server."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

SECRET, TOKEN = "SECdemo0123456789", "demo-token"
HOUR = 3600
WECOM = "/cgi-bin/webhook/send"


@dataclass
class Robot:
    """A robot with 加签: it refuses what the official one refuses. `answers`: what it says instead, one call each:
    an errcode, “status 500”, “hang”, “redirect” or “no json”."""

    answers: list = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    calls: int = 0

    def __post_init__(self):
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                robot.answer(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        self.webhook = f"{self.origin}/robot/send?access_token={TOKEN}"
        self.wecom = f"{self.origin}{WECOM}?key={TOKEN}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.calls += 1
        body = request.rfile.read(int(request.headers["Content-Length"]))
        planned = self.answers.pop(0) if self.answers else self.judged(request.path, body)
        if planned == "hang":
            time.sleep(3)
        status = {"status 500": 500, "redirect": 302}.get(planned, 200)
        code = planned if isinstance(planned, int) else 0
        said = b"<html>" if planned == "no json" else json.dumps({"errcode": code, "errmsg": "said"}).encode()
        request.send_response(status)
        if planned == "redirect":
            request.send_header("Location", f"{self.origin}/elsewhere")
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def judged(self, path: str, body: bytes) -> int:
        """As the robot's documentation says, worked out here by itself."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(path).query).items()}
        if urlsplit(path).path == WECOM:
            return self.judged_by_wecom(asked, json.loads(body))
        stamp = asked.get("timestamp", "0")
        key = base64.b64encode(hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256))
        if asked.get("sign") != key.decode() or abs(time.time() - int(stamp) / 1000) > HOUR:
            return 310000
        if asked.get("access_token") != TOKEN:
            return 400101
        content = json.loads(body)
        assert content["msgtype"] == "text"
        self.texts.append(content["text"]["content"])
        return 0

    def judged_by_wecom(self, asked: dict[str, str], content: dict) -> int:
        """Of 企业微信: a key, no signature, 2,048 bytes at most, and nothing that it does not know."""
        if asked != {"key": TOKEN}:
            return 93000
        text = content["text"]["content"]
        if content.keys() != {"msgtype", "text"} or len(text.encode()) > 2048:
            return 40058
        self.texts.append(text)
        return 0

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Post:
    """A mail server. `refusals`: what it answers instead of taking a message, one each."""

    def __init__(self):
        self.messages: list[Message] = []
        self.refusals: list[str] = []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        self.controller: Controller | None = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.messages[-1]["X-Rcpt"] = ",".join(envelope.rcpt_tos)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        return sorted(message["X-Rcpt"] for message in self.messages)

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
        self.controller = None
