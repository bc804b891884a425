"""What stands around the table: below the total, beside the columns, in the comments at its cells?

Who filled the table in, when, and under which telephone number may stand there. A figure may not: nobody would read it.
"""

import datetime
import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from portal.identity_numbers import holds_identity_number

from ..entry.counts import MAXIMUM, parse_count
from ..entry.names import shown
from .layout import PROVIDER
from .read_return import ReadReturn
from .sign_off import is_sign_off
from .table import SheetTable, address

COMMENTS_TOLD = 20

_NUMBERED = re.compile(r"(电话|手机|传真|短号|联系方式|号码|日期|时间|年|月)[^：:]{0,6}[：:]?\s*$")
_OF_A_DATE = re.compile(r"\s*(年|月|日)")


def report_outside(
    table: SheetTable, read: ReadReturn, at: Mapping[str, int], accounted_for: Iterable[int], last_row: int
) -> None:
    """`at`: the column of the sheet by its code; `last_row`: of the table, the total included."""
    ours = {*at.values(), *accounted_for}
    inside = set(read.cells.values())
    figures = {column for code, column in at.items() if code != PROVIDER}
    for row, column in table.raw.filled:
        cell = address(row, column)
        if cell not in inside and holds_identity_number(table.text(row, column)):
            text = _(
                "Cell %(cell)s contains an identity card number. Delete it: the return needs counts only."
            )
            read.refuse(cell, text)
        if row > last_row and column in figures and _is_figure(table, row, column):
            text = _("Cell %(cell)s: a figure stands below the total; move it above the total or delete it.")
            read.refuse(cell, text)
        is_beside = table.heading_row < row <= last_row and column not in ours
        if is_beside and (table.text(row, column).strip() or table.is_lost(row, column)):
            text = _("Cell %(cell)s lies beside the attachment's columns; move or delete its content.")
            read.refuse(cell, text)
    _tell_of_comments(table, read)


def _is_figure(table: SheetTable, row: int, column: int) -> bool:
    value = table.value(row, column)
    if isinstance(value, datetime.date) or _is_named(table, row, column):
        return False
    is_text = isinstance(value, str) and not table.is_formula(row, column)
    return parse_count(value).value is not None if is_text else value is not None


def _is_named(table: SheetTable, row: int, column: int) -> bool:
    """Said beside it to be a telephone number or a piece of a date; or, where somebody signed, too long for a figure."""
    texts = table.texts_of(row)
    before = [text for place, text in texts.items() if place < column and text.strip()]
    after = [text for place, text in texts.items() if place > column and text.strip()]
    if (before and _NUMBERED.search("".join(before[-1].split()))) or (after and _OF_A_DATE.match(after[0])):
        return True
    value = table.value(row, column)
    return is_sign_off(texts) and isinstance(value, int | float) and value > MAXIMUM


def _tell_of_comments(table: SheetTable, read: ReadReturn) -> None:
    """Somebody may have put the right figure there."""
    found = [(cell, text) for cell, text in sorted(table.comments.items()) if cell[0] >= table.heading_row]
    for cell, comment in found[:COMMENTS_TOLD]:
        text = _("The comment at %(cell)s is not read: “%(comment)s”.")
        read.tell(text, cell=address(*cell), comment=shown(" ".join(comment.split())))
