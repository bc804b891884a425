"""The filing grid as it is posted: read into what a draft keeps, raw, without judging a single cell.

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
from ..entry.posted import refuse_repeated, typed_text
from ..entry.reading import MAXIMUM_ROWS
from .typed_return import CONTACTS, Typed

EXPLANATION_NAME = re.compile(r"explain-([0-9a-f]{1,40})")
REPLY_NAME = re.compile(r"reply-([0-9]{1,5}-[0-9]{1,5})")
CELL_NAME = re.compile(r"row-([1-9][0-9]{0,3})-")
ROW_ID = re.compile(r"[0-9a-z]{1,32}")


def read_grid(posted: QueryDict, fields: Sequence[Field]) -> Typed:
    """What was typed. Raises BadRequest for a request that no page of ours sends: a field twice, rows without end."""
    refuse_repeated(posted)
    codes = [each.code for each in fields]
    rows = [_row(posted, number, codes) for number in range(1, _row_count(posted) + 1)]
    explanations = {
        found[1]: typed_text(posted, name).strip()
        for name in posted
        if (found := EXPLANATION_NAME.fullmatch(name))
    }
    return Typed(
        rows=rows,
        is_nil=bool(posted.get("nil")),
        explanations={key: text for key, text in explanations.items() if text},
        replies=read_replies(posted),
        **{name: typed_text(posted, name) for name in CONTACTS},
    )


def read_replies(posted: QueryDict) -> dict[str, str]:
    """What was typed beside the reviewer's reasons, by the key of each."""
    named = {found[1]: typed_text(posted, name) for name in posted if (found := REPLY_NAME.fullmatch(name))}
    return {key: text for key, text in named.items() if text.strip()}


def _row(posted: QueryDict, number: int, codes: Sequence[str]) -> dict:
    """A row as typed. Its id, if the page knows one, goes with it: a colleague's page finds the row by that."""
    row = {
        "provider": typed_text(posted, f"row-{number}-provider"),
        "values": {code: typed_text(posted, f"row-{number}-{code}") for code in codes},
    }
    row_id = posted.get(f"row-{number}-id", "")
    return {"id": row_id, **row} if ROW_ID.fullmatch(row_id) else row


def _row_count(posted: QueryDict) -> int:
    """The highest row number among the cells: a page that added or removed rows needs to say nothing else."""
    count = max((int(found[1]) for name in posted if (found := CELL_NAME.match(name))), default=0)
    if count > MAXIMUM_ROWS:
        limit = {"limit": MAXIMUM_ROWS}
        raise BadRequest(_("A return has at most %(limit)s rows. Merge some, or use the workbook.") % limit)
    return count
