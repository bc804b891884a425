"""Virus scanners for the tests: ClamAV's own clamd where the machine has one, and a small server that speaks as it does.

The small one answers from a real socket, and can be told to misbehave: what a real one does only on a bad day.
"""

import os
import shutil
import socket
import socketserver
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import files

CLAMD = (
    os.environ.get("PORTAL_TEST_CLAMD") or shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
)


class Speaker(socketserver.BaseRequestHandler):
    """`nINSTREAM`, `nVERSION`, `nPING`, as `man clamd` has them."""

    def handle(self) -> None:
        command = self._line()
        if self.server.mood == "closes":
            return
        if self.server.mood == "hangs":
            self.server.released.wait(30)
            return
        answer = (
            self._scanned() if command == b"nINSTREAM" else b"ClamAV 1.4.6/27000/Mon Mar 21 08:00:00 2022"
        )
        if self.server.mood == "speaks nonsense":
            answer = b"\x00\xff\xfe what?"
        self.request.sendall(answer + b"\n")

    def _line(self) -> bytes:
        found = b""
        while not found.endswith(b"\n"):
            found += self.request.recv(1)
        return found.strip()

    def _exactly(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            piece = self.request.recv(length - len(found))
            if not piece:
                raise ConnectionError
            found += piece
        return found

    def _scanned(self) -> bytes:
        content = b""
        while size := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(size)
            if len(content) > self.server.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.seen.append(content)
        if self.server.mood == "cannot":
            return b"stream: Can't allocate memory ERROR"
        return b"stream: Eicar-Signature FOUND" if files.EICAR in content else b"stream: OK"


@contextmanager
def small_clamd(
    mood: str = "well", limit: int = 25 * 1024 * 1024
) -> Iterator[socketserver.ThreadingTCPServer]:
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaker) as server:
        server.daemon_threads, server.block_on_close = True, False
        server.mood, server.limit, server.seen, server.released = mood, limit, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()


@contextmanager
def real_clamd(folder: Path) -> Iterator[str]:
    """Its address. One signature is enough: that of the test file that every scanner knows."""
    (folder / "signatures").mkdir(parents=True)
    (folder / "signatures" / "test.ndb").write_text(f"Eicar-Test:0:*:{files.EICAR.hex()}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "TCPSocket": port,
        "TCPAddr": "127.0.0.1",
        "DatabaseDirectory": folder / "signatures",
        "LogFile": folder / "log",
        "Foreground": "yes",
        "TemporaryDirectory": folder,
    }
    (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    with (folder / "output").open("wb") as output:
        running = subprocess.Popen(
            [CLAMD, f"--config-file={folder / 'clamd.conf'}"], stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(port, running, folder / "output")
            yield f"tcp://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(20)


def _wait_for(port: int, running: subprocess.Popen, output: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert running.poll() is None, output.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"clamd did not start: {output.read_text()}")


def unused_address() -> str:
    """Where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"
