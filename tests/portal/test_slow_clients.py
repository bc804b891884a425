"""Whoever is slow, or says nothing, holds up nobody else: the web server as it runs, over sockets."""

import socket
import statistics
import threading
import time
import urllib.request
from contextlib import ExitStack

import pytest

from ..live import Server

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.django_db(transaction=True)]

HALF_OPEN, SLOW_FORMS, ASKED = 200, 16, 40
HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    server.stop()


def seconds_of_an_answer(address: str) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(address, timeout=30) as answer:
        assert answer.status == 200
    return time.monotonic() - began


def test_others_are_answered_beside_two_hundred_half_open_connections_and_sixteen_slow_forms(server):
    port = int(server.url.rpartition(":")[2])
    alone = [seconds_of_an_answer(f"{server.url}/sign-in/") for _each in range(ASKED)]
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        while not ended.wait(0.2):
            connection.send(b"a")

    with ExitStack() as open_:
        for place in range(HALF_OPEN):
            connection = open_.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.send(b"GET / HTTP/1.1\r\nHost: local" if place % 2 else b"")
        for _each in range(SLOW_FORMS):
            connection = open_.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.send(HEAD)
            threading.Thread(target=drip, args=(connection,), daemon=True).start()
        beside = [seconds_of_an_answer(f"{server.url}/sign-in/") for _each in range(ASKED)]
        ended.set()
    assert statistics.quantiles(beside, n=20)[-1] < 1, (statistics.median(alone), beside)
