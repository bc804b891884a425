"""The response to an autosave: what was kept, what others typed meanwhile, and the result of every check.

The page shows these words as they are: there is one set of checks, and it is the server's.
"""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..entry.merging import ADD, PROVIDER, Change, Conflict, Merged, cells_of
from ..models import Filing
from .grid import ColumnFacts, Grid, GridCell, GridRow
from .typed_return import Typed
from .unread import Unread


def response_to(filing: Filing, grid: Grid, unread: Unread, submit_reason: str | None) -> dict:
    """The return after an autosave: the checks, the sums, and whether it can go on to be submitted."""
    saved_at = filing.draft.saved_at
    return {
        "revision": filing.revision,
        "saved_at": date_format(localtime(saved_at), "H:i:s") if saved_at else "",
        "saved_by": str(filing.draft.saved_by or ""),
        "cells": {name: findings for row in grid.rows if row.id for name, findings in _row_findings(row)},
        "computed": {
            f"{row.id}/{cell.column.code}": cell.computed
            for row in grid.rows
            for cell in row.cells
            if row.id and cell.computed is not None
        },
        "points": [_point(grid, each.anchor, each.text) for each in grid.problems],
        "questions": [
            {
                "key": each.finding.key,
                "text": each.finding.text,
                "is_open": each.is_open,
                "is_answered_badly": each.is_open and bool(each.answer.strip()),
                **_place(grid, each.finding.anchor),
            }
            for each in grid.questions
        ],
        "unread": unread.texts,
        "information": [each.text for each in grid.information],
        "columns": {each.column.code: _column(each) for each in grid.columns},
        "can_submit": grid.is_ready and not submit_reason,
        "why_not": submit_reason or why_not_ready(grid),
    }


def why_not_ready(grid: Grid) -> str:
    """What stands in the way of submitting, counted; "" if nothing does."""
    problems, unexplained = len(grid.problems), sum(each.is_open for each in grid.questions)
    parts = []
    if problems:
        parts.append(
            ngettext("%(number)s to correct", "%(number)s to correct", problems) % {"number": problems}
        )
    if unexplained:
        parts.append(
            ngettext("%(number)s to explain", "%(number)s to explain", unexplained) % {"number": unexplained}
        )
    return _("Before submitting: %(points)s.") % {"points": _(", ").join(parts)} if parts else ""


def typing_of(typed: Typed, rows: Sequence[dict], columns: Sequence[str]) -> dict:
    """All that is typed, for a page that has not seen it."""
    return {
        "rows": [{"id": row["id"], "cells": cells_of(row, columns)} for row in rows],
        "texts": typed.texts,
    }


def conflicts_of(merged: Merged, columns: Sequence[str]) -> list[dict]:
    """What was not done, with both texts, or the row as it stands."""
    return [_conflict(each, merged, columns) for each in merged.conflicts]


def _conflict(conflict: Conflict, merged: Merged, columns: Sequence[str]) -> dict:
    change: Change = conflict.change
    place = merged.place(change.row)
    return {
        "reason": conflict.reason,
        "kind": change.kind,
        "row": change.row,
        "column": change.column,
        "mine": "" if change.kind == ADD else change.after,
        "theirs": conflict.theirs,
        "cells": cells_of(merged.rows[place], columns) if place is not None else None,
    }


def _row_findings(row: GridRow) -> list[tuple[str, dict]]:
    found = [(f"{row.id}/{PROVIDER}", _findings(row, row.offer))] if row.has_findings else []
    return [
        *found,
        *((f"{row.id}/{cell.column.code}", _findings(cell)) for cell in row.cells if cell.has_findings),
    ]


def _findings(place: GridRow | GridCell, offer: str = "") -> dict:
    return {
        "problems": [{"text": each.text, "code": each.code} for each in place.problems],
        "questions": [{"text": each.text, "key": each.key} for each in place.questions],
        "notices": [each.text for each in place.notices],
        "suggestion": place.suggestion if isinstance(place, GridCell) else None,
        "offer": offer,
    }


def _point(grid: Grid, anchor: str, text: str) -> dict:
    return {"text": text, **_place(grid, anchor)}


def _place(grid: Grid, anchor: str) -> dict:
    """Where a finding stands: a cell by the id of its row, which moves with it, or an id of the page."""
    if not anchor.startswith("row-"):
        return {"anchor": anchor, "row": "", "column": ""}
    _row, number, column = anchor.split("-", 2)
    return {"anchor": anchor, "row": grid.rows[int(number) - 1].id, "column": column}


def _column(each: ColumnFacts) -> dict:
    return {
        "total": f"{each.total:,}",
        "year": f"{each.year:,}",
        "remaining": "" if each.remaining is None else f"{each.remaining:,}",
        "rate": "" if each.rate is None else f"{each.rate}%",
        "label": str(each.label.label),
        "state": each.state,
    }
