"""Which rows does this sheet list? A plain list with headings in any order, read as text, every problem at its cell."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .attachment import AttachmentColumn
from .cells import read_value, typed_value
from .problems import PROBLEMS_AT_MOST, Problem, Refused
from .table import SheetTable, address, fold, known_headings, open_table, plain


@dataclass
class ReadList:
    """`rows` are {column code: text}; `places` the row of the sheet of each; `at` {column code: column of the sheet}."""

    rows: list[dict[str, str]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def cell(self, row: int, code: str) -> str:
        """The address of a value, or of its row if the sheet has no such column."""
        return address(self.places[row], self.at.get(code, 1))


def read_list(
    source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> ReadList:
    """`layout`: `provider_heading`, `sheet_name`, `days` (codes of columns with dates), `needed` (codes of columns that have
    to be there), `rows_at_most`. Never raises for what a person may upload."""
    try:
        return _read(open_table(source, layout, columns), layout, columns)
    except Refused as refusal:
        return ReadList(problems=[refusal.problem])


def _read(table: SheetTable, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]) -> ReadList:
    read = ReadList()
    _map_headings(read, table, layout, columns)
    if read.problems:
        return read
    for row in sorted({row for row, column in table.raw.filled if row > table.heading_row}):
        values = {code: _text(read, table, row, code, column, layout) for code, column in read.at.items()}
        if any(text.strip() for text in values.values()):
            read.rows.append(values)
            read.places.append(row)
    limit = layout["rows_at_most"]
    if len(read.rows) > limit:
        text = _("The list has more than %(limit)s rows. Upload it in parts.") % {"limit": limit}
        read.problems = [Problem("", text)]
    elif not read.rows and not read.problems:
        read.problems = [
            Problem("", _("There is nothing below the headings. Fill in a row and upload it again."))
        ]
    read.problems = read.problems[:PROBLEMS_AT_MOST]
    return read


def _map_headings(
    read: ReadList, table: SheetTable, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> None:
    known = known_headings(layout, columns)
    for column, text in table.texts_of(table.heading_row).items():
        code = known.get(fold(text))
        if code in read.at:
            sentence = _(
                "Cell %(cell)s: the heading “%(heading)s” stands there a second time. Keep one of the two."
            )
            cell = address(table.heading_row, column)
            read.problems.append(Problem(cell, sentence % {"cell": cell, "heading": text.strip()}))
        elif code:
            read.at[code] = column
        elif text.strip():
            read.notices.append(_("The column “%(heading)s” is not read.") % {"heading": text.strip()[:40]})
    names = {each.code: each.heading for each in columns} | {"provider": layout["provider_heading"]}
    missing = [names[code] for code in layout["needed"] if code not in read.at]
    if missing:
        sentence = _("The heading row %(row)s has no “%(names)s”. Download the template and compare.")
        values = {"row": table.heading_row, "names": "”, “".join(missing)}
        read.problems.append(Problem(f"A{table.heading_row}", sentence % values))


def _text(
    read: ReadList, table: SheetTable, row: int, code: str, column: int, layout: Mapping[str, Any]
) -> str:
    """A cell as text; a date as 2022-03-05."""
    cell = address(row, column)
    if (row, column) in table.under_merges:
        sentence = _("Cell %(cell)s belongs to merged cells. Unmerge them and fill in every row.")
        read.problems.append(Problem(cell, sentence % {"cell": cell}))
        return ""
    value = typed_value(table, row, column)
    if code in layout["days"] and isinstance(value, datetime.date):
        return f"{value:%Y-%m-%d}"
    value, problem = read_value(table, row, column)
    if problem:
        read.problems.append(
            Problem(cell, _("Cell %(cell)s: %(problem)s") % {"cell": cell, "problem": problem})
        )
        return ""
    return plain(value)
