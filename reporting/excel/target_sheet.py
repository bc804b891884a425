"""Writes the target table as the document prints it: the corner split by a diagonal, 任务数 upright at the side."""

from collections.abc import Sequence
from typing import IO

from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from targets.queries import TargetTable

from .export import ALIGNMENTS, GRID, PAPER_A4, fill, new_workbook, same_bytes
from .sheet_rows import Align

SHEET = "任务分解表"
TITLE_ROW, CAPTION_ROW, HEADING_ROW = 1, 2, 3
SIDE, INDICATOR, FIRST_TENANT = 1, 2, 3
WIDTHS = {SIDE: 7, INDICATOR: 26}
CENTRED, LEFT = ALIGNMENTS[Align.CENTRED], ALIGNMENTS[Align.LEFT]
UPRIGHT = Alignment(horizontal="center", vertical="center", text_rotation=255)


def write_target_table(table: TargetTable, fonts: dict, file: IO[bytes]) -> None:
    workbook = new_workbook()
    sheet = workbook.active
    sheet.title = SHEET
    last = FIRST_TENANT + len(table.columns)
    _line(sheet, TITLE_ROW, f"{table.document_number}　{table.document_title}", fonts["line"], last)
    _line(sheet, CAPTION_ROW, table.caption, fonts["line"], last)
    if not table.rows:
        note = _("The targets of %(year)s have not been loaded: whether there is a task is not known.")
        _line(sheet, HEADING_ROW, note % {"year": table.year}, fonts["line"], last)
        file.write(same_bytes(workbook))
        return
    _headings(sheet, table, fonts, last)
    for number, row in enumerate(table.rows, start=HEADING_ROW + 1):
        texts = [row.heading, *(cell.text or None for cell in row.cells)]
        for column, text in enumerate(texts, start=INDICATOR):
            _fill(sheet, number, column, text if column == INDICATOR else _figure(text), fonts["cell"])
        _fill(sheet, number, last, row.total, fonts["cell"])
        sheet.row_dimensions[number].height = 36
    _side(sheet, table, fonts)
    _set_up(sheet, last)
    file.write(same_bytes(workbook))


def _figure(text: str | None) -> int | str | None:
    """A figure as a number; “/” and blanks as printed."""
    return int(text) if text and text.isdecimal() else text


def _line(sheet: Worksheet, row: int, text: str, font: Sequence, last: int) -> None:
    _fill(sheet, row, 1, text, font)
    sheet.cell(row, 1).border, sheet.cell(row, 1).alignment = Border(), LEFT
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
    sheet.row_dimensions[row].height = 48 if row == TITLE_ROW else 30


def _headings(sheet: Worksheet, table: TargetTable, fonts: dict, last: int) -> None:
    """The corner names the columns above the diagonal and the rows below it."""
    thin = GRID.left
    for column in (SIDE, INDICATOR):
        _fill(sheet, HEADING_ROW, column, None, fonts["heading"])
    corner = sheet.cell(HEADING_ROW, SIDE)
    blanks = " " * 24
    _fill(sheet, HEADING_ROW, SIDE, f"{blanks}{table.corner[0]}\n{table.corner[1]}", fonts["heading"])
    corner.alignment = LEFT
    sheet.merge_cells(start_row=HEADING_ROW, end_row=HEADING_ROW, start_column=SIDE, end_column=INDICATOR)
    corner.border = Border(
        left=thin,
        top=thin,
        right=thin,
        bottom=thin,
        diagonal=Side(style="thin", color="000000"),
        diagonalDown=True,
    )
    for column, each in enumerate(
        [*(each.heading for each in table.columns), table.total_label], FIRST_TENANT
    ):
        _fill(sheet, HEADING_ROW, column, each, fonts["heading"])
    sheet.row_dimensions[HEADING_ROW].height = 40


def _side(sheet: Worksheet, table: TargetTable, fonts: dict) -> None:
    if not table.rows:
        return
    first, last = HEADING_ROW + 1, HEADING_ROW + len(table.rows)
    for row in range(first, last + 1):
        _fill(sheet, row, SIDE, None, fonts["heading"])
    _fill(sheet, first, SIDE, table.side, fonts["heading"])
    sheet.cell(first, SIDE).alignment = UPRIGHT if len(table.rows) > 1 else CENTRED
    sheet.merge_cells(start_row=first, end_row=last, start_column=SIDE, end_column=SIDE)


def _fill(sheet: Worksheet, row: int, column: int, value: int | str | None, font: Sequence) -> None:
    cell = sheet.cell(row, column)
    fill(cell, value, font)
    cell.alignment, cell.border = CENTRED, GRID


def _set_up(sheet: Worksheet, last: int) -> None:
    for column in range(1, last + 1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(column, 9)
    sheet.print_area = f"A1:{get_column_letter(last)}{sheet.max_row}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = PAPER_A4, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_view.showGridLines = False
