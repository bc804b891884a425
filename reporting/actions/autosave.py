"""What is kept while people type, without anybody pressing a button: changes are merged under the row's lock.

Each packet that changes something is one history entry (“autosave”), so that every change has exactly one; pages show
the last of a run. A packet has a number on its page: one that arrives again changes nothing.
"""

from collections.abc import Sequence

from django.db import transaction

from portal.clock import now
from portal.models import Membership

from .. import queries
from ..merging import Change, Merged, left_over, merge
from ..models import Draft, Filing
from ..reading import MAXIMUM_ROWS
from ..workflow import MOVES, Move
from .steps import allow, record, snapshot, take_revision

AUTOSAVE = "autosave"
CONTACTS = ("preparer", "head", "telephone")
# The fields of a draft that hold many texts, and how the names of their inputs begin.
KEYED = {"explanations": "explain-", "replies": "reply-"}
PAGES_KNOWN = 20


@transaction.atomic
def autosave(
    filing: Filing, changes: Sequence[Change], *, page: str, number: int, by: Membership
) -> tuple[Filing, Merged]:
    """Merge the changes into the draft as it is now. Raises `Refused` when the return takes no typing any more: what
    arrives after submitting is not merged."""
    filing = Filing.objects.select_for_update(of=["self"]).with_parties().get(pk=filing.pk)
    allow(filing, Move.SAVE, by)
    draft = filing.draft
    rows = queries.computed_for(filing).complete(draft.rows)  # what the page shows
    if number <= draft.packets.get(page, 0):
        return filing, left_over(rows, texts_of(draft), changes)
    columns = [each.code for each in queries.fields_of(filing)]
    merged = merge(rows, texts_of(draft), changes, columns=columns, limit=MAXIMUM_ROWS)
    if merged.is_changed:
        _keep(filing, merged, page=page, number=number, by=by)
    return filing, merged


def texts_of(draft: Draft) -> dict[str, str]:
    """What is typed beside the table, by field name."""
    contacts = {name: getattr(draft, name) for name in CONTACTS}
    keyed = {
        f"{prefix}{key}": text for name, prefix in KEYED.items() for key, text in getattr(draft, name).items()
    }
    return contacts | keyed


def _keep(filing: Filing, merged: Merged, *, page: str, number: int, by: Membership) -> None:
    draft, before = filing.draft, snapshot(filing)
    take_revision(filing, filing.revision, MOVES[Move.SAVE].sources, {"revision": filing.revision + 1})
    filing.revision += 1
    draft.rows, draft.is_nil = merged.rows, False
    for name in CONTACTS:
        setattr(draft, name, merged.texts[name])
    for name, prefix in KEYED.items():
        typed = {key: text for key, text in merged.texts.items() if key.startswith(prefix) and text}
        setattr(draft, name, {key.removeprefix(prefix): text for key, text in typed.items()})
    others = [each for each in draft.packets.items() if each[0] != page]
    draft.packets = dict([*others, (page, number)][-PAGES_KNOWN:])
    draft.saved_at, draft.saved_by = now(), by.user
    draft.editors = sorted({*draft.editors, by.user_id})
    draft.save()
    record(filing, AUTOSAVE, by=by, before=before)
