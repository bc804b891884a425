"""The ways by which a typed value reaches the portal. Each says what became of each value: ok, notice, hard."""

import io
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.models import Membership
from reporting.excel.attachment import Attachment
from reporting.excel.export import write_attachment
from reporting.filings import actions as filing_actions
from reporting.filings.queries import fields_of, read_draft
from reporting.filings.sheet import bureau_line, columns_of
from reporting.imports import take_over
from reporting.models import Filing

from ..factories import COLUMNS, grid, period
from ..screen import Screen

FIRST_ROW = 7  # of the official attachment's rows, counted from the sheet's top


class Outcome(NamedTuple):
    """`value` as the portal read it; of a hard one, None."""

    verdict: str
    value: int | str | None
    text: str


class Place(NamedTuple):
    """A value at a column of a row of its own."""

    column: str
    raw: object


def a_row(number: int, place: Place) -> dict:
    """A row that is right but for the value under test."""
    values = dict.fromkeys(COLUMNS, "0")
    if place.column == "provider":
        return {"provider": place.raw, "values": values}
    return {"provider": f"第{number}成人学校", "values": values | {place.column: place.raw}}


def through_form(by: Membership, places: Sequence[Place]) -> list[Outcome]:
    """Typed into the page, then “check”; what the page says stands at the cell."""
    filing = filing_actions.start(by.tenant, period(), by=by)
    filing.refresh_from_db()
    client = Client()
    client.force_login(by.user)
    rows = [a_row(number, place) for number, place in enumerate(places, start=1)]
    address = reverse("filing-edit", args=[filing.public_id])
    answer = client.post(address, grid(filing, *rows, do="check"), follow=True)
    assert answer.status_code in (200, 422)
    screen = Screen(answer)
    texts = {link.href: link.text for link in screen.problems()}
    notices = "\n".join(screen.at[name] for name in screen.at if name.endswith("-message"))
    said = [
        (texts.get(f"#row-{n}-{place.column}", ""), screen.at.get(f"row-{n}-{place.column}-message", ""))
        for n, place in enumerate(places, start=1)
    ]
    assert notices or not any(notice for _hard, notice in said)
    return _outcomes(Filing.objects.with_parties().get(pk=filing.pk), places, said)


def through_autosave(by: Membership, places: Sequence[Place]) -> list[Outcome]:
    """Typed and kept by itself; what the answer says of the cell."""
    filing = filing_actions.start(by.tenant, period(), by=by)
    client = Client()
    client.force_login(by.user)
    changes, above = [], ""
    for number, place in enumerate(places, start=1):
        typed, name = a_row(number, place), f"row{number}"
        changes.append({"kind": "add", "row": name, "after": above})
        for column, text in [("provider", typed["provider"]), *typed["values"].items()]:
            changes.append({"kind": "cell", "row": name, "column": column, "before": "", "after": text})
        above = name
    packet = {"user": str(by.user.public_id), "page": "0" * 8, "number": 1, "seen": 1, "changes": changes}
    address = reverse("filing-autosave", args=[filing.public_id])
    answer = client.post(address, packet, content_type="application/json").json()
    told = [answer["cells"].get(f"row{n}/{place.column}", {}) for n, place in enumerate(places, start=1)]
    said = [
        (" ".join(each["text"] for each in cell.get("problems", ())), " ".join(cell.get("notices", ())))
        for cell in told
    ]
    return _outcomes(Filing.objects.with_parties().get(pk=filing.pk), places, said)


def through_workbook(by: Membership, places: Sequence[Place]) -> list[Outcome]:
    """Typed into the official attachment; refused cells are named by their address, the rest is imported."""
    problems = _problems(by, places)
    bad = {number for number, _place in enumerate(places) if number in problems}
    good = [place for number, place in enumerate(places) if number not in bad]
    read: list[Outcome] = []
    if good:
        filing = _import(by, workbook(by, good))
        _reading, notices = _notices(filing)
        said = [("", notices.get((n, place.column), "")) for n, place in enumerate(good)]
        read = _outcomes(filing, good, said)
    rest = iter(read)
    return [
        Outcome("hard", None, problems[number]) if number in bad else next(rest)
        for number, _place in enumerate(places)
    ]


def _outcomes(filing: Filing, places: Sequence[Place], said: list[tuple[str, str]]) -> list[Outcome]:
    lines = {line.row: line for line in _notices(filing)[0].lines}
    found = []
    for number, (place, (problem, notice)) in enumerate(zip(places, said, strict=True)):
        line = lines.get(number)
        value = None
        if line and not problem:
            value = line.provider if place.column == "provider" else line.values.get(place.column)
        found.append(Outcome("hard" if problem else "notice" if notice else "ok", value, problem or notice))
    return found


def _notices(filing: Filing):
    reading, _facts = read_draft(filing)
    return reading, {(each.row, each.column): each.text for each in reading.notices}


def workbook(by: Membership, places: Sequence[Place]) -> bytes:
    """The official attachment as exported, blank, then filled in as a spreadsheet program would."""
    when = period()
    columns = columns_of(when.programme_id)
    blank = Attachment(when.programme.layout, when.name, bureau_line(by.tenant), columns, (), (None,) * 7)
    book = load_workbook(io.BytesIO(write_attachment(blank)))
    sheet = book.worksheets[0]
    total = next(row for row in range(FIRST_ROW, 40) if sheet.cell(row, 1).value == "合计")
    for merged in [each for each in sheet.merged_cells.ranges if each.min_row >= FIRST_ROW]:
        sheet.unmerge_cells(merged.coord)
    sheet.delete_rows(FIRST_ROW, total)
    for row, place in enumerate(places, start=FIRST_ROW):
        typed = a_row(row, place)
        for column, value in enumerate([typed["provider"], *typed["values"].values()], start=1):
            cell = sheet.cell(row, column)
            cell.value = int(value) if value == "0" else value
            if isinstance(value, str) and value.startswith("=") and column == 1:
                cell.data_type = "s"
    sheet.cell(FIRST_ROW + len(places), 1).value = "合计"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _problems(by: Membership, places: Sequence[Place]) -> dict[int, str]:
    """{place: what is wrong with its cell}"""
    try:
        with transaction.atomic():
            _import(by, workbook(by, places))
            transaction.set_rollback(True)
    except take_over.WorkbookRefused as refused:
        told = {problem.cell: problem.text for problem in reversed(refused.problems)}
        cells = {
            f"{'ABCDEFGH'[['provider', *COLUMNS].index(place.column)]}{number + FIRST_ROW}": number
            for number, place in enumerate(places)
        }
        assert set(told) <= set(cells), told
        return {cells[cell]: text for cell, text in told.items()}
    return {}


def _import(by: Membership, content: bytes) -> Filing:
    filing, _found = take_over.import_return(content, by.tenant, period(), by=by, submitting=False)
    assert len(fields_of(filing)) == len(COLUMNS)
    return Filing.objects.with_parties().get(pk=filing.pk)
