"""The databases that tests start from: made once for the code as it stands, and copied from then on.

“facts” has the official facts and an account for each tenant and role, “year” the demonstration year besides. Each
process that runs tests has a copy of the facts; a test that commits spoils it, so it is put back right after it.
`python -m tests.databases` makes both (with DJANGO_SETTINGS_MODULE=tests.settings).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from weakref import WeakSet

import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

KINDS = ("facts", "year")
STORE = Path(settings.BASE_DIR) / "var" / "test-databases"
SOURCES = ("portal", "targets", "reporting", "fixtures", "tests/beginnings.py", "tests/walls.py")
KEPT = 6  # states of the code, each of the two databases for itself


# What the tests' own thread is connected by: one connection as a rule, and another one while a browser is driven, as the
# loop of events that drives it has a context of its own.
_open: WeakSet[BaseDatabaseWrapper] = WeakSet()
_begun: dict[str, str] = {}  # of each kind: the module that its copy was made for


# --- what a process of the tests does with them


@contextmanager
def copies() -> Iterator[None]:
    """Connections are to copies of this process's own, as the application's role."""
    from . import walls

    teardown, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, _put_back
    connection_created.connect(_remember)
    with walls.as_application():
        yield
    connection_created.disconnect(_remember)
    TransactionTestCase._fixture_teardown = teardown
    for kind in KINDS:
        _drop(_own(kind))


def connect_to(kind: str, module: str) -> None:
    """From now on the default connection is to this process's copy of that kind. Each test leaves it as it was; a module
    begins with a fresh copy all the same, so that what one of them left can mislead no other."""
    begins = _begun.get(kind) != module
    if connection.settings_dict["NAME"] != _own(kind):
        _name(_own(kind))
    elif not begins:
        return
    _begun[kind] = module
    if begins or not _has(_own(kind)):
        put(kind)


def give_away(kind: str, file: Path, files: Path) -> None:
    """A copy of the database and its files for an office of the test's own. SQLite alone."""
    _copy(_made(kind), str(file))
    if kind == "year":
        shutil.copytree(_folder() / "files", files)


def put(kind: str) -> None:
    """The database that is connected to becomes a fresh copy, whatever was in it."""
    name, made = connection.settings_dict["NAME"], _made(kind)
    _close()
    _copy(made, name)
    if kind == "year":
        _copy_files()


def _put_back(_test: TransactionTestCase) -> None:
    """Instead of emptying every table after a test that commits."""
    put(next(kind for kind in KINDS if connection.settings_dict["NAME"] == _own(kind)))


def _remember(connection: BaseDatabaseWrapper, **_about: object) -> None:
    if threading.current_thread() is threading.main_thread():
        _open.add(connection)


def _close() -> None:
    for each in [connection, *_open]:
        each.close()


def _name(name: str) -> None:
    assert not connection.in_atomic_block
    _close()
    connection.settings_dict["NAME"] = name


def _copy_files() -> None:
    if (found := _folder() / "files").is_dir():
        shutil.copytree(found, settings.MEDIA_ROOT, dirs_exist_ok=True)


def _own(kind: str) -> str:
    if connection.vendor == "sqlite":
        return str(settings.DATA_DIR / f"test_{kind}.sqlite3")
    return f"test_{kind}_{os.getpid()}"


# --- how they are made


def _made(kind: str) -> str:
    """The name of the original, made first where there is none: by one process while the others wait."""
    name = _original(kind)
    if _has(name):
        return name
    with (_folder() / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _has(name):
            command = [sys.executable, "-m", "tests.databases", *KINDS[: KINDS.index(kind) + 1]]
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
            subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
    return name


def _make(kind: str) -> None:
    """Under another name until it is whole."""
    from . import beginnings, walls

    unfinished = _original(f"unfinished_{kind}")
    _name(unfinished)
    settings.MEDIA_ROOT = _folder() / "files"
    _drop(unfinished)
    if kind == "facts":
        _create(unfinished)
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        walls.make_application_role()
    else:
        _copy(_original("facts"), unfinished)
    with walls.as_application(), transaction.atomic():
        getattr(beginnings, kind)()
    connection.close()
    _rename(unfinished, _original(kind))


def _original(kind: str) -> str:
    if connection.vendor == "sqlite":
        return str(_folder() / f"{kind}.sqlite3")
    return f"original_{kind}_{_state()}"


@cache
def _folder() -> Path:
    """Of this state of the code. The oldest others go."""
    folder = STORE / _state()
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    for old in sorted(STORE.iterdir(), key=lambda each: each.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


@cache
def _state() -> str:
    """A digest of everything that may decide what is in them.

    Who works on what decides nothing of that keeps the databases by a name of one's own: PORTAL_TEST_DATABASES=mine."""
    if named := os.environ.get("PORTAL_TEST_DATABASES"):
        return named
    digest = hashlib.sha256(f"{django.VERSION} {connection.vendor}".encode())
    root = Path(settings.BASE_DIR)
    for source in SOURCES:
        for path in sorted([root / source, *(root / source).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


# --- one database: a file, or one of the server's


def _has(name: str) -> bool:
    if connection.vendor == "sqlite":
        return Path(name).exists()
    with _server() as execute:
        return bool(execute("SELECT 1 FROM pg_database WHERE datname = %s", name))


def _create(name: str) -> None:
    if connection.vendor == "postgresql":
        with _server() as execute:
            execute(f'CREATE DATABASE "{name}"')


def _copy(source: str, target: str) -> None:
    """Over what is there: whoever is connected to a file sees the change, to a server's database is thrown out."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copied:
            original.backup(copied)
        return
    with _server() as execute:
        _drop_from(execute, target)
        execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _rename(name: str, new: str) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as made:
            made.execute("PRAGMA journal_mode=DELETE")  # all of it is in one file
        Path(name).rename(new)
        return
    with _server() as execute:
        execute(f'ALTER DATABASE "{name}" RENAME TO "{new}"')


def _drop(name: str) -> None:
    _close()
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)
        return
    with _server() as execute:
        _drop_from(execute, name)


def _drop_from(execute: Callable, name: str) -> None:
    """Whoever is connected is thrown out; the server's own cleaner, which only its owner may end, is waited for."""
    for attempt in range(40):
        try:
            execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg2.errors.InsufficientPrivilege:
            if attempt == 39:
                raise
            time.sleep(0.25)
        else:
            return


@contextmanager
def _server() -> Iterator:
    """`execute(statement, *values)` on the server, as the owner and beside any transaction: the rows, if any."""
    given = {**connection.get_connection_params(), "dbname": "postgres", "options": ""}
    given.pop("cursor_factory", None)
    with closing(psycopg2.connect(**given)) as session:
        session.autocommit = True
        with session.cursor() as cursor:

            def execute(statement: str, *values: object) -> list[tuple]:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

            yield execute


if __name__ == "__main__":
    django.setup()
    for each in sys.argv[1:]:  # in a process of its own, while the one that started it holds the lock
        if not _has(_original(each)):
            _make(each)
    for each in () if sys.argv[1:] else KINDS:
        _made(each)
