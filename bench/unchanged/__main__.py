"""Did a restructuring change anything? Takes down what the portal shows and holds, and compares two such records.

bench/run unchanged take FOLDER                the embedded SQLite, in a scratch folder
bench/run unchanged take FOLDER postgresql     a private PostgreSQL server; or DATABASE_URL, the owner of an empty database
bench/run unchanged compare BEFORE AFTER       what differs, 50 lines a part; exit 1 if anything does

A record has these parts: tables, guards, commands, files, workbooks, pages, structure. It is taken through commands,
addresses and tables alone, so that it can be taken of the code before and after, however its modules are arranged.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import comparing, postgresql


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run unchanged", description=__doc__.splitlines()[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    take = modes.add_parser("take")
    take.add_argument("folder", type=Path)
    take.add_argument("database", nargs="?", choices=["postgresql"])
    compare = modes.add_parser("compare")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.add_argument("parts", nargs="*", help="these alone")
    asked = parser.parse_args()
    if asked.mode == "compare":
        return comparing.report(asked.before, asked.after, asked.parts)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the private server goes as well
    record(asked.folder, asked.database)
    return 0


def record(folder: Path, database: str | None) -> None:
    """The owner of the tables loads the year; the application's role, which the walls bind, looks at it."""
    folder.mkdir(parents=True, exist_ok=True)
    private = database and not os.environ.get("DATABASE_URL")
    with (
        postgresql.server() if private else contextlib.nullcontext(os.environ.get("DATABASE_URL", "")) as url
    ):
        run("loading", folder, url)
        run("visiting", folder, (folder / "application_url").read_text().strip())
    (folder / "application_url").unlink()


def run(stage: str, folder: Path, url: str) -> None:
    began = time.monotonic()
    settings = {"DATABASE_URL": url} if url else {}
    command = [sys.executable, "-m", f"bench.unchanged.{stage}", str(folder)]
    subprocess.run(command, check=True, env=os.environ | settings)  # noqa: S603 -- a module of ours
    print(f"{stage}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
