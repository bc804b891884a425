"""The second half of a record, as the application's role: commands, and the portal as some accounts see it."""

import json
import multiprocessing
import sys
import tempfile
from io import StringIO
from pathlib import Path

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
    fixed.start()
    names, asked = (json.loads((folder / name).read_text()) for name in ("names.json", "asked.json"))
    from django.db import connections

    from . import walking

    cookies = {account: walking.signed_in(account) for account in ACCOUNTS}
    connections.close_all()  # no two processes share one
    with multiprocessing.get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:
        commands = pool.apply_async(_commands, (asked,))
        walks = [pool.apply_async(_walk, (each, cookies[each], names, asked, None, ())) for each in ACCOUNTS]
        found = [each.get() for each in walks]
        known = sorted(set().union(*(met for _parts, _seen, met in found)))
        again = [
            pool.apply_async(_walk, (account, cookies[account], names, asked, known, seen))
            for account, (_parts, seen, _met) in zip(ACCOUNTS, found, strict=True)
        ]
        found += [each.get() for each in again]
        said, files = commands.get()
    record.write(folder, "commands", said)
    parts = [*(parts for parts, _seen, _met in found), files]
    for part in PARTS:
        record.write(
            folder, part, {key: lines for each in parts for key, lines in each.get(part, {}).items()}
        )


def _walk(
    account: str, cookies, names: dict, asked: dict, known: list[str] | None, seen: set[str]
) -> tuple[dict, set[str], set[str]]:
    """Along the links and through the exports; or, when it is `known` where links lead, to all that has a name."""
    from celery import current_app

    from . import walking

    fixed.stage[0] = f"{account} {'named' if known else 'links'}"
    walk = walking.Walk(account, names, cookies)
    walk.seen = set(seen)
    if known is None:
        walk.everything()
        current_app.loader.import_default_modules()
        walk.export(current_app.tasks["reporting.tasks.run_export"])
    else:
        walk.named(walking.addresses(known, names, asked))
    found = (walk.files.digests, walk.files.contents, walk.pages, walk.shapes)
    return dict(zip(PARTS, found, strict=True)), walk.seen, walk.wanted


def _commands(asked: dict) -> tuple[record.Part, dict]:
    from .files import Files

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


def _lines(asked: dict) -> list[list[str]]:
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


def _workbooks(asked: dict) -> list[list[str]]:
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
