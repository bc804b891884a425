"""The drill: the demonstration year, backed up and restored from the archive alone, is the same in everything.

Run as the operator runs it, with script/backup and script/restore, on databases of its own. On PostgreSQL that takes
a superuser to make the roles: script/test names one in PORTAL_TEST_SUPERUSER_URL.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import quote

import environ
import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from .. import databases

SUPERUSER = os.environ.get("PORTAL_TEST_SUPERUSER_URL", "")
EXPORT = b"PK\x05\x06 an export of the demonstration"


class Cluster:
    """Databases and roles on a PostgreSQL server, made for the drill and dropped after it."""

    def __init__(self, url: str):
        self.address = environ.Env.db_url_config(url)
        self.mark = f"portal_drill_{os.getpid()}"
        self.owner, self.keeper = f"{self.mark}_owner", f"{self.mark}_keeper"
        self.databases: list[str] = []

    def run(self, *statements: str, database: str = "postgres") -> None:
        given = self.address
        session = psycopg2.connect(
            user=given["USER"],
            password=given["PASSWORD"],
            dbname=database,
            host=given["HOST"] or given.get("OPTIONS", {}).get("host"),
            port=given["PORT"] or None,
        )
        session.autocommit = True
        for statement in statements:
            session.cursor().execute(statement)
        session.close()

    def make_roles(self) -> None:
        self.run(
            f"CREATE ROLE {self.owner} LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE PASSWORD 'drill'",
            f"CREATE ROLE {self.keeper} LOGIN NOSUPERUSER BYPASSRLS PASSWORD 'drill'",
            f"GRANT pg_read_all_data TO {self.keeper}",
        )

    def database(self, name: str, template: str = "template0") -> str:
        """A new database; returns its name on the server."""
        self.databases.append(f"{self.mark}_{name}")
        self.run(
            f"CREATE DATABASE {self.databases[-1]} OWNER {self.owner} TEMPLATE {template} ENCODING 'UTF8'"
        )
        return self.databases[-1]

    def url(self, role: str, database: str) -> str:
        host = self.address["HOST"] or self.address.get("OPTIONS", {}).get("host", "")
        port = f"&port={self.address['PORT']}" if self.address["PORT"] else ""
        return f"postgres://{role}:drill@/{database}?host={quote(host, safe='/')}{port}"

    def drop(self) -> None:
        self.run(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in self.databases))
        self.run(f"DROP ROLE IF EXISTS {self.owner}", f"DROP ROLE IF EXISTS {self.keeper}")


class Office:
    """A data folder and a database, and the commands of the operator in them."""

    def __init__(self, folder: Path, cluster: Cluster | None, database: str = ""):
        folder.mkdir()
        self.folder, self.cluster, self.database = folder, cluster, database
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_"))
        }
        self.environment = {**kept, "PORTAL_DEMO": "1", "PORTAL_DATA_DIR": str(folder)}
        self.environment["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        if cluster:
            self.environment["DATABASE_URL"] = cluster.url(cluster.owner, database)
            keeper = cluster.url(cluster.keeper, database)
            self.environment |= {"PORTAL_BACKUP_URL": keeper, "PORTAL_VERIFY_URL": keeper}

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        given = {**self.environment, **environment}
        return subprocess.run(
            command, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300
        )

    def manage(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        return self.run(sys.executable, "manage.py", *command, **environment)

    def verify(self) -> subprocess.CompletedProcess:
        url = {"DATABASE_URL": self.environment["PORTAL_VERIFY_URL"]} if self.cluster else {}
        return self.manage("verify_restore", str(self.folder / "restored.json"), **url)

    def execute(self, *statements: str) -> None:
        """As whoever may do anything: a superuser, or the owner of the file."""
        if self.cluster:
            self.cluster.run(*statements, database=self.database)
            return
        with sqlite3.connect(self.folder / "portal.sqlite3") as session:
            for statement in statements:
                session.execute(statement)
        session.close()


@pytest.fixture(scope="module")
def cluster():
    if connection.vendor != "postgresql":
        yield None
        return
    if not SUPERUSER:
        pytest.skip("PORTAL_TEST_SUPERUSER_URL is not set: no roles and databases for the drill")
    made = Cluster(SUPERUSER)
    try:
        made.make_roles()
    except psycopg2.errors.InsufficientPrivilege:
        pytest.skip("PORTAL_TEST_SUPERUSER_URL may not make roles")
    yield made
    made.drop()


@pytest.fixture(scope="module")
def office(tmp_path_factory, cluster) -> Office:
    """The demonstration year as it runs, with a file that somebody exported."""
    folder = tmp_path_factory.mktemp("drill")
    made = Office(folder / "office", cluster, cluster.database("office") if cluster else "")
    if not cluster:
        databases.give_away("year", made.folder / "portal.sqlite3", made.folder / "files")
    for command in ("prepare", "load_demo") if cluster else ():
        done = made.manage(command)
        assert done.returncode == 0, done.stderr
    (made.folder / "files" / "exports").mkdir(parents=True)
    (made.folder / "files" / "exports" / "one.zip").write_bytes(EXPORT)
    return made


@pytest.fixture(scope="module")
def archive(office) -> Path:
    path = office.folder / "backup.tar.gz"
    done = office.run("script/backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def elsewhere(tmp_path, cluster) -> Office:
    """An empty machine."""
    return Office(
        tmp_path / "elsewhere", cluster, cluster.database(f"new_{len(cluster.databases)}") if cluster else ""
    )


def equal(output: str) -> dict[str, tuple[int, int]]:
    """{part: (equal, known)} of what verify_restore prints."""
    found = re.findall(r"^(\w+)\D+(\d+)\D+(\d+)", output, re.MULTILINE)
    parts = ("tables", "guards", "rollups", "attachments", "files")
    return {part: (int(same), int(known)) for part, same, known in found if part in parts}


@pytest.mark.slow(
    "compares every figure and every workbook of the year, before and after each of four damages"
)
def test_what_was_restored_is_the_same_in_everything(archive, elsewhere):
    done = elsewhere.run("script/restore", str(archive))
    assert done.returncode == 0, done.stderr
    counted = equal(done.stdout)
    assert {part: same for part, (same, _known) in counted.items()} == {
        part: known for part, (_same, known) in counted.items()
    }
    assert counted["tables"][1] >= 30
    assert counted["rollups"][1] >= 50
    assert counted["attachments"][1] >= 400
    assert counted["files"] == (4, 4)  # three that show activities of the demonstration, and the one above
    assert (elsewhere.folder / "files" / "exports" / "one.zip").read_bytes() == EXPORT
    _and_every_difference_is_found(elsewhere)


def _and_every_difference_is_found(restored: Office) -> None:
    """One figure, one guard, one file: each alone is named. The database that was just restored is spoilt for it."""
    on = "" if not restored.cluster else " ON reporting_total"
    restored.execute(f"DROP TRIGGER reporting_total_frozen{on}")
    restored.execute(
        "UPDATE reporting_total SET value = value + 1 WHERE id = (SELECT min(id) FROM reporting_total)"
    )
    (restored.folder / "files" / "exports" / "one.zip").write_bytes(EXPORT + b".")
    done = restored.verify()
    assert done.returncode == 1
    for part in (
        "tables: reporting_total",
        "rollups: taizhou 2021Q1",
        "attachments: rollup",
        "files: exports/one.zip",
    ):
        assert part in done.stderr
    assert re.search("guards: .*reporting_total_frozen", done.stderr)
    assert equal(done.stdout)["files"] == (3, 4)


def test_the_archive_is_for_its_owner_alone_and_is_never_overwritten(archive, office):
    assert archive.stat().st_mode & 0o777 == 0o600
    assert office.run("script/backup", str(archive)).returncode == 1
    assert not list(office.folder.glob(".backup-*"))


def test_nothing_is_restored_over_what_is_there(archive, office):
    done = office.run("script/restore", str(archive))
    assert done.returncode == 1
    assert not (office.folder / "restored.json").exists()


@pytest.mark.parametrize("damage", ["cut off", "another file", "no backup at all"])
def test_a_damaged_archive_is_refused_before_anything_is_restored(damage, archive, elsewhere, tmp_path):
    bad = tmp_path / "bad.tar.gz"
    content = archive.read_bytes()
    bad.write_bytes(
        {"cut off": content[: len(content) // 2], "no backup at all": b"hello"}.get(damage, content)
    )
    if damage == "another file":
        repacked(archive, bad, {"files/exports/one.zip": b"something else"})
    done = elsewhere.run("script/restore", str(bad))
    assert done.returncode == 1
    assert not (elsewhere.folder / "restored.json").exists()
    assert not (elsewhere.folder / "portal.sqlite3").exists()


def repacked(archive: Path, target: Path, members: dict[str, bytes]) -> None:
    """The archive with other content in some of its members."""
    folder = target.with_suffix(".folder")
    with tarfile.open(archive) as tar:
        tar.extractall(folder)  # an archive of our own
    for name, content in members.items():
        (folder / name).write_bytes(content)
    with tarfile.open(target, "w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False)
    shutil.rmtree(folder)


# --- PostgreSQL alone: what row-level security does to a backup


@pytest.fixture(scope="module")
def on_postgresql(cluster):
    if cluster is None:
        pytest.skip("row-level security: PostgreSQL alone")


def test_a_role_that_policies_bind_makes_no_backup(on_postgresql, office):
    path = office.folder / "wrong.tar.gz"
    done = office.run("script/backup", str(path), PORTAL_BACKUP_URL=office.environment["DATABASE_URL"])
    assert done.returncode == 1
    assert "BYPASSRLS" in done.stderr
    assert not path.exists()


@pytest.fixture(scope="module")
def walled(on_postgresql, office, tmp_path_factory, cluster) -> Office:
    """The same office with a policy that shows a table's owner nothing."""
    folder = tmp_path_factory.mktemp("walled") / "office"
    made = Office(folder, cluster, cluster.database("walled", template=office.database))
    made.execute(
        "ALTER TABLE reporting_review ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE reporting_review FORCE ROW LEVEL SECURITY",
        "CREATE POLICY drill ON reporting_review USING (true)",
        "CREATE POLICY drill_nothing ON reporting_review AS RESTRICTIVE USING (false)",
    )
    return made


@pytest.fixture(scope="module")
def walled_archive(walled) -> Path:
    path = walled.folder / "backup.tar.gz"
    done = walled.run("script/backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def test_a_complete_backup_of_walled_tables_is_restored_with_its_walls(walled_archive, elsewhere):
    done = elsewhere.run("script/restore", str(walled_archive))
    assert done.returncode == 0, done.stderr
    bound = elsewhere.manage("verify_restore", str(elsewhere.folder / "restored.json"))
    assert bound.returncode == 1
    assert "BYPASSRLS" in bound.stderr  # as its owner one would compare what the policies show


def test_a_dump_under_row_level_security_is_found_out(walled, walled_archive, elsewhere, tmp_path):
    """`pg_dump --enable-row-security` reports success and leaves the table empty: the comparison does not."""
    bad, dump = tmp_path / "bad.tar.gz", tmp_path / "dump"
    program = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1]
    done = walled.run(
        str(program),
        "--enable-row-security",
        "--format=custom",
        f"--file={dump}",
        walled.environment["DATABASE_URL"],
        PGOPTIONS="-c app.scope={}",
    )
    assert done.returncode == 0, done.stderr
    with tarfile.open(walled_archive) as tar:
        listed = json.load(tar.extractfile("manifest.json"))
    listed["database"] = hashlib.sha256(dump.read_bytes()).hexdigest()
    repacked(
        walled_archive, bad, {"database": dump.read_bytes(), "manifest.json": json.dumps(listed).encode()}
    )
    done = elsewhere.run("script/restore", str(bad))
    assert done.returncode == 1
    assert "tables: reporting_review" in done.stderr
