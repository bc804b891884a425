"""A copy of everything that is kept: the database as at one moment, and the files, in one archive.

On PostgreSQL only a role that row-level security does not bind can make one. Any other would stop half way, or, with
`pg_dump --enable-row-security`, leave tables empty and report success.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

DATABASE, FILES, MANIFEST = "database", "files", "manifest.json"


class Unusable(Exception):
    """The role, the archive or the place to restore to will not do; the sentence says why."""


# --- the database


@contextmanager
def copied(target: Path) -> Iterator[None]:
    """Write the database to `target`. Within the block queries read the very moment that was written."""
    with _copied_file(target) if connection.vendor == "sqlite" else _dumped(target):
        yield


@contextmanager
def _dumped(target: Path) -> Iterator[None]:
    if not bypasses_policies():
        raise Unusable(
            _("The role “%(name)s” has no BYPASSRLS: its backup could lack rows without a word.")
            % {"name": connection.settings_dict["USER"]}
        )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        _postgresql("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        yield


@contextmanager
def _copied_file(target: Path) -> Iterator[None]:
    """SQLite's own way to copy a file that is in use. The copy is what is read from then on: it has to be readable."""
    connection.ensure_connection()
    with sqlite3.connect(target) as copy:
        connection.connection.backup(copy)
    copy.close()
    source = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(target)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            (verdict,) = cursor.fetchone()
        if verdict != "ok":
            raise Unusable(_("The database is damaged: %(verdict)s") % {"verdict": verdict})
        yield
        with connection.cursor() as cursor:  # one file again, whatever the copy was opened with
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = source


def bypasses_policies() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def restore_database(dump: Path) -> None:
    """Into an empty database only: nothing that is there is ever overwritten."""
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        if target.exists():
            raise Unusable(_("%(name)s is there already. Restore into an empty place.") % {"name": target})
        shutil.copyfile(dump, target.with_suffix(".restoring"))
        target.with_suffix(".restoring").replace(target)
        return
    if connection.introspection.table_names():
        raise Unusable(
            _("The database “%(name)s” is not empty.") % {"name": connection.settings_dict["NAME"]}
        )
    name = connection.settings_dict["NAME"]
    connection.close()
    _postgresql(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={name}", str(dump)
    )


def _postgresql(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on this connection's database. The password is in no list of processes."""
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
    }
    names |= {name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")}
    given = connection.get_connection_params()
    address = {names[key]: str(value) for key, value in given.items() if key in names and value}
    done = subprocess.run(  # noqa: S603 -- our own arguments
        [_program(program), *arguments], env={**os.environ, **address}, capture_output=True, text=True
    )
    if done.returncode:
        raise Unusable(f"{program}: {done.stderr.strip()}")


def _program(name: str) -> str:
    """From the path, else Debian's newest: a client older than the server refuses to work."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise Unusable(_("%(name)s is not installed on this machine.") % {"name": name})
    return path


# --- the files


def file_digests(folder: Path) -> dict[str, str]:
    """{path below the folder: SHA-256}."""
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the archive


def pack(archive: Path, members: dict[str, Path]) -> None:
    """Write the members to a file that appears only when it is complete, and that nobody else may read."""
    partial = archive.with_name(archive.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as tar:
            for name, path in members.items():
                tar.add(path, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(archive)


def unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                _extract(tar, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Unusable(
            _("%(name)s is not a whole backup: %(error)s") % {"name": archive, "error": error}
        ) from error


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file below the folder, and nothing else. (The library's own filter came with Python 3.11.4.)"""
    target = (folder / member.name).resolve()
    source = tar.extractfile(member) if member.isfile() else None
    if source is None or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def restore_files(folder: Path) -> None:
    target = Path(settings.MEDIA_ROOT)
    if target.exists() and any(target.iterdir()):
        raise Unusable(_("%(name)s is there already. Restore into an empty place.") % {"name": target})
    if folder.exists():
        shutil.copytree(folder, target, dirs_exist_ok=True)
