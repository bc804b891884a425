"""What people decide about the files of an activity: add one that shows it, withdraw it again."""

from functools import partial

from django.conf import settings
from django.db import transaction

from portal.clock import now
from portal.models import Membership

from .. import attaching
from ..excel.kinds import MEGABYTE
from ..models import Activity, ActivityFile
from ..uploads.examining import Examined
from ..uploads.problems import Unacceptable
from ..uploads.storing import discard, store
from .ledger import claim_activity, record_of_activity, told_of

FOLDER = "activities"
FILES_AT_MOST = 20


@transaction.atomic
def add_evidence(activity: Activity, examined: Examined, *, by: Membership) -> ActivityFile:
    """Keep an examined file that shows the activity. Raises `Unacceptable` where it is there already or there is no room.

    What a return counts is shown by what it had then (409 says how to change it).
    """
    activity, before = claim_activity(activity, None, by)
    _check_room(activity, examined)
    path = store(FOLDER, examined.content)
    try:
        added = ActivityFile.objects.create(
            tenant=activity.tenant,
            activity=activity,
            file_name=examined.name,
            media_type=examined.kind.media_type,
            size=len(examined.content),
            digest=examined.digest,
            source_digest=examined.source_digest,
            scanner=examined.scanner,
            file=path,
            added_at=now(),
            added_by=by.user,
        )
        record_of_activity(activity, "add_evidence", before, by, about=_told(added))
    except BaseException:
        discard(path)  # no file without a row
        raise
    return added


@transaction.atomic
def withdraw_evidence(evidence: ActivityFile, *, by: Membership) -> ActivityFile:
    """Say that a file does not show the activity. It is shown to nobody any more, but with a version that counted it."""
    activity, before = claim_activity(evidence.activity, None, by)
    evidence = ActivityFile.objects.select_for_update().get(pk=evidence.pk)
    if evidence.withdrawn_at is None:
        evidence.withdrawn_at, evidence.withdrawn_by = now(), by.user
        evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record_of_activity(activity, "withdraw_evidence", before, by, about=_told(evidence))
    return evidence


@transaction.atomic
def purge_activity_files() -> int:
    """Take away for good what was withdrawn 30 days ago and shows no activity that a version ever counted: the rule of
    what is attached to returns. Counts the files."""
    old = ActivityFile.objects.filter(withdrawn_at__lt=now() - attaching.RESTORABLE)
    found = old.select_related("tenant", "activity__tenant", "activity__provider").order_by("pk")
    expired = [each for each in found.select_for_update(of=["self"]) if not _was_counted(each)]
    for file in expired:
        file.delete()
        record_of_activity(file.activity, "purge_evidence", told_of(file.activity), None, about=_told(file))
        transaction.on_commit(partial(discard, str(file.file)))
    return len(expired)


def _was_counted(file: ActivityFile) -> bool:
    """Whether a version says that it was shown by this file: whoever may read the version may open the file."""
    contents = file.activity.countings.values_list("content", flat=True)
    return any(file.digest in content["evidence"] for content in contents)


def _check_room(activity: Activity, examined: Examined) -> None:
    there = activity.evidence.standing()
    if there.filter(source_digest=examined.source_digest).exists():
        raise Unacceptable("same_here")
    if there.count() >= FILES_AT_MOST:
        raise Unacceptable("count_here", limit=FILES_AT_MOST)
    if sum(there.values_list("size", flat=True)) + len(examined.content) > (
        settings.EVIDENCE_TOTAL_MB * MEGABYTE
    ):
        raise Unacceptable("total_here", limit=settings.EVIDENCE_TOTAL_MB)


def _told(file: ActivityFile) -> dict:
    """The digest goes into the chain: what lies in the storage can be compared with it. The name does not."""
    return {"file": str(file.public_id), "digest": file.digest, "size": file.size}
