"""Writes the official attachment as a workbook, cell by cell as the document prints it.

Values, never formulas: a formula written by a library has no cached result, and a preview would show
an empty total.
The same attachment gives the same bytes, so that two copies can be compared by their digest.
"""

import datetime
import functools
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from .attachment import Attachment, Value
from .layout import PROVENANCE_SHEET, PROVIDER_COLUMN, heading_row
from .origin import write_origin
from .sheet_rows import (
    MM_PER_INCH,
    PROVENANCE_PIXELS,
    Align,
    Look,
    SheetRow,
    characters,
    column_pixels,
    official_rows,
    provenance_rows,
)
from .text import font_name, is_formula_like, writable

PAPER_A4 = 9
SOME_DAY = datetime.datetime(1980, 1, 1)  # the earliest a zip entry can carry

_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
ALIGNMENTS = {
    Align.CENTRED: Alignment(horizontal="center", vertical="center", wrap_text=True),
    Align.LEFT: Alignment(horizontal="left", vertical="center", wrap_text=True),
    Align.TOP: Alignment(horizontal="left", vertical="top", wrap_text=True),
}


def write_attachment(attachment: Attachment, origin: Mapping[str, str] | None = None) -> bytes:
    """The workbook: the official sheet, and 说明 when there is a provenance.

    `origin`: for which return it is to be filled in; it shows nowhere.
    """
    workbook = draw(attachment)
    write_origin(workbook, origin or {})
    return same_bytes(workbook)


def draw(attachment: Attachment) -> Workbook:
    workbook = new_workbook()
    sheet = workbook.active
    sheet.title = attachment.layout["sheet_name"]
    write_official(sheet, attachment)
    if attachment.provenance:
        _write_provenance(workbook.create_sheet(PROVENANCE_SHEET), attachment)
    return workbook


def new_workbook() -> Workbook:
    """A workbook that measures its columns in 宋体 12, as every Chinese desktop has it: a digit is 8 pixels.

    With openpyxl's own default, Calibri, columns come out wider wherever Calibri is missing.
    """
    workbook = Workbook()
    default = _font("宋体", 12)
    workbook._fonts = IndexedList([default])  # openpyxl offers no public way
    workbook._named_styles["Normal"].font = default
    return workbook


def write_book(sheets: Mapping[str, Callable[[Worksheet], None]]) -> bytes:
    """A workbook of several sheets, each written by what stands beside its name."""
    workbook = new_workbook()
    workbook.remove(workbook.active)
    for name, write in sheets.items():
        write(workbook.create_sheet(name))
    return same_bytes(workbook)


# --- the official sheet


def write_official(sheet: Worksheet, attachment: Attachment) -> None:
    """The official sheet, alone or as a part of a larger workbook."""
    _set_widths(sheet, attachment)
    last_row = _write_rows(sheet, official_rows(attachment), attachment.layout["fonts"], attachment.width)
    _set_up_page(sheet, attachment, last_row)


def _write_rows(sheet: Worksheet, rows: Iterable[SheetRow], fonts: dict, width: int) -> int:
    """The rows as described, and the number of the last one."""
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row.values, start=1):
            draw_cell(sheet.cell(number, column), value, row.look, fonts)
        if row.look.is_line:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
        sheet.row_dimensions[number].height = row.height
    return number


def _set_up_page(sheet: Worksheet, attachment: Attachment, last_row: int) -> None:
    """A4, as wide as the page, as long as needed; the headings again on every page."""
    page, heading = attachment.layout["page"], heading_row(attachment.layout)
    sheet.print_area = f"A1:{get_column_letter(attachment.width)}{last_row}"
    sheet.print_title_rows = f"{heading}:{heading}"
    print_on_a4(sheet, page, page["orientation"])
    sheet.print_options.horizontalCentered = True


def print_on_a4(sheet: Worksheet, page: dict, orientation: str) -> None:
    sheet.page_setup.paperSize, sheet.page_setup.orientation = PAPER_A4, orientation
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    for side, millimetres in page["margins_mm"].items():
        setattr(sheet.page_margins, side, millimetres / MM_PER_INCH)
    sheet.oddFooter.center.text = page["footer"]
    sheet.sheet_view.showGridLines = sheet.print_options.gridLines = False


# --- the sheet 说明


def _write_provenance(sheet: Worksheet, attachment: Attachment) -> None:
    """Where the figures come from, one label and one text a row. Upright, so that long texts read well."""
    for letter, pixels in zip("AB", PROVENANCE_PIXELS, strict=True):
        sheet.column_dimensions[letter].width = characters(pixels)
    _write_rows(sheet, provenance_rows(attachment), attachment.layout["fonts"], 2)
    sheet.print_area = f"A1:B{len(attachment.provenance)}"
    print_on_a4(sheet, attachment.layout["page"], "portrait")


# --- one cell


def draw_cell(cell: Cell, value: Value, look: Look, fonts: dict) -> None:
    """A cell of a described row."""
    fill(cell, value, fonts[look.font])
    cell.alignment = ALIGNMENTS[look.align]
    if not look.is_line:
        cell.border = GRID


def fill(cell: Cell, value: Value, font: Sequence) -> None:
    """Numbers as numbers; text as text, even when it begins like a formula or looks like an error value."""
    name, size = font
    if isinstance(value, str):
        text = writable(value)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = is_formula_like(text)  # stays text when somebody edits the cell
        name = font_name(name, text)
    else:
        cell.value = value
    cell.font = _font(name, size)


@functools.cache
def _font(name: str, size: float) -> Font:
    return Font(name=name, size=size, bold=False, charset=134)


# --- widths


def _set_widths(sheet: Worksheet, attachment: Attachment) -> None:
    for column, pixels in enumerate(column_pixels(attachment), start=PROVIDER_COLUMN):
        sheet.column_dimensions[get_column_letter(column)].width = characters(pixels)


# --- the same bytes


def same_bytes(workbook: Workbook) -> bytes:
    """The saved workbook without the time it was written and without the name of who wrote it."""
    saved, packed = io.BytesIO(), io.BytesIO()
    workbook.save(saved)
    properties = DocumentProperties(creator="", created=SOME_DAY, modified=SOME_DAY)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, SOME_DAY.timetuple()[:6])
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(entry, tostring(properties.to_tree()) if name == ARC_CORE else source.read(name))
    return packed.getvalue()
