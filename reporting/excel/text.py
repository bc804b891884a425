"""What may stand in a cell as text? Asked by every writer, so that one stored row cannot break a whole export."""

import re
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from .layout import OFFICIAL

CELL_TEXT_LIMIT = 32_767  # what a cell holds; openpyxl cuts longer text without a word

# What XML 1.0 cannot carry. One such character in one stored row must not break the whole city's export.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_ALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read _x0041_ as A
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def readable(text: str) -> str:
    """`text` without what no file can hold: what is replaced stays visible as �."""
    return UNWRITABLE.sub("\ufffd", re.sub("\r\n?", "\n", text))


def writable(text: str) -> str:
    """`text` without what a workbook cannot hold: what is replaced or cut stays visible as � and …."""
    text = _ESCAPE_ALIKE.sub("_x005F_", readable(text))
    return text if len(text) <= CELL_TEXT_LIMIT else text[: CELL_TEXT_LIMIT - 1] + "…"


def is_formula_like(text: str) -> bool:
    """Whether Excel, WPS or LibreOffice would take it for a formula when it is typed, or read from CSV."""
    return text.startswith(_FORMULA_START)


def font_name(name: str, text: str) -> str:
    """仿宋_GB2312 has no glyph outside GB 2312: neither 沚 nor 垟. 仿宋 has."""
    return name.removesuffix("_GB2312") if is_rare(text) else name


def is_rare(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def owed(periods: Sequence[str]) -> str:
    """（缺：第三季度）: beside a name, so that nobody takes what was not filed for 0."""
    return _(" (not filed: %(periods)s)") % {"periods": "、".join(periods)} if periods else ""


def missing_note(
    sentence: str, *, expected: int, filed: int, missing: Sequence[str], pending: Sequence[str] = ()
) -> str:
    """Below an official table: who has not filed, in the programme's own `sentence`, and who is still in time. Nothing if
    all are in."""
    names = {"expected": expected, "filed": filed, "names": "、".join(pending)}
    with translation.override(OFFICIAL):
        if missing:
            note = sentence.format(expected=expected, filed=filed, missing="、".join(missing))
            return note + (_("Still in time: %(names)s.") % names if pending else "")
        text = _("Note: %(expected)s expected, %(filed)s filed; not due yet, to be filed: %(names)s.")
        return text % names if pending else ""
