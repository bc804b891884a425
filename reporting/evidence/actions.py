"""What people decide about files attached to a return: attach one, take one away, put it back."""

from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from portal import history
from portal.clock import now
from portal.models import Membership, User
from portal.problems import Refused

from ..excel.kinds import MEGABYTE
from ..models import Evidence, Filing
from ..uploads import actions as upload_actions
from ..uploads.actions import keep_in
from ..uploads.examining import Examined
from ..uploads.problems import Unacceptable
from ..uploads.storing import discard
from . import rules

FOLDER = "evidence"


@transaction.atomic
def attach_file(filing: Filing, kind: str, examined: Examined, *, by: Membership) -> Evidence:
    """Keep an examined file with the return, as what its state takes. Raises `Unacceptable` where it is full."""
    filing = _claimed(filing, by)
    if reason := rules.why_not_now(filing, kind):
        raise Refused(reason, filing=filing)
    _check_room(filing, examined.source_digest, len(examined.content))
    number = rules.version_now(filing, kind)
    owner = {"tenant": filing.tenant, "filing": filing, "kind": kind, "since_version": number}
    owner |= {"uploaded_at": now(), "uploaded_by": by.user}
    return keep_in(FOLDER, Evidence, examined, partial(_record, "attach", by=by.user), **owner)


@transaction.atomic
def remove_file(evidence: Evidence, *, by: Membership) -> Evidence:
    """Take the file away from what is being prepared. What was submitted with it keeps it."""
    filing = _claimed(evidence.filing, by)
    evidence = Evidence.objects.select_for_update(of=["self"]).get(pk=evidence.pk)
    if reason := rules.why_not_remove(filing, evidence):
        raise Refused(reason, filing=filing)
    evidence.until_version = rules.version_now(filing, evidence.kind)
    return _changed("remove", evidence, removed_at=now(), removed_by=by.user, by=by)


@transaction.atomic
def restore_file(evidence: Evidence, *, by: Membership) -> Evidence:
    """Put a removed file back, within 30 days."""
    filing = _claimed(evidence.filing, by)
    evidence = Evidence.objects.select_for_update(of=["self"]).get(pk=evidence.pk)
    if reason := rules.why_not_restore(filing, evidence):
        raise Refused(reason, filing=filing)
    try:
        _check_room(filing, evidence.source_digest, evidence.size)
    except Unacceptable as refused:
        raise Refused(refused.text, filing=filing) from refused
    evidence.until_version = None
    return _changed("restore", evidence, removed_at=None, removed_by=None, by=by)


@transaction.atomic
def purge_files() -> int:
    """Take away for good what was removed 30 days ago and is shown to nobody: what never belonged to a submitted version,
    and a stamped copy that was taken away again. Counts the files."""
    old = Evidence.objects.gone().filter(removed_at__lt=now() - upload_actions.RESTORABLE)
    found = old.select_related("tenant", "filing__latest", "filing__accepted")
    expired = list(found.select_for_update(of=["self"]))  # one that is put back meanwhile stays
    for evidence in expired:
        evidence.delete()
        _record("purge", evidence, by=None)
        transaction.on_commit(partial(discard, evidence.file.name))
    return len(expired)


def _claimed(filing: Filing, by: Membership) -> Filing:
    """The return under its lock, for somebody who may (403): it is not submitted or accepted in the same moment."""
    filing = Filing.objects.select_for_update(of=["self"]).with_parties().get(pk=filing.pk)
    if reason := rules.why_never(filing, by):
        raise PermissionDenied(reason)
    return filing


def _check_room(filing: Filing, source_digest: str, size: int) -> None:
    there = filing.evidence.attached()
    if there.filter(source_digest=source_digest).exists():
        raise Unacceptable("same")
    if there.count() >= settings.EVIDENCE_FILES:
        raise Unacceptable("count", limit=settings.EVIDENCE_FILES)
    taken = there.aggregate(sum=Sum("size"))["sum"] or 0
    if taken + size > settings.EVIDENCE_TOTAL_MB * MEGABYTE:
        raise Unacceptable("total", limit=settings.EVIDENCE_TOTAL_MB)


def _changed(what: str, evidence: Evidence, *, removed_at, removed_by, by: Membership) -> Evidence:
    evidence.removed_at, evidence.removed_by = removed_at, removed_by
    evidence.save(update_fields=["removed_at", "removed_by", "until_version"])
    _record(what, evidence, by=by.user)
    return evidence


def _record(what: str, evidence: Evidence, *, by: User | None) -> None:
    """The digest goes into the chain: what lies in the storage can be compared with it. The name does not."""
    filing = evidence.filing
    is_stamped = evidence.kind == Evidence.Kind.STAMPED
    history.record(
        f"{what}_{evidence.kind}",
        subject_kind="filing",
        subject_id=filing.public_id,
        tenant=evidence.tenant,
        by=by,
        version=evidence.since_version if is_stamped else None,
        version_digest=filing.standing.digest if is_stamped and filing.standing else "",
        after={"file": str(evidence.public_id), "digest": evidence.digest, "size": evidence.size},
        at=evidence.uploaded_at if what == "attach" else evidence.removed_at if what == "remove" else None,
    )
