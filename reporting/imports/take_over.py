"""A filled-in official attachment becomes a return: all of it, or nothing and every problem with its cell."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from portal import walls
from portal.clock import now
from portal.models import Membership, Tenant
from targets.models import Period, ReportingDuty

from ..entry.columns import Field, fields_for
from ..entry.computed_figures import Computed
from ..entry.findings import Invalid
from ..entry.reading import Finding, Reading, ReadLine, read_rows
from ..excel.importing import check_total, in_order
from ..excel.kinds import check_name
from ..excel.layout import PROVIDER
from ..excel.problems import ImportQuestion, Problem, Refused
from ..excel.read_return import ReadReturn
from ..excel.subprocess_reader import read_in_subprocess
from ..filings import actions as filing_actions
from ..filings import computed as filing_computed
from ..filings import queries as filing_queries
from ..filings.sheet import columns_of
from ..filings.typed_return import Typed
from ..filings.unread import as_kept
from ..models import Filing, Import
from ..uploads.storing import lost
from . import actions
from .identity import lines_of, named_period, other_unit

FOREIGN = "foreign_origin"
NO_ROWS = "no_rows"
UPLOADS = "imports"  # the folder of the uploaded files


class WorkbookRefused(Exception):
    """Every problem of the workbook, in sheet order. Nothing was changed."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


@dataclass
class Found:
    """What a file holds for a return. With problems, nothing of it can be taken over."""

    read: ReadReturn
    rows: list[dict] = field(default_factory=list)  # as typed in the file
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    questions: list[ImportQuestion] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether the table was found at all: else there is no cell to mark and nothing worth keeping."""
        return bool(self.read.heading_row)

    @property
    def is_foreign(self) -> bool:
        return any(problem.code == FOREIGN for problem in self.problems)

    def as_json(self) -> dict:
        return {
            "rows": self.rows,
            "cells": [[*place, cell] for place, cell in self.read.cells.items()],
            "problems": [asdict(each) for each in self.problems],
            "notices": self.notices,
            "questions": [asdict(each) for each in self.questions],
            "part": self.read.part,
            "heading_row": self.read.heading_row,
            "free_column": self.read.free_column,
            "marked_rows": self.read.marked_rows,
            "encoding": self.read.encoding,
            "separator": self.read.separator,
        }


def look_at(
    source: bytes | Path, name: str, tenant: Tenant, period: Period, *, filing: Filing | None = None
) -> Found:
    """Read the file for this tenant's return of this period, and change nothing. `filing` if it is open already.

    The page and the command both ask here: the same file gets the same verdict.
    """
    layout = period.programme.layout
    read = _read(source, name, layout, period)
    found = Found(
        read, problems=list(read.problems), notices=list(read.notices), questions=list(read.questions)
    )
    if not found.is_table:
        return found
    is_named = _compare_lines(found, tenant, period)
    _compare_origin(found, tenant, period, filing, is_named=is_named)
    fields = fields_for(tenant, period)
    computed = filing_computed.computed_for(filing or Filing(tenant=tenant, period=period))
    names = filing_queries.registered_names(tenant)
    given = [_without_repeated(row, computed) for row in read.rows]
    reading = read_rows(given, fields, computed.named_in(read.rows), names)
    found.problems += _at_cells(reading.findings, read)
    found.notices += [_at_cell(each, read) for each in reading.notices]
    as_written = read_rows(read.rows, fields, names=names)
    found.problems += check_total(read, _sums(read, as_written, fields, found.problems))
    found.problems += _total_by_another_name(read, as_written.lines)
    if not any(_text(value).strip() for row in given for value in row["values"].values()):
        _ask_about_no_rows(found)
    found.problems = in_order(found.problems)
    found.rows = [_as_typed(row) for row in read.rows]
    return found


def _without_repeated(row: dict, computed: Computed) -> dict:
    """As in the grid: what the ledger or the register gives, and a downloaded form therefore holds, nobody typed."""
    kept = computed.without_repeated(_as_typed(row))["values"]
    return row | {"values": {code: value if kept[code] else None for code, value in row["values"].items()}}


def _sums(
    read: ReadReturn, as_written: Reading, fields: Sequence[Field], problems: list[Problem]
) -> dict[str, int]:
    """The sums of what the file itself says, of the columns whose every cell could be read: any other total would be called
    wrong for no fault of its own."""
    named = {problem.cell for problem in problems}
    unread = {code for (_row, code), cell in read.cells.items() if cell in named}
    unread |= {each.column for each in as_written.findings if each.code != "blank"}
    above = {cell for cell, _text in read.above} | {f"A{max(read.heading_row - 2, 1)}", ""}
    is_whole = not any(problem.cell not in {*read.cells.values(), *above} for problem in problems)
    totals = as_written.totals(fields)
    return {code: total for code, total in totals.items() if is_whole and code not in unread}


def _total_by_another_name(read: ReadReturn, lines: Sequence[ReadLine]) -> list[Problem]:
    """Without a row of the total: a last row that adds up those above it would count everything twice."""
    if read.total_cells or len(lines) < 3:
        return []
    *above, last = lines
    sums = {code: sum(line.value(code) for line in above) for code in last.values}
    if not any(sums.values()) or any(last.value(code) != total for code, total in sums.items()):
        return []
    cell = read.cells.get((last.row, PROVIDER), "")
    text = _("%(cell)s: the row “%(name)s” adds up the rows above it. Call it the total, or delete it.")
    return [Problem(cell, text % {"cell": cell, "name": last.provider})]


def _ask_about_no_rows(found: Found) -> None:
    """A blank form, or a picture of the table: nobody means to empty a draft by it without saying so."""
    text = (
        _(
            "The file holds a picture and no row with a figure: figures in a picture cannot be read. Taking it over empties the draft."
        )
        if found.read.has_pictures
        else _("The file has no row with a figure. Taking it over empties the draft.")
    )
    found.questions.insert(0, ImportQuestion(NO_ROWS, text))


def _read(source: bytes | Path, name: str, layout: dict, period: Period) -> ReadReturn:
    """What the content is matters more than what it is called: its sentence comes first."""
    read = read_in_subprocess(source, layout, columns_of(period.programme_id))
    if not read.heading_row:
        return read
    try:
        check_name(name)
    except Refused as refused:
        return ReadReturn(problems=[refused.problem])
    return read


def import_return(
    source: bytes | Path,
    tenant: Tenant,
    period: Period,
    *,
    by: Membership,
    explanation: str = "",
    submitting: bool,
    clearing: bool = False,
    name: str = "",
) -> tuple[Filing, Found]:
    """Read the workbook and file it, in one transaction. Raises `WorkbookRefused`, or what `actions` refuses.

    What a page asks a person to confirm is told and taken as said: whoever calls names tenant and period. But for a file
    without a row: only `clearing` says that the draft is to be emptied.
    """
    filing = Filing.objects.filter(tenant=tenant, period=period).first()
    name = name or (source.name if isinstance(source, Path) else "x.xlsx")
    found = look_at(source, name, tenant, period, filing=filing)
    if found.problems:
        raise WorkbookRefused(found.problems)
    if not clearing and (texts := [each.text for each in found.questions if each.key == NO_ROWS]):
        raise WorkbookRefused([Problem("", text) for text in texts])
    rows = as_kept(found.rows, filing_computed.computed_for(filing or Filing(tenant=tenant, period=period)))
    try:
        with transaction.atomic():
            filed = filing_actions.file(
                tenant, period, Typed(rows=rows), by=by, explanation=explanation, submitting=submitting
            )
    except Invalid as refused:
        raise WorkbookRefused(list(_at_cells(refused.findings, found.read))) from refused
    return filed, found


def drop_expired() -> int:
    """A day after the upload the file goes; its row stays only where it was taken over. Counts the files.

    A file without a row, left by a crash between the two, goes as well.
    """
    with walls.everything():
        expired = list(Import.objects.filter(expires_at__lte=now()).exclude(file=""))
        for imported in expired:
            imported.file.delete(save=imported.confirmed_at is not None)
        Import.objects.filter(expires_at__lte=now(), confirmed_at=None).delete()
        return len(expired) + _drop_orphans()


def _drop_orphans() -> int:
    kept = set(Import.objects.exclude(file="").values_list("file", flat=True))
    orphans = lost(UPLOADS, kept, after=actions.KEPT_FOR)
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)


# --- above the table, and where the file came from


def _compare_lines(found: Found, tenant: Tenant, period: Period) -> bool:
    """Whether the lines above the table name the period. They must not name another one, or another unit; blank ones are the
    official form's."""
    lines, layout = lines_of(found.read.above), period.programme.layout
    named = named_period(lines, period, period.programme.periods.exclude(pk=period.pk), layout)
    unit = other_unit(lines, tenant, _others(tenant, period), layout)
    found.problems += [problem for problem in (named.problem, unit) if problem]
    if not named.is_named and not named.problem:
        text = _("The sheet names no period; it is taken for %(period)s.") % {"period": period.name}
        found.questions.append(ImportQuestion("period", text))
    return named.is_named


def _compare_origin(
    found: Found, tenant: Tenant, period: Period, filing: Filing | None, *, is_named: bool
) -> None:
    """What travels in the file is never trusted: where it differs from the page, that is reported."""
    origin = found.read.origin
    if not origin:
        return
    if (origin.get("programme"), origin.get("tenant")) != (period.programme.code, tenant.code):
        text = _(
            "The file was downloaded for another tenant. Download your own return's workbook and fill that in."
        )
        found.problems.append(Problem("", text, FOREIGN))
    elif origin.get("period") == period.code:
        _compare_revision(found, origin.get("revision", ""), filing.revision if filing else 0)
    elif not is_named:
        text = _(
            "The file was downloaded for another period. Type “%(period)s” into the line above the table."
        )
        cell = f"A{max(found.read.heading_row - 2, 1)}"
        found.problems.append(Problem(cell, text % {"period": period.name}, "period"))
    else:
        text = _(
            "The file was downloaded for another period; its line now says %(period)s, and that was read."
        )
        found.notices.append(text % {"period": period.name})


def _compare_revision(found: Found, revision: str, current: int) -> None:
    """A file downloaded earlier may take back what was typed since; one from the future was never ours."""
    if not (
        revision.isascii() and revision.isdigit() and len(revision) < 10 and 0 < int(revision) <= current
    ):
        text = _("The file's origin is not in order. Download your return's workbook again and fill that in.")
        found.problems.append(Problem("", text, FOREIGN))
    elif int(revision) < current:
        text = _(
            "The return was changed after this file was downloaded (state %(then)s, now %(now)s). "
            "The file would take those changes back: compare before you take it over."
        )
        found.questions.append(ImportQuestion("revision", text % {"then": revision, "now": current}))


def _others(tenant: Tenant, period: Period) -> list[Tenant]:
    """Who files under the programme, and who leads it."""
    duties = ReportingDuty.objects.filter(programme=period.programme_id).select_related("tenant")
    tenants = [*(duty.tenant for duty in duties), period.programme.lead]
    return [each for each in tenants if each != tenant]


def _at_cells(findings: Iterable[Finding], read: ReadReturn) -> list[Problem]:
    """Findings of the reading and the checks, at the workbook's cells."""
    return [
        Problem(
            read.cells.get((each.row, each.column or "provider"), "") if each.row is not None else "",
            each.text,
        )
        for each in findings
        if (each.row, each.column or "provider") not in _reported(read)
    ]


def _at_cell(finding: Finding, read: ReadReturn) -> str:
    cell = read.cells.get((finding.row or 0, finding.column or "provider"), "")
    return f"{cell} {finding.text}" if cell else finding.text


def _reported(read: ReadReturn) -> set[tuple[int, str]]:
    """Cells that the workbook's own problems name already: a formula is not also a blank."""
    named = {problem.cell for problem in read.problems}
    return {place for place, cell in read.cells.items() if cell in named}


def _as_typed(row: dict) -> dict:
    """A workbook's values as the draft keeps them: text, so that page and workbook are the same from here on."""
    return {
        "provider": _text(row["provider"]),
        "values": {code: _text(value) for code, value in row["values"].items()},
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
