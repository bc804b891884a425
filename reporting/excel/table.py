"""Where in this workbook is the attachment's table, and what do its cells hold?"""

import datetime
import functools
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.identity_numbers import holds_identity_number

from .attachment import AttachmentColumn
from .cell_comments import comments_of
from .kinds import is_workbook
from .layout import PROVIDER
from .package import repacked
from .preflight import PROPERTIES, RawSheet, bytes_of, inspect
from .problems import Refused, damaged, too_much
from .rich_text import RichCells, rich_cells
from .separated import Separated, read_separated
from .unstyled import without_styles

HEADINGS_WITHIN = 60  # rows from the top
HEADINGS_AT_LEAST = 2  # to recognise the row of headings

_QUOTES = re.compile("[“”„‟\"'‘’「」『』]")
# Of what a sheet is related to only these are read: a chart or a picture that the library cannot read is no fault.
_ENDS = (b"/hyperlink", b"/table")
_RELATIONSHIP = re.compile(rb'<(?:\w+:)?Relationship\s[^<>]*?Type="([^"]*)"[^<>]*/>')
_ESCAPED = re.compile("_x(005[Ff]|00[01][0-9A-Fa-f])_")  # a control character, or _ itself, in a cell


@dataclass
class SheetTable:
    """The sheet, read a second time for the results of its formulas, and the row of its headings."""

    sheet: Worksheet
    results: Worksheet | None
    raw: RawSheet
    heading_row: int
    epoch: datetime.datetime
    origin: Mapping[str, str] = field(default_factory=dict)
    separated: Separated | None = None
    rich: RichCells = field(default_factory=RichCells)
    is_unstyled: bool = False  # read without what the library could not open
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    has_pictures: bool = False

    def value(self, row: int, column: int) -> Any:
        """As stored; None where the file's XML holds nothing, whatever a library puts there."""
        return self.sheet.cell(row, column).value if (row, column) in self.raw.filled else None

    def text(self, row: int, column: int) -> str:
        return plain(self.value(row, column))

    def result(self, row: int, column: int) -> Any:
        """What a formula came to when the file was saved; None where the file does not say."""
        return self.results.cell(row, column).value if self.results else None

    def is_formula(self, row: int, column: int) -> bool:
        return self.sheet.cell(row, column).data_type == "f"

    def is_lost(self, row: int, column: int) -> bool:
        """The file's XML holds something here that the library does not show, such as a value under a merge."""
        return (row, column) in self.raw.filled and self.sheet.cell(row, column).value is None

    def texts_of(self, row: int) -> dict[int, str]:
        """Texts by column, from left to right."""
        return {column: self.text(row, column) for filled, column in sorted(self.raw.filled) if filled == row}

    @functools.cached_property
    def under_merges(self) -> set[tuple[int, int]]:
        return {cell for merged in self.sheet.merged_cells.ranges for cell in merged.cells}


def address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def plain(value: Any) -> str:
    """A label as text: 12.0 is 12, and what Excel stores as _x000D_ is a line break."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), str("" if value is None else value))


def fold(text: str) -> str:
    """For comparing headings: without blanks, line breaks, quotes and the width of brackets."""
    return _QUOTES.sub("", "".join(unicodedata.normalize("NFKC", text).split()))


def known_headings(layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]) -> dict[str, str]:
    """Code by folded heading: the verbatim one and the one on screen."""
    known = {fold(layout["provider_heading"]): PROVIDER}
    return known | {fold(text): column.code for column in columns for text in (column.name, column.heading)}


def open_table(
    source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> SheetTable:
    """The one table in the file, or Refused."""
    data, known = bytes_of(source), known_headings(layout, columns)
    if not is_workbook(data):
        return _open_separated(data, layout, known)
    found = inspect(data)
    parts = {name: _needed(name, content) for name, content in found.parts.items() if _is_read(name)}
    workbook, parts, is_unstyled = _load(parts)
    pictures = _has_pictures(found.parts)
    sheet, row = _only(list(_tables(workbook, found.sheets, known)), layout, has_pictures=pictures)
    _refuse_personal(workbook, found.sheets, sheet)
    raw = found.sheets[sheet.title]
    results = _opened(parts, data_only=True)[sheet.title] if raw.has_formulas else None
    return SheetTable(
        sheet, results, raw, row, workbook.epoch, found.origin,
        rich=rich_cells(found.parts, raw.part),
        is_unstyled=is_unstyled,
        comments=comments_of(found.parts, raw.part),
        has_pictures=pictures,
    )  # fmt: skip


def _open_separated(data: bytes, layout: Mapping[str, Any], known: Mapping[str, str]) -> SheetTable:
    """A CSV file as the sheet that it stands for: every value is text."""
    separated = read_separated(data, lambda text: known.get(fold(text)))
    workbook = Workbook()
    sheet = workbook.active
    sheet.title, raw = layout["sheet_name"], RawSheet()
    for row, fields in enumerate(separated.rows, start=1):
        for column, text in enumerate(fields, start=1):
            if text:
                cell = sheet.cell(row, column)
                cell._value, cell.data_type = (
                    text,
                    "s",
                )  # as it stands: openpyxl would cut it and refuse characters
                raw.filled.add((row, column))
    return SheetTable(sheet, None, raw, separated.heading_row, workbook.epoch, separated=separated)


def _is_read(part: str) -> bool:
    return not part.lower().startswith(
        (PROPERTIES, "xl/drawings/", "xl/charts/", "xl/media/", "xl/calcchain")
    )


def _needed(part: str, content: bytes) -> bytes:
    if not part.lower().startswith("xl/worksheets/_rels/"):
        return content
    return _RELATIONSHIP.sub(lambda found: found[0] if found[1].endswith(_ENDS) else b"", content)


def _has_pictures(parts: Mapping[str, bytes]) -> bool:
    return any(name.lower().startswith("xl/media/") for name in parts)


def _load(parts: dict[str, bytes]) -> tuple[Workbook, dict[str, bytes], bool]:
    """The workbook, the parts that it was read from, and whether the library could open it only without its styles."""
    try:
        return _opened(parts), parts, False
    except Refused as refused:
        if refused.problem.code != "damaged":
            raise
        try:
            plain_parts = without_styles(parts)
        except (ParseError, ValueError):
            raise refused from None
        return _opened(plain_parts), plain_parts, True


def _opened(parts: dict[str, bytes], *, data_only: bool = False) -> Workbook:
    try:
        return load_workbook(io.BytesIO(repacked(parts)), data_only=data_only, keep_links=False)
    except MemoryError as error:
        raise Refused(too_much(), code="bomb") from error
    except (
        Exception
    ) as error:  # openpyxl raises whatever its parts raise on a file that is not as it should be
        raise Refused(damaged(), code="damaged") from error


def _refuse_personal(workbook: Workbook, sheets: Mapping[str, RawSheet], table: Worksheet) -> None:
    """Identity numbers in other sheets: nobody reads those, but the file is kept for a day."""
    for sheet in workbook.worksheets:
        for row, column in sheets.get(sheet.title, RawSheet()).filled if sheet is not table else ():
            if holds_identity_number(plain(sheet.cell(row, column).value)):
                text = _(
                    "Cell %(cell)s of the sheet “%(sheet)s” contains an identity card number. Delete it."
                )
                raise Refused(
                    text % {"cell": address(row, column), "sheet": sheet.title}, code="identity_number"
                )


def _tables(
    workbook: Workbook, sheets: Mapping[str, RawSheet], known: Mapping[str, str]
) -> Iterator[tuple[Worksheet, int]]:
    """Every sheet with a row of headings, and that row: the one with the most known headings."""
    for sheet in workbook.worksheets:
        counted: dict[int, set[str]] = {}
        for row, column in sheets.get(sheet.title, RawSheet()).filled:
            if row <= HEADINGS_WITHIN and (code := known.get(fold(plain(sheet.cell(row, column).value)))):
                counted.setdefault(row, set()).add(code)
        best = max(counted, key=lambda row: (len(counted[row]), -row), default=0)
        if best and len(counted[best]) >= HEADINGS_AT_LEAST:
            yield sheet, best


def _only(
    tables: list[tuple[Worksheet, int]], layout: Mapping[str, Any], *, has_pictures: bool
) -> tuple[Worksheet, int]:
    """One table, in a sheet that people can see: a second or hidden one may hold other figures."""
    if not tables and has_pictures:
        text = _(
            "The workbook holds a picture and no table: figures in a picture cannot be read. "
            "Type them into the attachment's template and upload that."
        )
        raise Refused(text, code="no_table")
    if not tables:
        text = _(
            "No row with the attachment's headings (“%(heading)s” and the others) was found. "
            "Download the attachment's template here and fill that in."
        )
        raise Refused(text % {"heading": layout["provider_heading"]}, code="no_table")
    if len(tables) > 1:
        names = "”, “".join(sheet.title for sheet, row in tables)
        text = _("The table stands in more than one sheet (“%(sheets)s”). Keep one and delete the others.")
        raise Refused(text % {"sheets": names}, code="tables")
    if tables[0][0].sheet_state != "visible":
        text = _("The table stands in a hidden sheet (“%(sheet)s”). Unhide the sheet, check it and save.")
        raise Refused(text % {"sheet": tables[0][0].title}, code="hidden_table")
    return tables[0]
