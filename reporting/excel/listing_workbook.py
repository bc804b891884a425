"""Writes listings as a workbook, a sheet each, row by row: a hundred thousand rows take no more memory than ten.

Values, never formulas; text as text; charts are the spreadsheet's own, with the figures that they show.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .charts import HEIGHT, WIDTH, bar_chart
from .export import PAPER_A4
from .listing import Listing, Value
from .text import is_formula_like, writable

EVERY = 500  # rows between two signs of life
ROW_HEIGHT, LINE_HEIGHT = 19.5, 15.0  # points
PIXELS_PER_CHARACTER, PADDING = 7, 5  # of a column's width in the default font
CENTIMETRE = 96 / 2.54  # pixels

_LINE = Side(style="thin", color="808080")
GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
SHADE = PatternFill("solid", fgColor="F2F2F2")
TITLE, BOLD, PLAIN = (
    Font(name=name, size=size, charset=134) for name, size in (("黑体", 16), ("黑体", 11), ("宋体", 11))
)


def write_listings(listings: Sequence[Listing], file: IO[bytes], step: Callable[[int], None]) -> None:
    workbook = Workbook(write_only=True)
    workbook.properties.creator = ""
    done = 0
    for listing in listings:
        sheet = workbook.create_sheet(listing.name)
        _set_up(sheet, listing)
        for row in _rows(sheet, listing):
            sheet.append(row)
            done += 1
            if done % EVERY == 0:
                step(done)
        _add_charts(sheet, listing)
    workbook.save(file)


# --- the sheet


def heading_row(listing: Listing) -> int:
    """Title, subtitle, the groups where there are any, the headings."""
    return 4 if listing.groups else 3


def _set_up(sheet: WriteOnlyWorksheet, listing: Listing) -> None:
    """Everything that stands in the file before the rows."""
    last, heading = get_column_letter(len(listing.headings)), heading_row(listing)
    for number in range(len(listing.headings)):
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = listing.width(number)
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = ROW_HEIGHT, True
    sheet.row_dimensions[1].height = 33
    sheet.row_dimensions[heading].height = 36
    for row in (1, 2):
        sheet.merged_cells.add(f"A{row}:{last}{row}")
    _merge_groups(sheet, listing)
    sheet.freeze_panes = f"B{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = PAPER_A4, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddFooter.center.text = "-&P-"


def _merge_groups(sheet: WriteOnlyWorksheet, listing: Listing) -> None:
    """A group over its headings; a heading without a group takes both rows."""
    start = 1
    for label, columns in listing.groups:
        first, last = get_column_letter(start), get_column_letter(start + columns - 1)
        sheet.merged_cells.add(f"{first}3:{last}3" if label else f"{first}3:{last}4")
        start += columns


def _rows(sheet: WriteOnlyWorksheet, listing: Listing) -> Iterator[Iterator[WriteOnlyCell]]:
    pens = Pens(sheet, listing.texts)
    yield pens.row([listing.title], "title")
    yield pens.row([listing.subtitle], "note")
    if listing.groups:
        yield pens.row(_group_labels(listing), "heading")
    yield pens.row(listing.headings, "heading")
    for number, row in enumerate(listing.rows, start=heading_row(listing) + 1):
        if (lines := max(_lines(row[column], listing.width(column)) for column in listing.texts)) > 1:
            sheet.row_dimensions[number].height = LINE_HEIGHT * lines + 4
        yield pens.row(row, "cell")
        sheet.row_dimensions.pop(number, None)  # it is written
    for row in listing.foot:
        yield pens.row(row, "foot")
    for note in listing.notes:
        yield pens.row([note], "remark")


def _lines(value: Value, width: float) -> int:
    """How many lines the text takes; a Chinese character is two wide."""
    return -(-2 * len(value) // int(width)) if isinstance(value, str) else 1


def _group_labels(listing: Listing) -> Iterator[str | None]:
    """Above a column without a group stands its own heading, over both rows."""
    start = 0
    for label, columns in listing.groups:
        yield label or listing.headings[start]
        yield from [None] * (columns - 1)
        start += columns


def _add_charts(sheet: WriteOnlyWorksheet, listing: Listing) -> None:
    """Below the table, as many side by side as its width holds."""
    first = heading_row(listing) + 1
    below = first + len(listing.rows) + len(listing.foot) + len(listing.notes) + 1
    lefts = list(_lefts(listing))
    beside = max(1, round(lefts[-1] / WIDTH))
    for number, each in enumerate(listing.charts):
        down, across = divmod(number, beside)
        column = next(place for place, left in enumerate(lefts, start=1) if left >= across * WIDTH)
        row = below + down * math.ceil((HEIGHT + 0.5) * CENTIMETRE * 0.75 / ROW_HEIGHT)
        sheet.add_chart(bar_chart(sheet, listing, each, first_row=first), f"{get_column_letter(column)}{row}")


def _lefts(listing: Listing) -> Iterator[float]:
    """Where each column begins, in centimetres; at last, where the table ends."""
    left = 0.0
    for column in range(len(listing.headings)):
        yield left
        left += (listing.width(column) * PIXELS_PER_CHARACTER + PADDING) / CENTIMETRE
    yield left


# --- one cell


LOOKS = {
    "title": (TITLE, CENTRED, None, None),
    "note": (PLAIN, CENTRED, None, None),
    "remark": (PLAIN, Alignment(horizontal="left", vertical="center"), None, None),
    "heading": (BOLD, CENTRED, GRID, SHADE),
    "cell": (PLAIN, CENTRED, GRID, None),
    "running": (PLAIN, LEFT, GRID, None),
    "foot": (BOLD, CENTRED, GRID, SHADE),
}
FORMATS = {"number": "#,##0", "rate": "0.0%", "text": "General", "formula-like": "General"}


class Pens:
    """One cell of each look and kind, used again for every value: what is written leaves it at once."""

    def __init__(self, sheet: WriteOnlyWorksheet, texts: Sequence[int]):
        self.texts = frozenset(texts)
        self.pens = {(look, kind): self._pen(sheet, look, kind) for look in LOOKS for kind in FORMATS}

    def _pen(self, sheet: WriteOnlyWorksheet, look: str, kind: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(sheet)
        cell.font, alignment, border, shade = LOOKS[look]
        cell.alignment = RIGHT if kind in ("number", "rate") else alignment
        cell.border, cell.fill = border or Border(), shade or PatternFill()
        cell.number_format, cell.quotePrefix = FORMATS[kind], kind == "formula-like"
        return cell

    def row(self, values, look: str) -> Iterator[WriteOnlyCell]:
        return (
            self._written(value, "running" if look == "cell" and column in self.texts else look)
            for column, value in enumerate(values)
        )

    def _written(self, value: Value, look: str) -> WriteOnlyCell:
        if isinstance(value, str):
            text = writable(value)
            return _holding(self.pens[look, "formula-like" if is_formula_like(text) else "text"], text, "s")
        if isinstance(value, Decimal):
            return _holding(self.pens[look, "rate"], value / 100, "n")
        return _holding(self.pens[look, "number"], value, "n")


def _holding(cell: WriteOnlyCell, value: Value, kind: str) -> WriteOnlyCell:
    cell._value, cell.data_type = value, kind  # `value =` would take text for a formula
    return cell
