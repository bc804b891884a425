"""What no HTTP library sends, over a socket to the web server that production runs: refused, and it goes on serving."""

import socket
import sys
from contextlib import suppress

import pytest

from ..live import Process, wait_for

pytestmark = pytest.mark.one_database("sqlite")

# (row, the bytes, the statuses that are right; 0: the connection is closed without an answer)
RAW = [
    ("E27 two lengths", b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\na=1", {400}),
    ("E27 length and chunks", b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    ("E27 bare line feeds", b"GET /healthz HTTP/1.1\nHost: localhost\n\n", {0, 400}),
    ("E27 folded header", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n 2\r\n\r\n", {400}),
    ("E27 negative length", b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", {400}),
    ("E27 blank in a name", b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", {400}),
    ("E27 NUL in a header", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: \x00\r\n\r\n", {400}),
    ("E36 CR in a header", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: a\rb\r\n\r\n", {400}),
    ("E06 TRACE", b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", {405}),
    ("E06 CONNECT", b"CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405}),
    ("E06 lower case", b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}),
    ("E18 no host", b"GET /sign-in/ HTTP/1.1\r\n\r\n", {400}),
    ("E18 two hosts", b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", {400}),
    ("E21 announced", b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n\r\na=1", {413}),
    ("E50 header of 64 KB", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"x" * 65536 + b"\r\n\r\n", {400, 431}),
    ("E50 cookie of 9 KB", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nCookie: a=" + b"x" * 9000 + b"\r\n\r\n", {400, 431}),
    ("E50 200 headers", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n", {400, 431}),
    ("E50 address of 16 KB", b"GET /" + b"x" * 16384 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 414, 431}),
    ("E51 HTTP/0.9", b"GET /healthz\r\n\r\n", {0, 400}),
    ("E51 HTTP/1.0 without a host", b"GET /sign-in/ HTTP/1.0\r\n\r\n", {400}),
    ("E51 HTTP/3.7", b"GET /healthz HTTP/3.7\r\nHost: localhost\r\n\r\n", {400, 505}),
    ("E51 h2c", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", {200, 400}),
    ("E51 HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {0, 400, 405, 505}),
    ("E51 TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n", {0, 400}),
]  # fmt: skip
FINE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The web server as script/server starts it, on an empty database of its own."""
    folder = tmp_path_factory.mktemp("raw")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PORTAL_DATA_DIR": str(folder), "DATABASE_URL": "", "PORTAL_DEMO": "1", "PORTAL_HTTPS": "0"}
    command = f"-m portal.serve --listen 127.0.0.1:{port} --processes 1"
    process = Process([sys.executable, *command.split()], folder / "web.log", **own)
    try:
        wait_for("the web server", lambda: answer(port, FINE)[0] == 200)
        yield port
    finally:
        process.stop()


def answer(port: int, request: bytes) -> tuple[int, bytes]:
    """The status and the whole answer to some bytes; 0 where the server says nothing for two seconds, or hangs up."""
    received = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it answered before the end
            connection.sendall(request)
        while piece := connection.recv(65536):
            received += piece
            if b"Connection: close" not in received and b"\r\n\r\n" in received:
                break  # it waits for the next request
    head = received.split(b" ", 2)
    return (int(head[1]) if len(head) > 1 and head[1].isdigit() else 0), received


@pytest.mark.parametrize(("row", "request_", "statuses"), RAW, ids=[row for row, *_rest in RAW])
def test_raw_bytes_are_refused_and_the_server_goes_on(row, request_, statuses, port):
    status, received = answer(port, request_)
    assert status in statuses
    assert b"Traceback" not in received
    assert answer(port, FINE)[0] == 200
