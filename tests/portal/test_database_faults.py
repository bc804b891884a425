"""The operator meets a database that takes nothing: a sentence that says what to do, and no traceback."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, ProgrammingError

from portal import database_faults

from .. import databases

pytestmark = pytest.mark.one_database("sqlite")


def manage(folder, *command, **given: str) -> subprocess.CompletedProcess:
    own = {"PORTAL_DATA_DIR": str(folder), "PORTAL_DEMO": "0", "DATABASE_URL": ""}
    own |= {"DJANGO_SETTINGS_MODULE": "portal.settings"} | given
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | own,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "command", ["prepare", "verify_history", "targets --programme taizhou --year 2021", "backup x.tar.gz"]
)
def test_a_damaged_file_is_told_with_the_way_to_restore(tmp_path, django_db_setup, command):
    file = tmp_path / "portal.sqlite3"
    databases.give_away("facts", file, tmp_path / "files")
    content = bytearray(file.read_bytes())
    content[100:40_000] = b"\xa5" * 39_900
    file.write_bytes(content)
    ended = manage(tmp_path, *command.split())
    assert ended.returncode == 1
    assert "script/restore" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert file.read_bytes() == content


def test_a_file_that_is_no_database_is_told_too(tmp_path):
    (tmp_path / "portal.sqlite3").write_text("something else entirely " * 100)
    ended = manage(tmp_path, "prepare")
    assert (ended.returncode, "script/restore" in ended.stderr, "Traceback" in ended.stderr) == (
        1,
        True,
        False,
    )


def test_a_server_that_is_not_there_is_told(tmp_path):
    ended = manage(tmp_path, "verify_history", DATABASE_URL="postgres://nobody@127.0.0.1:1/portal")
    assert ended.returncode == 1
    assert "DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (OperationalError("database is locked"), "busy"),
        (OperationalError("canceling statement due to statement timeout"), "busy"),
        (OperationalError("database or disk is full"), "full"),
        (OSError(28, "No space left on device"), "full"),
        (OperationalError("could not extend file: No space left on device"), "full"),
        (DatabaseError("database disk image is malformed"), "damaged"),
        (OperationalError("server closed the connection unexpectedly"), "gone"),
        (OperationalError("no such table: portal_user"), None),
        (ProgrammingError("tenant scope not set"), None),
        (OSError(2, "No such file"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_faults_of_ours_are_not_taken_for_it(fault, kind):
    assert database_faults.kind_of(fault) == kind
