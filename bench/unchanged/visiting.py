"""The second half of a record, as the application's role: commands, and the portal as some accounts see it."""

import json
import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from . import fixed, record

ACCOUNTS = [
    "taizhou-education-administrator",
    "taizhou-education-reviewer",
    "shanghai-civil-affairs-administrator",
    "taizhou-education-observer",
    "jiaojiang-preparer",
    "jiaojiang-head",
    "nobody",
]
PARTS = ("files", "workbooks", "pages", "structure")
PROCESSES = 4


def main(folder: Path) -> None:
    """First what only reads; exports, which the history tells of, come last."""
    fixed.start()
    names, asked = (json.loads((folder / name).read_text()) for name in ("names.json", "asked.json"))
    from django.db import connections

    from . import walking

    cookies = {account: walking.signed_in(account) for account in ACCOUNTS}
    connections.close_all()  # no two processes share one
    with multiprocessing.get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:

        def all_of_them(walk: Callable, given: Callable[[str], tuple]) -> list[Found]:
            tasks = [pool.apply_async(walk, (each, cookies[each], names, *given(each))) for each in ACCOUNTS]
            return [each.get() for each in tasks]

        commands = pool.apply_async(_commands, (asked,))
        linked = dict(zip(ACCOUNTS, all_of_them(_links, lambda account: ()), strict=True))
        known = sorted(set().union(*(each.met for each in linked.values())))
        named = all_of_them(_named, lambda account: (known, asked, linked[account].seen))
        said, files = commands.get()
        exported = all_of_them(_exports, lambda account: (linked[account].exports,))
    record.write(folder, "commands", said)
    parts = [*(each.parts for each in [*linked.values(), *named, *exported]), files]
    for part in PARTS:
        found = {key: lines for each in parts for key, lines in each.get(part, {}).items()}
        record.write(folder, part, found)


class Found(NamedTuple):
    """What a walk brings home: the record's parts, where it has been, where links lead, what can be exported."""

    parts: dict[str, record.Part]
    seen: set[str]
    met: set[str]
    exports: dict


def _links(account: str, cookies, names: dict) -> Found:
    walk = _start("links", account, cookies, names)
    walk.everything()
    return _found(walk)


def _named(account: str, cookies, names: dict, known: list[str], asked: dict, seen: set[str]) -> Found:
    from . import walking

    walk = _start("named", account, cookies, names)
    walk.seen = set(seen)
    walk.named(walking.addresses(known, names, asked))
    return _found(walk)


def _exports(account: str, cookies, names: dict, exports: dict) -> Found:
    from celery import current_app

    walk = _start("exports", account, cookies, names)
    current_app.loader.import_default_modules()
    walk.export(exports, current_app.tasks["reporting.tasks.run_export"])
    return _found(walk)


def _start(task: str, account: str, cookies, names: dict):
    from . import walking

    _own_database(f"{account}-{task}")
    fixed.stage[0] = f"{account} {task}"
    return walking.Walk(account, names, cookies)


def _found(walk) -> Found:
    parts = (walk.files.digests, walk.files.contents, walk.pages, walk.shapes)
    return Found(dict(zip(PARTS, parts, strict=True)), walk.seen, walk.wanted, walk.exports)


def _own_database(name: str) -> None:
    """SQLite lets one process write at a time: each has a copy."""
    from django.db import connection

    if connection.vendor == "sqlite":
        shared = Path(connection.settings_dict["NAME"])
        connection.settings_dict["NAME"] = shutil.copy(shared, shared.with_name(f"{name}.sqlite3"))


def _commands(asked: dict) -> tuple[record.Part, dict]:
    from .files import Files

    _own_database("commands")
    said, files = {}, Files()
    for command in _lines(asked):
        said[" ".join(command)] = _run(command)
    with tempfile.TemporaryDirectory() as folder:
        for command in _workbooks(asked):
            path = Path(folder) / "attachment.xlsx"
            said[" ".join(command)] = [
                line.replace(str(path), "") for line in _run([*command, "--output", str(path)])
            ]
            if path.exists():
                files.take(" ".join(command), path.read_bytes())
                path.unlink()
    return said, {"files": files.digests, "workbooks": files.contents}


def _run(command: list[str]) -> list[str]:
    """What a command prints on both streams, and how it ends."""
    from django.core.management import CommandError, call_command

    out, err = StringIO(), StringIO()
    try:
        call_command(*command, stdout=out, stderr=err)
    except (CommandError, SystemExit) as end:
        err.write(f"{type(end).__name__}: {end}")
    return [*out.getvalue().splitlines(), *(f"! {line}" for line in err.getvalue().splitlines())]


def _lines(asked: dict) -> Iterator[list[str]]:
    yield from [["verify_figures"], ["verify_history"], ["verify_evidence"], ["workflow"]]
    yield from [["demo_accounts", "--format", "json"], ["demo_accounts", "--one-per-role"]]
    for key, programme, _lead in asked["programmes"]:
        periods = [each for each in asked["periods"] if each[0] == key]
        years = sorted({str(year) for _programme, _code, year, _number in periods})
        for year in years:
            of = ["--programme", programme, "--year", year]
            for form in ("json", "csv"):
                yield from (
                    [name, *of, "--format", form] for name in ("targets", "rollup", "assessment", "channels")
                )
            yield ["rollup", *of, "--include-submitted"]
        for _programme, period, _year, _number in periods:
            yield ["rollup", "--programme", programme, "--period", period]
        for tenant in _tenants(asked, key):
            yield ["rollup", "--programme", programme, "--year", years[0], "--tenant", tenant]
            yield [
                "channels",
                "--programme",
                programme,
                "--year",
                years[0],
                "--through",
                "2",
                "--tenant",
                tenant,
            ]


def _workbooks(asked: dict) -> Iterator[list[str]]:
    for key, programme, _lead in asked["programmes"]:
        periods = [each for each in asked["periods"] if each[0] == key]
        of = ["export_attachment", "--programme", programme]
        yield from ([*of, "--period", code] for _programme, code, _year, _number in periods)
        yield from (
            [*of, "--year", str(year), "--through", "3"] for year in sorted({each[2] for each in periods})
        )
        yield from ([*of, "--year", "2021", "--tenant", each] for each in _tenants(asked, key))


def _tenants(asked: dict, programme: int) -> list[str]:
    """The codes of those who file in a programme."""
    codes = dict(asked["tenants"])
    return [codes[tenant] for key, tenant in asked["duties"] if key == programme]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
