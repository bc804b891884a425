"""The web server: `python -m portal.serve --listen 127.0.0.1:8000` (or `[::1]:8000`).

Waitress takes a whole request in before one of the threads that answer sees it, and gives a whole answer out after it:
whoever sends or reads slowly, or opens connections and says nothing, holds up nobody. Each process has one loop for all
connections and a few threads; a process that ends is started again.
"""

import argparse
import logging
import os
import signal
import socket
import sys
import time
from collections import deque
from types import FrameType
from typing import NoReturn

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server

from .wsgi import application

log = logging.getLogger(__name__)

CONNECTIONS = 1000  # a process; half-open ones cost a file descriptor each
SILENCE = 60  # seconds until a connection on which nothing moves is closed
HEADER = 8192  # bytes of a request's head; Django looks at the length of the body as soon as it is announced
HEADERS = 100
PAUSE = 1  # seconds before a process that has ended is started again
DEATHS, WITHIN = 5, 60  # so many in so many seconds: something is wrong that no new process mends


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m portal.serve", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--listen", default="127.0.0.1:8000")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    asked = parser.parse_args()
    listening = listen(asked.listen)
    children = {start(listening, asked.threads) for _each in range(asked.processes)}
    is_stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True
        for each in children:
            os.kill(each, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    deaths: deque[float] = deque(maxlen=DEATHS)
    gave_up = False
    while children:
        ended, status = os.wait()
        children.discard(ended)
        if is_stopping:
            continue
        deaths.append(time.monotonic())
        if len(deaths) == DEATHS and deaths[-1] - deaths[0] < WITHIN:
            gave_up = True
            stop(signal.SIGTERM, None)
            log.critical("web processes end again and again (status %s): given up", status)
            continue
        log.error("web process %s ended (status %s); another one is started", ended, status)
        time.sleep(PAUSE)
        children.add(start(listening, asked.threads))
    sys.exit(1 if gave_up else 0)


def listen(address: str) -> socket.socket:
    """One socket for all processes: whichever is free accepts."""
    host, port = address.rsplit(":", 1)
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    listening = socket.create_server((host.strip("[]"), int(port)), family=family, backlog=1024)
    listening.setblocking(False)
    return listening


def start(listening: socket.socket, threads: int) -> int:
    """A process of its own that answers until it is told to end; then it finishes what it is answering."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # until it has a handler of its own
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent, which tells us
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    if child:
        return child
    HTTPChannel.parser_class = StrictParser
    server = create_server(
        application,
        sockets=[listening],
        threads=threads,
        ident=None,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENCE,
        cleanup_interval=10,
        asyncore_use_poll=True,
        max_request_header_size=HEADER,
        max_request_body_size=2 * max([settings.UPLOAD_LIMIT, *settings.UPLOAD_LIMITS.values()]),
        clear_untrusted_proxy_headers=False,  # settings say whom to believe
    )
    server.run()
    sys.exit(0)


class StrictParser(HTTPRequestParser):
    """Refuses (400) what this server and one in front of it could read as different requests."""

    def parse_header(self, header_plus: bytes) -> None:
        if self.header_bytes_received >= HEADER:  # refused already: a stand-in is parsed
            return super().parse_header(header_plus)
        first, *lines = header_plus.rstrip(b"\r\n").split(b"\r\n")
        if not first.endswith((b" HTTP/1.0", b" HTTP/1.1")):
            raise ParsingError("HTTP/1.1 or HTTP/1.0")
        if len(lines) > HEADERS:
            raise ParsingError("too many headers")
        if any(line.startswith((b" ", b"\t")) for line in lines):
            raise ParsingError("a folded header")
        names = [line.split(b":", 1)[0].lower() for line in lines]
        if b"host" not in names:
            raise ParsingError("no host")
        if b"transfer-encoding" in names and b"content-length" in names:
            raise ParsingError("two lengths")
        super().parse_header(header_plus)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit


if __name__ == "__main__":
    main()
