"""Print the packages of `reporting` in their order, a line each, and the arrows between them (docs/structure.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parents[3]
APPS = {
    "portal": "the project: settings, tenants, roles, access, walls, history, accounts",
    "targets": "what was promised: programmes, periods, indicators, targets; pure progress and assessment",
    "reporting": "what was done, by subject: the packages below",
}
# A package imports only from those before it; a template includes only from those before its own folder.
ORDER = {
    "entry": "what was typed and how it is read: numbers, names, rows, findings, posted forms",
    "models": "all tables of the app, the states of a return and of a material",
    "excel": "workbooks and CSV, written and safely read; no subject",
    "uploads": "files that people hand in: examined, stored, withdrawn, downloaded",
    "periods": "periods: open, closed, extended; which programme and period is meant, who leads it",
    "rollup": "the one roll-up of returns, and who has filed: the cells of the board, rates",
    "providers": "the register of a tenant's providers",
    "work_module": "Shanghai's work module: operators, service points, checks before service",
    "survey": "the survey of phase one and its work plan",
    "ledger": "the activity ledger (台账): activities, where they count, duplicates, files, day and sheet entry",
    "materials": "videos, textbooks, cases: the register, its states, the library of a year",
    "filings": "a return: draft, grid, autosave, checks, submission, versions, recall, correction",
    "official_table": "the official table of a tenant or of many, on screen and as attachment",
    "evidence": "stamped copies and evidence attached to a return",
    "review": "accepting and sending back, one or several, with reasons at cells",
    "imports": "a filled-in workbook becomes a draft: preview, problems by cell, taking over",
    "channels": "the two sums by recording channel, the first phase, coverage by the survey",
    "assessment": "the lead's internal assessment (内部测算), every figure explained",
    "releases": "numbered, frozen releases (通报) and what changed since the last one",
    "reminders": "reminders (催报): schedule, texts, outbox, delivery",
    "exports": "everything that leaves as a file: the table of kinds, jobs, their files",
    "home": "the first page of each role, the board, the navigation",
    "backup": "what a backup holds, to compare a restored one with",
    "demonstration": "the demonstration year, played through the actions",
}
# Knows every subject and holds no rule.
COMPOSITION = {"urls", "tasks", "apps", "management", "templatetags", "migrations"}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")


def as_markdown() -> str:
    arrows = sorted({(of, to) for of, to, _module in package_arrows()})
    below = {each: [to for to in ORDER if (each, to) in arrows] for each in ORDER}
    return "\n".join(
        [
            "# The structure",
            "",
            "Printed by `script/manage structure`; a test compares it with the code, and fails on an arrow that points up.",
            "",
            "| app | what it answers |",
            "|---|---|",
            *(f"| `{name}/` | {text} |" for name, text in APPS.items()),
            "",
            "`reporting → targets → portal`. Inside `reporting/` a package imports only from those before it:",
            "",
            "| package | what it is for | imports |",
            "|---|---|---|",
            *(f"| `{name}/` | {text} | {', '.join(below[name]) or '—'} |" for name, text in ORDER.items()),
            "",
            f"Composition, which knows them all and holds no rule: {', '.join(sorted(COMPOSITION))}.",
            "Inside a package: `queries ← rules ← actions ← forms, tables ← views` (`←`: is imported by).",
            "`templates/reporting/`, `static/` and `tests/` have the same folders.",
            "",
        ]
    )


def package_arrows() -> Iterator[tuple[str, str, str]]:
    """(package, package that it imports from, importing module), each as often as it occurs."""
    for path in sorted((ROOT / "reporting").rglob("*.py")):
        package = path.relative_to(ROOT).parent.parts
        of = path.relative_to(ROOT / "reporting").parts[0]
        if of not in ORDER:
            continue
        for module in imported(path, package):
            parts = module.split(".")
            if parts[0] == "reporting" and len(parts) > 1 and parts[1] != of:
                yield of, parts[1], ".".join([*package, path.stem])


def imported(path: Path, package: tuple[str, ...]) -> Iterator[str]:
    """The modules that a file imports, by full name; of `from . import x` it is x."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
