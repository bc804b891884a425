"""script/server as an office runs it: what ends is started again, and the pages are there meanwhile."""

import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

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
def small_disk(tmp_path):
    """The test's folder is a disk of its own, of 60 megabytes."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", tmp_path]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("takes a disk of its own, which not everybody may mount")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


@pytest.fixture
def office(tmp_path, request, django_db_setup):
    """An office's own data folder, with the facts, and everything running."""
    if "small_disk" in request.fixturenames:
        request.getfixturevalue("small_disk")
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
    told = tmp_path.with_suffix(".said")  # not on the disk that is full
    with told.open("wb") as said:
        command = [Path(settings.BASE_DIR) / "script" / "server"]
        running = subprocess.Popen(command, env=kept | own, stdout=said, stderr=said, start_new_session=True)
    office = Office(told, port, running)
    wait_for("everything to run", lambda: "已启动" in office.said() or running.poll() is not None)
    yield office
    running.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        running.wait(30)
    running.kill()


class Office:
    def __init__(self, told: Path, port: int, running: subprocess.Popen):
        self.log, self.port, self.running = told, port, running

    def said(self) -> str:
        return self.log.read_text()

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

    def sign_in(self) -> tuple[int, str]:
        """Status and page after somebody has typed a name and a password: the attempt is written down."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        address = f"http://127.0.0.1:{self.port}/sign-in/"
        try:
            page = opener.open(address, timeout=30).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            form = urlencode({"csrfmiddlewaretoken": token[1], "username": "nobody", "password": "nothing"})
            answer = opener.open(address, form.encode(), timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.read().decode()


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


def test_on_a_full_disk_it_stays_up_and_goes_on_when_there_is_room(small_disk, office):
    assert office.sign_in()[0] == 422
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"0" * 4096)
            file.flush()
    status, page = office.sign_in()
    assert (status, "磁盘已满" in page) == (503, True)
    assert office.running.poll() is None
    os.kill(office.pid(PARTS["beat"]), signal.SIGKILL)
    wait_for("beat to be missed", lambda: "beat 意外退出" in office.said())
    filler.unlink()
    wait_for("somebody to sign in", lambda: office.sign_in()[0] == 422)
    wait_for("another beat", lambda: office.pid(PARTS["beat"]))
    assert office.running.poll() is None
