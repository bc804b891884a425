"""The append-only history: `record` and `record_several` are its only writers.

Each tenant's entries are a chain (`portal.chain`). Whoever appends holds the row at its head until the transaction
ends: one tenant's entries are written one after the other, other tenants do not wait.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from . import chain
from .clock import now
from .models import HistoryEntry, HistoryHead, Tenant, User


@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    subject_kind: str,
    subject_id: UUID,
    tenant: Tenant,
    by: User | None,
    version: int | None = None,
    version_digest: str = "",
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> HistoryEntry:
    """Write one entry, in the transaction of the change that it records. `by=None`: the system itself;
    `at`: the instant that the change itself carries, else now."""
    said = {"version": version, "version_digest": version_digest, "before": before, "reason": reason}
    (entry,) = record_several(
        action, [(subject_id, after)], subject_kind=subject_kind, tenant=tenant, by=by, at=at, **said
    )
    return entry


@transaction.atomic(savepoint=False)
def record_several(
    action: str,
    subjects: Sequence[tuple[UUID, dict | None]],
    *,
    subject_kind: str,
    tenant: Tenant,
    by: User | None,
    at: datetime | None = None,
    **said: Any,
) -> list[HistoryEntry]:
    """One entry for each of several subjects (its id, how it stands now) to which the same was done at once, in their
    order: a day's list is one link of the chain after the other, and one statement."""
    head, _is_new = HistoryHead.objects.select_for_update().get_or_create(tenant=tenant)
    made, instant = [], at or now()
    for subject_id, after in subjects:
        entry = HistoryEntry(
            number=head.count + 1,
            previous=head.digest,
            at=instant,
            by=by,
            tenant=tenant,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            after=after,
            **said,
        )
        entry.digest = chain.digest_of(entry)
        head.count, head.digest = entry.number, entry.digest
        made.append(entry)
    if made:
        HistoryEntry.objects.bulk_create(made)
        head.save(update_fields=["count", "digest"])
    return made


def verify(tenant: Tenant) -> tuple[HistoryHead | None, list[chain.Fault]]:
    """The head of the tenant's chain and what is wrong with it, both as of one moment (see `SnapshotCommand`)."""
    head = HistoryHead.objects.filter(tenant=tenant).first()
    entries = (
        HistoryEntry.objects.filter(tenant=tenant).select_related("tenant", "by").order_by("number", "id")
    )
    return head, list(chain.faults(list(entries), head))
