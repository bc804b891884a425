"""The append-only history: `record` is its only writer.

Each tenant's entries are a chain (`portal.chain`). Whoever appends holds the row at its head until the transaction
ends: one tenant's entries are written one after the other, other tenants do not wait.
"""

from datetime import datetime
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
    head, _is_new = HistoryHead.objects.select_for_update().get_or_create(tenant=tenant)
    entry = HistoryEntry(
        number=head.count + 1,
        previous=head.digest,
        at=at or now(),
        by=by,
        tenant=tenant,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        version=version,
        version_digest=version_digest,
        before=before,
        after=after,
        reason=reason,
    )
    entry.digest = chain.digest_of(entry)
    entry.save(force_insert=True)
    head.count, head.digest = entry.number, entry.digest
    head.save(update_fields=["count", "digest"])
    return entry


def verify(tenant: Tenant) -> tuple[HistoryHead | None, list[chain.Fault]]:
    """The head of the tenant's chain and what is wrong with it, both as of one moment (see `SnapshotCommand`)."""
    head = HistoryHead.objects.filter(tenant=tenant).first()
    entries = (
        HistoryEntry.objects.filter(tenant=tenant).select_related("tenant", "by").order_by("number", "id")
    )
    return head, list(chain.faults(list(entries), head))
