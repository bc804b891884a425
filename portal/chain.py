"""Is a tenant's history whole? Every entry's digest is over what it says and over the digest before it. No ORM.

An altered entry does not give its own digest; one that was taken out, put in or moved breaks the link of the entry
after it; and the head, how many there are and the last digest, shows what is missing at the end.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.utils.translation import gettext as _

from .models import HistoryEntry, HistoryHead

BEGINNING = ""  # what the first entry follows


@dataclass(frozen=True)
class Fault:
    """What is wrong at a number of the chain; `kind` is altered, missing, moved or inserted."""

    number: int
    kind: str
    text: str


def digest_of(entry: HistoryEntry) -> str:
    """SHA-256 over everything the entry says. Not over its number: its place in the chain says that."""
    content = {
        "tenant": str(entry.tenant.public_id),
        "previous": entry.previous,
        "at": entry.at.astimezone(UTC).isoformat(),
        "by": str(entry.by.public_id) if entry.by else None,
        "action": entry.action,
        "subject": [entry.subject_kind, str(entry.subject_id)],
        "version": [entry.version, entry.version_digest],
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def faults(entries: Sequence[HistoryEntry], head: HistoryHead | None) -> Iterator[Fault]:
    """Everything wrong with a tenant's entries, which are given in the order of their numbers."""
    numbers = {entry.digest: entry.number for entry in entries} | {BEGINNING: 0}
    counted = head.count if head else 0
    last, digest = 0, BEGINNING
    for entry in entries:
        if entry.number > counted:
            yield Fault(
                entry.number,
                "inserted",
                _("inserted: the head counts %(count)s entries only") % {"count": counted},
            )
        if entry.number > last + 1:
            yield _missing(last + 1, entry.number - 1)
        if digest_of(entry) != entry.digest:
            yield Fault(entry.number, "altered", _("altered: what it says does not give its digest"))
        elif entry.number == last:
            yield Fault(entry.number, "inserted", _("inserted: the number is there twice"))
        elif entry.previous in numbers and entry.previous != digest:
            yield _moved(entry.number, numbers[entry.previous])
        elif entry.previous != digest and entry.number == last + 1:
            yield Fault(
                entry.number, "missing", _("missing: the entry before this one was taken out or replaced")
            )
        last, digest = entry.number, entry.digest
    if counted > last:
        yield _missing(last + 1, counted)
    elif head and counted == last and head.digest != digest:
        yield Fault(last, "altered", _("altered: it is not the last entry that the head names"))


def _missing(first: int, last: int) -> Fault:
    text = _("missing: numbers %(first)s to %(last)s are not there") % {"first": first, "last": last}
    return Fault(first, "missing", text)


def _moved(number: int, written_after: int) -> Fault:
    text = _("moved, or an entry was put in before it: it was written after number %(number)s") % {
        "number": written_after
    }
    return Fault(number, "moved", text)
