"""What is wrong with this cell that only a workbook's cell can have wrong?

A formula, a date, a logical or an error value is a problem here; whether a text or a number is a count is for
`counts.parse_count`, which also words what it can.
"""

import datetime
import re
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from ..entry.counts import parse_count
from .number_formats import shows_another
from .table import SheetTable, plain

# Built-in formats that mean a date or a time in Chinese Excel and WPS (3月5日), and that openpyxl does not know.
CHINESE_DATE_FORMATS = frozenset([*range(27, 37), *range(50, 59)])

_NO_COUNTS = (bool, datetime.date, datetime.time, datetime.timedelta)
_BEGINS_AS_NUMBER = re.compile(r"\s*[+＋]?[0-9０-９]")
_QUOTED_AT_MOST = 20
WHITE = "FFFFFFFF"


def read_value(table: SheetTable, row: int, column: int) -> tuple[Any, str]:
    """The raw value of a data cell, or None and what is wrong with it."""
    if problem := _unreadable(table, row, column):
        return None, problem
    value = typed_value(table, row, column)
    if _is_no_text_or_number(table, row, column, value):
        return None, parse_count(value).problem or _("the value cannot be read; type it again")
    if is_raised(table, row, column) and _BEGINS_AS_NUMBER.match(plain(value)):
        text = _("a part of the content is raised or lowered, such as a footnote mark; type the number alone")
        return None, text
    if isinstance(value, float):
        return _as_shown(value), ""
    return (plain(value) if isinstance(value, str) else value), ""


def _as_shown(value: float) -> float:
    """As a spreadsheet program shows it, with 15 digits: what a formula left behind them nobody typed."""
    rounded = float(f"{value:.15g}")
    return rounded if rounded.is_integer() else value


def read_name(table: SheetTable, row: int, column: int) -> tuple[str, str]:
    """The provider's name, or "" and what is wrong with it."""
    if problem := _unreadable(table, row, column):
        return "", problem
    value = typed_value(table, row, column)
    if _is_no_text_or_number(table, row, column, value):
        return "", _("this is not a name; type the provider's name as text")
    return plain(value), ""


def special_format(table: SheetTable, row: int, column: int) -> bool:
    """The cell's format shows another number than the cell holds, or none: 0"万", 50%, ;;;."""
    value = table.value(row, column)
    if not isinstance(value, int | float):
        return False
    return shows_another(table.sheet.cell(row, column).number_format, value)


def is_raised(table: SheetTable, row: int, column: int) -> bool:
    """Raised or lowered, or a piece of it: a footnote mark that would be read as one more digit."""
    if (row, column) in table.rich.raised:
        return True
    cell = table.sheet.cell(row, column)
    is_filled = bool(table.text(row, column).strip()) and cell._style is not None
    return is_filled and cell.font.vertAlign in ("superscript", "subscript")


def is_concealed(table: SheetTable, row: int, column: int) -> bool:
    """Struck through, or white on white, or a piece of it: people take it for deleted."""
    if (row, column) in table.rich.concealed:
        return True
    cell = table.sheet.cell(row, column)
    if not table.text(row, column).strip() or cell._style is None:
        return False
    fill = cell.fill.fgColor.rgb if cell.fill and cell.fill.fill_type == "solid" else WHITE
    color = cell.font.color
    is_white = color is not None and (
        color.rgb == WHITE if color.type == "rgb" else (color.type, color.value) == ("theme", 0)
    )
    return bool(cell.font.strike) or (is_white and fill in (WHITE, "00000000"))


def _unreadable(table: SheetTable, row: int, column: int) -> str:
    if table.is_formula(row, column):
        result = table.result(row, column)
        if result is None:
            return _("a formula whose result is not stored in the file; type the result itself")
        return _("a formula; type its result (%(result)s) instead") % {
            "result": str(result)[:_QUOTED_AT_MOST]
        }
    if (
        table.is_lost(row, column) and (row, column) not in table.under_merges
    ):  # a merge is reported as a whole
        return _("the value cannot be read; type it again")
    return ""


def typed_value(table: SheetTable, row: int, column: int) -> Any:
    """The value; a number that Chinese Excel shows as a date is a date."""
    value = table.value(row, column)
    style = table.sheet.cell(
        row, column
    )._style  # openpyxl has no public name; under a merge there may be none
    if style is None or style.numFmtId not in CHINESE_DATE_FORMATS or isinstance(value, str | bool | None):
        return value
    try:
        return from_excel(value, table.epoch)
    except (OverflowError, ValueError):
        return table.epoch  # beyond all calendars, but a date nevertheless


def _is_no_text_or_number(table: SheetTable, row: int, column: int, value: Any) -> bool:
    return isinstance(value, _NO_COUNTS) or table.sheet.cell(row, column).data_type == "e"
