"""The filing grid as it is posted: read into what a draft keeps, raw, without judging a single cell. A field that was not
sent is no empty one: what the draft keeps of it stays.

Field names: `row-<n>-provider`, `row-<n>-<indicator>` and `row-<n>-id` (n counts from 1, as on screen),
`explain-<key>`, `reply-<key>`, `nil`, `preparer`, `head`, `telephone`, `revision`. A review's: `reason`, `reason-<n>`,
`reason-<n>-<indicator>` (n is the line's position).
"""

import re
from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..entry.columns import Field
from ..entry.merging import with_ids
from ..entry.posted import refuse_repeated, typed_text
from ..entry.reading import MAXIMUM_ROWS
from .typed_return import CONTACTS, Typed

EXPLANATION_NAME = re.compile(r"explain-([0-9a-f]{1,40})")
REPLY_NAME = re.compile(r"reply-([0-9]{1,5}-[0-9]{1,5})")
CELL_NAME = re.compile(r"row-([1-9][0-9]{0,3})-")
ROW_ID = re.compile(r"[0-9a-z]{1,32}")


NOTHING_KEPT = Typed()


def read_grid(posted: QueryDict, fields: Sequence[Field], kept: Typed = NOTHING_KEPT) -> Typed:
    """What was typed. Raises BadRequest for a request that no page of ours sends: a field twice, rows without end."""
    refuse_repeated(posted)
    codes = [each.code for each in fields]
    known = with_ids(kept.rows)
    count = _row_count(posted)
    rows = [_row(posted, number, codes, known) for number in range(1, count + 1)]
    explanations = {
        found[1]: typed_text(posted, name).strip()
        for name in posted
        if (found := EXPLANATION_NAME.fullmatch(name))
    }
    return Typed(
        rows=rows if count else kept.rows,
        is_nil=bool(posted.get("nil")),
        explanations=_given(kept.explanations | explanations),
        replies=_given(kept.replies | _replies(posted)),
        **{name: typed_text(posted, name) if name in posted else getattr(kept, name) for name in CONTACTS},
    )


def _replies(posted: QueryDict) -> dict[str, str]:
    return {found[1]: typed_text(posted, name) for name in posted if (found := REPLY_NAME.fullmatch(name))}


def _given(texts: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text.strip()}


def _row(posted: QueryDict, number: int, codes: Sequence[str], known: Sequence[dict]) -> dict:
    """A row as typed. Its id, if the page knows one, goes with it: a colleague's page finds the row by that. `known`: the
    rows that the draft keeps."""
    row_id = posted.get(f"row-{number}-id", "")
    before = _kept_row(posted, number, row_id, known)

    def text(name: str, kept: object) -> str:
        return typed_text(posted, name) if name in posted else str(kept or "")

    row = {
        "provider": text(f"row-{number}-provider", before["provider"]),
        "values": {code: text(f"row-{number}-{code}", before.get("values", {}).get(code)) for code in codes},
    }
    return {"id": row_id, **row} if ROW_ID.fullmatch(row_id) else row


def _kept_row(posted: QueryDict, number: int, row_id: str, known: Sequence[dict]) -> dict:
    """The same row as the draft keeps it: by its id, without one by its place if no other provider is named there."""
    here = known[number - 1] if number <= len(known) else None
    if row_id:
        here = next((each for each in known if each["id"] == row_id), None)
    elif here and posted.get(f"row-{number}-provider", here["provider"]) != here["provider"]:
        here = None
    return here or {"provider": ""}


def _row_count(posted: QueryDict) -> int:
    """The highest row number among the cells: a page that added or removed rows needs to say nothing else."""
    count = max((int(found[1]) for name in posted if (found := CELL_NAME.match(name))), default=0)
    if count > MAXIMUM_ROWS:
        limit = {"limit": MAXIMUM_ROWS}
        raise BadRequest(_("A return has at most %(limit)s rows. Merge some, or use the workbook.") % limit)
    return count
