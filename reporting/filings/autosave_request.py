"""The autosave request: the changes that the grid sends while somebody types, read strictly. Texts are not judged here.

A request comes from one open page and has a number there, so that one that arrives twice is done once.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from ..entry.columns import Field
from ..entry.merging import CELL, KINDS, PROVIDER, REMOVE, TEXT, Change
from ..entry.posted import CELL_LENGTH, storable
from .forms import EXPLANATION_NAME, REPLY_NAME, ROW_ID
from .typed_return import CONTACTS

CHANGES_AT_MOST = 2000
PAGE_ID = re.compile(r"[0-9a-z]{8,32}")


@dataclass(frozen=True)
class AutosaveRequest:
    """`user`: the public id of the account that the page was made for; `seen`: the revision that it shows."""

    user: str
    page: str
    number: int
    seen: int
    changes: tuple[Change, ...]


def read_autosave_request(body: bytes, fields: Sequence[Field]) -> AutosaveRequest:
    """Raises BadRequest for what no page of ours sends: other shapes, names twice, numbers for texts."""
    try:
        given = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
        columns = {PROVIDER, *(each.code for each in fields)}
        changes = given["changes"]
        if not isinstance(changes, list) or len(changes) > CHANGES_AT_MOST:
            raise ValueError("changes")
        return AutosaveRequest(
            user=_text(given["user"]),
            page=_matching(PAGE_ID, given["page"]),
            number=_whole(given["number"]),
            seen=_whole(given["seen"]),
            changes=tuple(_change(each, columns) for each in changes),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept.")) from error


def _change(given: dict, columns: set[str]) -> Change:
    kind = given["kind"]
    if kind not in KINDS:
        raise ValueError(kind)
    if kind == TEXT:
        name = _text(given["column"])
        if name not in CONTACTS and not EXPLANATION_NAME.fullmatch(name) and not REPLY_NAME.fullmatch(name):
            raise ValueError(name)
        return Change(TEXT, column=name, before=_text(given["before"]), after=_text(given["after"]))
    row = _matching(ROW_ID, given["row"])
    if kind == CELL:
        column = _among(columns, given["column"])
        return Change(CELL, row, column, _text(given["before"]), _text(given["after"]))
    if kind == REMOVE:
        cells = {_among(columns, column): _text(text) for column, text in given["cells"].items()}
        return Change(REMOVE, row, cells=cells)
    return Change(kind, row, after=_matching(ROW_ID, given["after"]) if given["after"] else "")


def _once(pairs: list[tuple[str, object]]) -> dict:
    """The same name twice has two meanings; neither is guessed."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError("text expected")
    return storable(given[:CELL_LENGTH])


def _whole(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 10**9:
        raise TypeError("whole number expected")
    return given


def _matching(pattern: re.Pattern[str], given: object) -> str:
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise ValueError("no such id")
    return given


def _among(names: set[str], given: object) -> str:
    if not isinstance(given, str) or given not in names:
        raise ValueError("no such name")
    return given
