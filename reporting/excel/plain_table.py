"""A sheet with one plain table in the style of the official attachment: title, headings, rows, remarks, on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from .attachment import Value
from .export import ALIGNMENTS, GRID, fill, print_on_a4
from .sheet_rows import Align, characters, height

PIXELS = 850  # across A4 between the margins, lying
TITLE_SIZE = 16
CENTRED, LEFT = ALIGNMENTS[Align.CENTRED], ALIGNMENTS[Align.LEFT]
NUMBER_FORMATS = {"percent": '0.0"%"', "score": "0.00"}


@dataclass(frozen=True)
class PlainTable:
    """`shares`: how the columns divide the width; `formats`: what a column holds, "text" (to the left),
    "percent", "score" or "" for anything else; `remarks`: lines below the table."""

    title: str
    lines: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    shares: Sequence[float]
    formats: Sequence[str]
    remarks: Sequence[str] = ()

    def __post_init__(self):
        """A row with a value too many or too few would put figures under the wrong heading."""
        if any(len(row) != len(self.headings) for row in (self.shares, self.formats, *self.rows)):
            raise ValueError("every row needs one value per heading")


def write_plain_table(sheet: Worksheet, table: PlainTable, layout: dict[str, Any]) -> None:
    pixels = [round(PIXELS * share / sum(table.shares)) for share in table.shares]
    for column, width in enumerate(pixels, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = characters(width)
    fonts, width = layout["fonts"], len(table.headings)
    row = 1
    for text, font, alignment in [
        (table.title, [fonts["title"][0], TITLE_SIZE], CENTRED),
        *[(line, fonts["cell"], CENTRED) for line in table.lines],
    ]:
        _write_across(sheet, row, text, font, alignment, pixels)
        row += 1
    heading_row = row
    _write_cells(sheet, row, table.headings, fonts["heading"], pixels, [CENTRED] * width)
    for row, values in enumerate(table.rows, start=heading_row + 1):
        alignments = [LEFT if kind == "text" else CENTRED for kind in table.formats]
        _write_cells(sheet, row, values, fonts["cell"], pixels, alignments, table.formats)
    for remark in table.remarks:
        row += 1
        _write_across(sheet, row, remark, fonts["cell"], LEFT, pixels)
    sheet.freeze_panes = f"B{heading_row + 1}"
    sheet.print_area = f"A1:{get_column_letter(width)}{row}"
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    print_on_a4(sheet, layout["page"], "landscape")


def _write_across(
    sheet: Worksheet, row: int, text: str, font: list, alignment: Alignment, pixels: list[int]
) -> None:
    cell = sheet.cell(row, 1)
    fill(cell, text, font)
    cell.alignment = alignment
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(pixels))
    sheet.row_dimensions[row].height = height([(text, sum(pixels))], font[1], lines=1)


def _write_cells(
    sheet: Worksheet,
    row: int,
    values: Sequence[Value],
    font: list,
    pixels: list[int],
    alignments: Sequence[Alignment],
    formats: Sequence[str] = (),
) -> None:
    for column, (value, alignment) in enumerate(zip(values, alignments, strict=True), start=1):
        cell = sheet.cell(row, column)
        fill(cell, value, font)
        cell.alignment, cell.border = alignment, GRID
        if not isinstance(value, str) and formats and (shown := NUMBER_FORMATS.get(formats[column - 1])):
            cell.number_format = shown
    texts = [
        (str("" if value is None else value), width) for value, width in zip(values, pixels, strict=True)
    ]
    sheet.row_dimensions[row].height = height(texts, font[1], lines=1.2)
