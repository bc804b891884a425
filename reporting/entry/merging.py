"""How do two people type into one return? Changes cell by cell, each with the text that it was based on, are merged.

Different cells merge. A cell that somebody else changed meanwhile stays as theirs and is reported with both texts, so that
the person decides: nothing typed is dropped. A change that is there already is no change.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CELL, TEXT, ADD, REMOVE, MOVE = "cell", "text", "add", "remove", "move"
KINDS = (CELL, TEXT, ADD, REMOVE, MOVE)
PROVIDER = "provider"


@dataclass(frozen=True)
class Change:
    """One step of typing. `row` is a row's id. A cell: `column`, `before`, `after`; a text beside the table: `column`
    is its name; a row added or moved: `after` is the id of the row above it, or ""; one removed: `cells` as seen."""

    kind: str
    row: str = ""
    column: str = ""
    before: str = ""
    after: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """What was not done: `theirs` stands, `mine` was typed. `reason`: changed, gone (the row is no more), full."""

    reason: str
    change: Change
    theirs: str = ""


@dataclass
class Merged:
    """The typing after the changes. `texts` holds the contacts and, by “explain-<key>”, the explanations."""

    rows: list[dict]
    texts: dict[str, str]
    conflicts: list[Conflict] = field(default_factory=list)
    is_changed: bool = False

    def place(self, row: str) -> int | None:
        return next((place for place, each in enumerate(self.rows) if each["id"] == row), None)


def with_ids(rows: Sequence[Mapping[str, Any]]) -> list[dict]:
    """The rows, each with an id that stays with it. One that was stored without is given the same at every reading:
    by its place and its provider, so that another row in that place is another row."""
    found: dict[str, dict] = {}
    for place, row in enumerate(rows):
        given = row.get("id")
        row_id = given if given and given not in found else _id_by(place, row)
        found[row_id] = {**row, "id": row_id}
    return list(found.values())


def _id_by(place: int, row: Mapping[str, Any]) -> str:
    text = f"{place}|{row.get(PROVIDER)}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def merge(
    rows: Sequence[Mapping[str, Any]],
    texts: Mapping[str, str],
    changes: Iterable[Change],
    *,
    columns: Sequence[str],
    limit: int,
) -> Merged:
    """Apply the changes, in their order, to the typing as it is now."""
    merged = Merged([{**row, "values": dict(row.get("values", {}))} for row in with_ids(rows)], dict(texts))
    for change in changes:
        _STEPS[change.kind](merged, change, columns, limit)
    return merged


def left_over(
    rows: Sequence[Mapping[str, Any]], texts: Mapping[str, str], changes: Iterable[Change]
) -> Merged:
    """The result for changes that came a second time: nothing is merged; differing cells are conflicts."""
    merged = Merged(with_ids(rows), dict(texts))
    by_id = {row["id"]: row for row in merged.rows}
    for change in changes:
        if change.kind == CELL:
            found = by_id.get(change.row)
            now = None if found is None else text_at(found, change.column)
        elif change.kind == TEXT:
            now = merged.texts.get(change.column, "")
        else:
            continue
        if now != change.after:
            merged.conflicts.append(Conflict("gone" if now is None else "changed", change, now or ""))
    return merged


def text_at(row: Mapping[str, Any], column: str) -> str:
    """A cell's text; a workbook's number reads as its digits."""
    raw = row.get(PROVIDER) if column == PROVIDER else row.get("values", {}).get(column)
    return "" if raw is None else str(raw)


def cells_of(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, str]:
    return {column: text_at(row, column) for column in (PROVIDER, *columns)}


def _type(merged: Merged, change: Change, columns: Sequence[str], limit: int) -> None:
    place = merged.place(change.row)
    if place is None:
        merged.conflicts.append(Conflict("gone", change))
        return
    row = merged.rows[place]
    if _may_write(merged, change, text_at(row, change.column)):
        (row if change.column == PROVIDER else row["values"])[change.column] = change.after


def _write(merged: Merged, change: Change, columns: Sequence[str], limit: int) -> None:
    if _may_write(merged, change, merged.texts.get(change.column, "")):
        merged.texts[change.column] = change.after


def _may_write(merged: Merged, change: Change, now: str) -> bool:
    if now == change.after:
        return False
    if now != change.before:
        merged.conflicts.append(Conflict("changed", change, now))
        return False
    merged.is_changed = True
    return True


def _add(merged: Merged, change: Change, columns: Sequence[str], limit: int) -> None:
    if merged.place(change.row) is not None:
        return
    if len(merged.rows) >= limit:
        merged.conflicts.append(Conflict("full", change))
        return
    _put(merged, {"id": change.row, PROVIDER: "", "values": dict.fromkeys(columns, "")}, change.after)
    merged.is_changed = True


def _remove(merged: Merged, change: Change, columns: Sequence[str], limit: int) -> None:
    """A row that somebody else has typed into since stays."""
    place = merged.place(change.row)
    if place is None:
        return
    if cells_of(merged.rows[place], columns) != dict.fromkeys((PROVIDER, *columns), "") | dict(change.cells):
        merged.conflicts.append(Conflict("changed", change))
        return
    del merged.rows[place]
    merged.is_changed = True


def _move(merged: Merged, change: Change, columns: Sequence[str], limit: int) -> None:
    """The order of the rows is no figure: the last one who moves a row has it."""
    place = merged.place(change.row)
    if place is None:
        return
    before = [each["id"] for each in merged.rows]
    _put(merged, merged.rows.pop(place), change.after)
    merged.is_changed |= before != [each["id"] for each in merged.rows]


def _put(merged: Merged, row: dict, after: str) -> None:
    """Below the row named; on top if none is named, at the end if that row is no more."""
    above = merged.place(after) if after else -1
    merged.rows.insert(len(merged.rows) if above is None else above + 1, row)


_STEPS = {CELL: _type, TEXT: _write, ADD: _add, REMOVE: _remove, MOVE: _move}
