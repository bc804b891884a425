"""script/server as an office runs it: what ends is started again, and the pages are there meanwhile."""

import os
import signal
import socket
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from .. import databases
from ..live import wait_for

pytestmark = [
    pytest.mark.worker,
    pytest.mark.one_database("sqlite"),
    pytest.mark.slow("starts everything that an office runs"),
]


@pytest.fixture
def office(tmp_path, django_db_setup):
    """An office's own data folder, with the facts, and everything running."""
    databases.give_away("facts", tmp_path / "portal.sqlite3", tmp_path / "files")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PORTAL_", "DJANGO_", "CELERY_"))
    }
    own = {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_PORT": str(port),
        "PORTAL_DEMO": "0",
        "PORTAL_HTTPS": "0",
    }
    with (tmp_path / "said").open("wb") as said:
        command = [Path(settings.BASE_DIR) / "script" / "server"]
        running = subprocess.Popen(command, env=kept | own, stdout=said, stderr=said, start_new_session=True)
    office = Office(tmp_path, port, running)
    wait_for("everything to run", lambda: "已启动" in office.said() or running.poll() is not None)
    yield office
    running.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        running.wait(30)
    running.kill()


class Office:
    def __init__(self, folder: Path, port: int, running: subprocess.Popen):
        self.folder, self.port, self.running = folder, port, running

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def pid(self, part: str) -> int | None:
        """Of the one process of the office that was started with these words."""
        children = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        for each in children:
            with suppress(OSError):
                if part in Path(f"/proc/{each}/cmdline").read_text().replace("\0", " "):
                    return int(each)
        return None

    def answers(self) -> bool:
        with suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20).status == 200
        return False


PARTS = {"broker": "valkey-server", "worker": " worker ", "beat": " beat ", "web": "portal.serve"}


def test_what_was_killed_is_started_again(office):
    assert office.running.poll() is None, office.said()
    for name, words in PARTS.items():
        before = office.pid(words)
        assert before, name
        os.kill(before, signal.SIGKILL)
        wait_for(
            f"another {name}", lambda words=words, before=before: office.pid(words) not in (None, before)
        )
        assert name == "web" or office.answers()
        assert f"{name} 意外退出（第 1 次）" in office.said()
    wait_for("the web", office.answers)
    assert office.running.poll() is None


def test_a_web_process_that_ends_is_replaced(office):
    parent = office.pid("portal.serve")
    children = Path(f"/proc/{parent}/task/{parent}/children")
    first, *others = children.read_text().split()
    os.kill(int(first), signal.SIGKILL)
    wait_for("two of them", lambda: len(set(children.read_text().split()) - {first}) == len(others) + 1)
    assert office.answers()
    assert office.pid("portal.serve") == parent
