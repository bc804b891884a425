"""What is kept while people type, without anybody pressing a button: changes are merged under the row's lock.

Each request that changes something is one history entry (“autosave”), so that every change has exactly one; pages show
the last of a run. A request has a number on its page: one that arrives again changes nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from portal.clock import now
from portal.models import Membership

from ..entry.computed_figures import Computed
from ..entry.merging import Change, Merged, left_over, merge
from ..entry.reading import MAXIMUM_ROWS
from ..models import Filing
from ..models.states import MOVES, Move
from . import computed as filing_computed
from .transition import allow, keep_typed, record, snapshot, take_revision
from .typed_return import Typed

AUTOSAVE = "autosave"
PAGES_KNOWN = 20


class Autosaved(NamedTuple):
    """The return after an autosave, what was merged, and what the ledger gave at that moment."""

    filing: Filing
    merged: Merged
    computed: Computed


@transaction.atomic
def autosave(
    filing: Filing,
    changes: Sequence[Change],
    *,
    columns: Sequence[str],
    page: str,
    number: int,
    by: Membership,
) -> Autosaved:
    """Merge the changes into the draft as it is now. Raises `Refused` when the return takes no typing any more: what
    arrives after submitting is not merged. `columns`: the codes of the table's."""
    filing = Filing.objects.select_for_update(of=["self"]).with_parties().get(pk=filing.pk)
    allow(filing, Move.SAVE, by)
    typed, computed = Typed.of(filing.draft), filing_computed.computed_for(filing)
    rows = computed.complete(typed.rows)  # what the page shows
    if number <= filing.draft.packets.get(page, 0):
        return Autosaved(filing, left_over(rows, typed.texts, changes), computed)
    merged = merge(rows, typed.texts, changes, columns=columns, limit=MAXIMUM_ROWS)
    if merged.is_changed:
        _keep(filing, merged, page=page, number=number, by=by)
    return Autosaved(filing, merged, computed)


def _keep(filing: Filing, merged: Merged, *, page: str, number: int, by: Membership) -> None:
    draft, before = filing.draft, snapshot(filing)
    take_revision(filing, filing.revision, MOVES[Move.SAVE].sources, {"revision": filing.revision + 1})
    filing.revision += 1
    keep_typed(filing, Typed.of_texts(merged.rows, merged.texts))
    others = [each for each in draft.packets.items() if each[0] != page]
    draft.packets = dict([*others, (page, number)][-PAGES_KNOWN:])
    draft.saved_at, draft.saved_by = now(), by.user
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    record(filing, AUTOSAVE, by=by, before=before)
