"""A PostgreSQL server for one record: in a folder of its own, with the owner of an empty database, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

FAST = [
    "-c",
    "listen_addresses=",
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
]


@contextmanager
def server() -> Iterator[str]:
    """The address of the database, as its owner: no superuser, but one who may make the application's role."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
    folder = tempfile.mkdtemp(prefix="portal-unchanged-", dir="/tmp")
    as_other = {"cwd": folder}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_other |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    quiet = {"check": True, "stdout": subprocess.DEVNULL, **as_other}
    made = [
        "-D",
        f"{folder}/data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale",
        "C.UTF-8",
        "--no-sync",
    ]
    try:
        subprocess.run([f"{binaries}/initdb", *made], **quiet)  # noqa: S603
        options = " ".join(["-k", folder, *FAST])
        control = [f"{binaries}/pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w"]
        subprocess.run([*control, "-o", options, "start"], **quiet)  # noqa: S603
        try:
            _make_owner(folder)
            yield f"postgres://portal_owner@/{folder}/portal"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # noqa: S603
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_owner(folder: str) -> None:
    connection = psycopg2.connect(host=folder, user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE")
        cursor.execute("CREATE DATABASE portal OWNER portal_owner")
    connection.close()
