"""Writes the official attachment as a workbook, cell by cell as the document prints it.

Values, never formulas: a formula written by a library has no cached result, and a preview would show
an empty total.
The same attachment gives the same bytes, so that two copies can be compared by their digest.
"""

import datetime
import functools
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from reporting.attachment import Attachment, Row, Value
from reporting.excel.layout import (
    FIRST_TITLE_ROW,
    OPENING_ROW,
    PROVENANCE_SHEET,
    PROVIDER_COLUMN,
    bureau_row,
    first_data_row,
    heading_row,
    period_row,
)
from reporting.excel.origin import write_origin

PAPER_A4 = 9
PAPER_MM = {"landscape": 297, "portrait": 210}
MM_PER_INCH = 25.4
PIXELS_PER_INCH = 96
POINTS_PER_INCH = 72
CELL_TEXT_LIMIT = 32_767  # what a cell holds; openpyxl cuts longer text without a word
HIGHEST_ROW = 409  # points; Excel calls a file with a higher row damaged
PIXELS_PER_DIGIT = 8  # of the default font, see _new_workbook
PROVIDER_SHARE = 0.23  # of the table's width
ROOMY = 1.6  # lines: the height of a row of the form with one line of text

SOME_DAY = datetime.datetime(1980, 1, 1)  # the earliest a zip entry can carry

_THIN = Side(style="thin", color="000000")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
TOP = Alignment(horizontal="left", vertical="top", wrap_text=True)

# What XML 1.0 cannot carry. One such character in one stored row must not break the whole city's export.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_ALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read _x0041_ as A


def write_attachment(attachment: Attachment, origin: Mapping[str, str] | None = None) -> bytes:
    """The workbook: the official sheet, and 说明 when there is a provenance to tell.

    `origin`: for which return it is to be filled in; it shows nowhere.
    """
    workbook = _new_workbook()
    sheet = workbook.active
    sheet.title = attachment.layout["sheet_name"]
    last_row = _write_sheet(sheet, attachment)
    _set_up_page(sheet, attachment, last_row)
    if attachment.provenance:
        _write_provenance(workbook.create_sheet(PROVENANCE_SHEET), attachment)
    write_origin(workbook, origin or {})
    return _same_bytes(workbook)


def _new_workbook() -> Workbook:
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
    workbook = _new_workbook()
    workbook.remove(workbook.active)
    for name, write in sheets.items():
        write(workbook.create_sheet(name))
    return _same_bytes(workbook)


def write_official(sheet: Worksheet, attachment: Attachment) -> None:
    """The official sheet as a part of a larger workbook."""
    _set_up_page(sheet, attachment, _write_sheet(sheet, attachment))


# --- the official sheet


def _write_sheet(sheet: Worksheet, attachment: Attachment) -> int:
    layout = attachment.layout
    _set_widths(sheet, attachment)
    _write_line(sheet, OPENING_ROW, attachment, layout["opening"], "opening", LEFT)
    for row, line in enumerate(layout["title_lines"], start=FIRST_TITLE_ROW):
        _write_line(sheet, row, attachment, line, "title", CENTRED)
    _write_line(sheet, period_row(layout), attachment, attachment.period_line, "line", CENTRED)
    _write_line(sheet, bureau_row(layout), attachment, attachment.bureau_line, "line", LEFT)
    _write_row(sheet, heading_row(layout), attachment, attachment.headings, "heading")
    rows = (*attachment.printed_rows, Row(layout["total_label"], attachment.total))
    for number, each in enumerate(rows, start=first_data_row(layout)):
        _write_row(sheet, number, attachment, (each.label or None, *each.values), "cell")
    if not attachment.note:
        return number
    _write_line(sheet, number + 1, attachment, attachment.note, "cell", LEFT)
    return number + 1


def _write_line(
    sheet: Worksheet, row: int, attachment: Attachment, text: str, font: str, alignment: Alignment
) -> None:
    """A line across the whole table: merged, without borders."""
    cell = sheet.cell(row, 1)
    fill(cell, text, attachment.layout["fonts"][font])
    cell.alignment = alignment
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=attachment.width)
    size = attachment.layout["fonts"][font][1]
    sheet.row_dimensions[row].height = height([(text, sum(_column_pixels(attachment)))], size, lines=1)


def _write_row(
    sheet: Worksheet, row: int, attachment: Attachment, values: Iterable[Value], font: str
) -> None:
    """A row of the table: every cell with its border, blank ones too."""
    texts = []
    for column, (value, pixels) in enumerate(zip(values, _column_pixels(attachment), strict=True), start=1):
        cell = sheet.cell(row, column)
        fill(cell, value, attachment.layout["fonts"][font])
        cell.alignment, cell.border = CENTRED, GRID
        texts.append((str(value or ""), pixels))
    sheet.row_dimensions[row].height = height(texts, attachment.layout["fonts"][font][1], lines=ROOMY)


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
    for letter, pixels in zip("AB", _PROVENANCE_PIXELS, strict=True):
        sheet.column_dimensions[letter].width = characters(pixels)
    font = attachment.layout["fonts"]["cell"]
    for row, pair in enumerate(attachment.provenance, start=1):
        for column, value in enumerate(pair, start=1):
            cell = sheet.cell(row, column)
            fill(cell, value, font)
            cell.alignment, cell.border = TOP, GRID
        texts = zip(pair, _PROVENANCE_PIXELS, strict=True)
        sheet.row_dimensions[row].height = height(texts, font[1], lines=1)
    sheet.print_area = f"A1:B{len(attachment.provenance)}"
    print_on_a4(sheet, attachment.layout["page"], "portrait")


_PROVENANCE_PIXELS = (130, 390)


# --- one cell


def fill(cell: Cell, value: Value, font: list) -> None:
    """Numbers as numbers; text as text, even when it begins like a formula or looks like an error value."""
    name, size = font
    if isinstance(value, str):
        text = _writable(value)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))  # stays text when somebody edits the cell
        name = _font_name(name, text)
    else:
        cell.value = value
    cell.font = _font(name, size)


def _writable(text: str) -> str:
    """`text` without what a workbook cannot hold: what is replaced or cut stays visible as � and …."""
    text = _UNWRITABLE.sub("\ufffd", re.sub("\r\n?", "\n", text))
    text = _ESCAPE_ALIKE.sub("_x005F_", text)
    return text if len(text) <= CELL_TEXT_LIMIT else text[: CELL_TEXT_LIMIT - 1] + "…"


def _font_name(name: str, text: str) -> str:
    """仿宋_GB2312 has no glyph outside GB 2312: neither 沚 nor 垟. 仿宋 has."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return name.removesuffix("_GB2312")
    return name


@functools.cache
def _font(name: str, size: float) -> Font:
    return Font(name=name, size=size, bold=False, charset=134)


# --- widths and heights


def _set_widths(sheet: Worksheet, attachment: Attachment) -> None:
    for column, pixels in enumerate(_column_pixels(attachment), start=PROVIDER_COLUMN):
        sheet.column_dimensions[get_column_letter(column)].width = characters(pixels)


def _column_pixels(attachment: Attachment) -> list[int]:
    """The table fills the page between the margins; the provider's column is widest, the others equal."""
    page, columns = attachment.layout["page"], len(attachment.columns)
    margins = page["margins_mm"]
    millimetres = PAPER_MM[page["orientation"]] - margins["left"] - margins["right"]
    whole = math.floor(millimetres / MM_PER_INCH * PIXELS_PER_INCH)
    provider = round(whole * max(PROVIDER_SHARE, 1 / (columns + 1)))
    return [provider, *[(whole - provider) // columns] * columns]


def characters(pixels: int) -> float:
    """A column's width as the file stores it: in digits of the default font."""
    return round(pixels / PIXELS_PER_DIGIT, 2)


def height(texts: Iterable[tuple[str, int]], size: float, *, lines: float) -> float:
    """Points for the longest of `texts` in its column, at least `lines` lines: no text is clipped."""
    needed = max((_lines(text, size, pixels) for text, pixels in texts), default=1)
    return min(HIGHEST_ROW, math.ceil(max(needed, lines) * size * 1.25 + size * 0.5))


def _lines(text: str, size: float, pixels: int) -> int:
    """How many lines `text` takes: a Chinese character is as wide as it is high, others half of it."""
    em = size / POINTS_PER_INCH * PIXELS_PER_INCH
    per_line = max(1, math.floor((pixels - 8) / em))
    return sum(max(1, math.ceil(_ems(line) / per_line)) for line in text.split("\n"))


def _ems(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(each) in "WFA" else 0.5 for each in text)


# --- the same bytes


def _same_bytes(workbook: Workbook) -> bytes:
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
