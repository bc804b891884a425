"""A filled-in official attachment becomes a return: all of it, or nothing and every problem with its cell."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import Membership, Tenant
from targets.models import Period, ReportingDuty

from . import actions
from .actions import NotSubmittable, Typed
from .excel.importing import ReadReturn, check_total, read_attachment
from .excel.layout import bureau_row, period_row
from .excel.problems import Problem
from .fields import fields_for
from .models import Filing
from .reading import Finding, read_rows
from .sheets import bureau_line, columns_of


class WorkbookRefused(Exception):
    """Every problem of the workbook, in sheet order. Nothing was changed."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


def import_return(
    source: bytes | Path,
    tenant: Tenant,
    period: Period,
    *,
    by: Membership,
    explanation: str = "",
    submitting: bool,
) -> Filing:
    """Read the workbook and file it, in one transaction. Raises `WorkbookRefused`, or what `actions` refuses."""
    layout = period.programme.layout
    read = read_attachment(source, layout, columns_of(period.programme_id))
    problems = [*read.problems, *_headings(read, layout, tenant, period)]
    fields = fields_for(tenant, period)
    reading = read_rows(read.rows, fields)
    problems += _at_cells(reading.findings, read)
    if not problems:
        problems += check_total(read, reading.totals(fields))
    if problems:
        raise WorkbookRefused(problems)
    typed = Typed(rows=[_as_typed(row) for row in read.rows])
    try:
        with transaction.atomic():
            return actions.file(tenant, period, typed, by=by, explanation=explanation, submitting=submitting)
    except NotSubmittable as refused:
        raise WorkbookRefused(list(_at_cells(refused.findings, read))) from refused


def _headings(read: ReadReturn, layout: dict, tenant: Tenant, period: Period) -> Iterator[Problem]:
    """The lines above the table must not name another period or another tenant; blank ones are the official form's."""
    written = _plain(read.period_line)
    if written not in ("", _plain(layout["blank_period_line"]), _plain(period.name)):
        text = _(
            "The sheet is for “%(found)s”; you are filing %(expected)s. Correct the line or choose the period."
        )
        cell = f"A{period_row(layout)}"
        yield Problem(cell, text % {"found": read.period_line.strip()[:40], "expected": period.name})
    written = _plain(read.bureau_line)
    if written in {
        name for other in _others(tenant, period) for name in (_plain(other.name), _plain(bureau_line(other)))
    }:
        text = _("The sheet is %(found)s's; you are filing for %(expected)s.")
        cell = f"A{bureau_row(layout)}"
        yield Problem(cell, text % {"found": read.bureau_line.strip()[:40], "expected": bureau_line(tenant)})


def _others(tenant: Tenant, period: Period) -> list[Tenant]:
    duties = (
        ReportingDuty.objects.filter(programme=period.programme_id)
        .exclude(tenant=tenant)
        .select_related("tenant")
    )
    return [duty.tenant for duty in duties]


def _plain(text: object) -> str:
    return "".join(str(text or "").split())


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
