"""The append-only history: `record` is its only writer."""

from uuid import UUID

from .clock import now
from .models import HistoryEntry, Tenant, User


def record(
    action: str,
    *,
    subject_kind: str,
    subject_id: UUID,
    tenant: Tenant,
    by: User | None,
    version: int | None = None,
    before: dict | None = None,
    after: dict | None = None,
    reason: str = "",
) -> HistoryEntry:
    """Write one entry, in the transaction of the change that it tells of. `by=None`: the system itself."""
    return HistoryEntry.objects.create(
        at=now(),
        by=by,
        tenant=tenant,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        version=version,
        before=before,
        after=after,
        reason=reason,
    )
