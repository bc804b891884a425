"""How a file is kept with what it belongs to, and withdrawn: one way for activities, materials and surveys, and to keep it for returns."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model

from portal.clock import now
from portal.models import Membership, Tenant

from ..excel.kinds import MEGABYTE
from ..models.files import KeptFile, KeptFileQuerySet
from .examining import Examined
from .problems import Unacceptable
from .storing import discard, store

FILES_AT_MOST = 20
File = TypeVar("File", bound=KeptFile)
Row = TypeVar("Row", bound=Model)


def keep(
    model: type[File],
    examined: Examined,
    record: Callable[[File], None],
    *,
    tenant: Tenant,
    by: Membership,
    **owner: Any,
) -> File:
    """Store an examined file beside the row that names it; `record` writes the history. All of it or nothing."""
    return keep_in(
        model.FOLDER, model, examined, record, tenant=tenant, added_at=now(), added_by=by.user, **owner
    )


def keep_in(
    folder: str, model: type[Row], examined: Examined, record: Callable[[Row], None], **owner: Any
) -> Row:
    """The same for rows of any kind that name a file; `owner`: what they hold besides what the file says of itself."""
    path = store(folder, examined.content)
    try:
        added = model._default_manager.create(
            file_name=examined.name,
            media_type=examined.kind.media_type,
            size=len(examined.content),
            digest=examined.digest,
            source_digest=examined.source_digest,
            scanner=examined.scanner,
            file=path,
            **owner,
        )
        record(added)
    except BaseException:
        discard(path)  # no file without a row
        raise
    return added


def take_away(file: File, *, by: Membership) -> File | None:
    """It stays in the storage. None: it was withdrawn already."""
    locked = type(file).objects.select_for_update().get(pk=file.pk)
    if locked.withdrawn_at is not None:
        return None
    locked.withdrawn_at, locked.withdrawn_by = now(), by.user
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return locked


def check_room(there: KeptFileQuerySet, examined: Examined) -> None:
    """Raises `Unacceptable` where the file is there already or there is no room for it."""
    if there.filter(source_digest=examined.source_digest).exists():
        raise Unacceptable("same_here")
    if there.count() >= FILES_AT_MOST:
        raise Unacceptable("count_here", limit=FILES_AT_MOST)
    if sum(there.values_list("size", flat=True)) + len(examined.content) > (
        settings.EVIDENCE_TOTAL_MB * MEGABYTE
    ):
        raise Unacceptable("total_here", limit=settings.EVIDENCE_TOTAL_MB)


def file_facts(file: KeptFile) -> dict[str, Any]:
    """The digest goes into the chain: what lies in the storage can be compared with it. The name does not."""
    return {"file": str(file.public_id), "digest": file.digest, "size": file.size}


RESTORABLE = timedelta(days=30)
