"""What people decide about the activity ledger (台账): record, change, withdraw; what shows it; who uses it from when."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history, locks
from portal.clock import now, today
from portal.models import Membership, Tenant
from portal.problems import Refused
from targets.models import Period, Programme

from .. import queries, rules
from ..ledger.files import kind_of_file
from ..ledger.typed import ReadActivity, TypedActivity, read_activity
from ..models import Activity, Evidence, LedgerSwitch, Provider
from ..reading import Finding
from .steps import NotSubmittable, checked_reason

EVIDENCE_BYTES_AT_MOST = 10 * 1024 * 1024
EVIDENCE_AT_MOST = 20
FILE_NAME_LENGTH = 200
# What is decided about an activity, beside when and by whom: its history tells these.
TOLD = (
    "kind", "sittings", "attendances", "volunteers", "venue_kind", "venue", "scenarios", "channel", "language", "tags",
    "co_organisers", "explanation", "withdrawal_reason",
)  # fmt: skip


@dataclass(frozen=True)
class EvidenceFile:
    """A file as it came."""

    name: str
    content: bytes


@transaction.atomic
def record_activity(tenant: Tenant, typed: TypedActivity, *, by: Membership) -> Activity:
    """Write an activity into the tenant's ledger. Raises `NotSubmittable` with all that is wrong, each at its field."""
    (activity,) = record_activities(tenant, [typed], by=by)
    return activity


@transaction.atomic
def record_activities(tenant: Tenant, several: Sequence[TypedActivity], *, by: Membership) -> list[Activity]:
    """A day's list, a sheet: all of them or none, each with its entry. A finding's `row` is the place in the list."""
    programme = _allow(tenant, by)
    providers, at = queries.names_of_providers(tenant), now()
    read = [
        read_activity(each, programme.ledger_rules, providers=providers, today=today()) for each in several
    ]
    _refuse_findings(read)
    known = {each.key: each for each in Provider.objects.filter(tenant=tenant)}
    made = []
    for each in read:
        values = each.values | {"provider": known[each.values["provider"]]}
        activity = Activity.objects.create(
            tenant=tenant, programme=programme, recorded_at=at, recorded_by=by.user, **values
        )
        _record(activity, "record_activity", None, by)
        made.append(activity)
    return made


@transaction.atomic
def change_activity(activity: Activity, typed: TypedActivity, *, revision: int, by: Membership) -> Activity:
    """Put right what was recorded. What a return counts is changed by way of that return (409 says how)."""
    activity, before = _claim(activity, revision, by)
    providers = queries.names_of_providers(activity.tenant)
    read = read_activity(typed, activity.programme.ledger_rules, providers=providers, today=today())
    _refuse_findings([read])
    read.values["provider"] = Provider.objects.get(tenant=activity.tenant, key=read.values["provider"])
    for name, value in read.values.items():
        setattr(activity, name, value)
    if told_of(activity) == before:
        return activity
    activity.revision += 1
    activity.save()
    _record(activity, "change_activity", before, by)
    return activity


@transaction.atomic
def withdraw_activity(activity: Activity, *, reason: str, revision: int, by: Membership) -> Activity:
    """Take an activity out of the ledger: it stays readable, with the reason, and counts nowhere."""
    reason = checked_reason(reason)
    activity, before = _claim(activity, revision, by)
    activity.withdrawn_at, activity.withdrawn_by, activity.withdrawal_reason = now(), by.user, reason
    activity.revision += 1
    activity.save()
    _record(activity, "withdraw_activity", before, by, reason=reason)
    return activity


@transaction.atomic
def add_evidence(activity: Activity, given: EvidenceFile, *, by: Membership) -> Evidence:
    """Keep a file that shows the activity, under a random name. Pictures and PDF only, by their content."""
    activity, before = _claim(activity, None, by)
    if problem := _why_not_evidence(activity, given):
        raise NotSubmittable([problem])
    evidence = Evidence(
        tenant=activity.tenant,
        activity=activity,
        file_name=given.name[-FILE_NAME_LENGTH:],
        content_type=kind_of_file(given.content),
        size=len(given.content),
        digest=hashlib.sha256(given.content).hexdigest(),
        added_at=now(),
        added_by=by.user,
    )
    evidence.file.save("", ContentFile(given.content), save=False)
    try:
        evidence.save()
    except BaseException:
        evidence.file.delete(save=False)  # no file without a row
        raise
    _record(activity, "add_evidence", before, by)
    return evidence


@transaction.atomic
def withdraw_evidence(evidence: Evidence, *, by: Membership) -> Evidence:
    """Say that a file does not show the activity. It is kept; nobody is shown it any more."""
    activity, before = _claim(evidence.activity, None, by)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.withdrawn_at is None:
        evidence.withdrawn_at, evidence.withdrawn_by = now(), by.user
        evidence.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _record(activity, "withdraw_evidence", before, by)
    return evidence


@transaction.atomic
def switch_ledger(
    provider: Provider, *, uses_ledger: bool, period: Period, revision: int, by: Membership
) -> LedgerSwitch:
    """From this period on the provider's figures of activities are computed, or typed again.

    Never both for the same figure: it holds from a period of which, and after which, no return was submitted yet. What is
    typed in a draft stays there and is not read while the ledger computes it.
    """
    provider = Provider.objects.select_for_update(of=["self"]).select_related("tenant").get(pk=provider.pk)
    programme = _allow(provider.tenant, by)
    locks.share(period)
    if provider.revision != revision:
        raise Refused(_("The provider was changed meanwhile. Look at it as it is now, then decide again."))
    if problem := rules.why_not_switch(provider, programme, period, uses_ledger=uses_ledger):
        raise Refused(problem)
    before = {"uses_ledger": provider.uses_ledger}
    switch = LedgerSwitch.objects.create(
        provider=provider,
        tenant=provider.tenant,
        uses_ledger=uses_ledger,
        starts_on=period.starts_on,
        decided_at=now(),
        decided_by=by.user,
    )
    provider.uses_ledger, provider.revision = uses_ledger, provider.revision + 1
    provider.save(update_fields=["uses_ledger", "revision"])
    history.record(
        "switch_ledger",
        subject_kind="provider",
        subject_id=provider.public_id,
        tenant=provider.tenant,
        by=by.user,
        before=before,
        after={"uses_ledger": uses_ledger, "from": period.code},
        at=switch.decided_at,
    )
    return switch


# --- steps


def _allow(tenant: Tenant, by: Membership) -> Programme:
    """403 for who may not keep the tenant's ledger; 409 where the programme has none."""
    if reason := rules.why_never_record(tenant, by):
        raise PermissionDenied(reason)
    if (programme := queries.ledger_programme(tenant)) is None:
        raise Refused(_("The programme of %(tenant)s has no activity ledger.") % {"tenant": tenant})
    return programme


def _claim(activity: Activity, revision: int | None, by: Membership) -> tuple[Activity, dict]:
    """Lock the activity and ask the rules. `revision`: what the person saw."""
    locked = Activity.objects.select_for_update(of=["self"]).with_parties().get(pk=activity.pk)
    _allow(locked.tenant, by)
    if revision is not None and locked.revision != revision:
        raise Refused(_("The activity was changed meanwhile. Look at it as it is now, then decide again."))
    if problem := rules.why_not_change_activity(locked):
        raise Refused(problem, filing=locked.counted_in.filing if locked.counted_in else None)
    return locked, told_of(locked)


def _refuse_findings(read: Sequence[ReadActivity]) -> None:
    found = [
        Finding(each.code, each.text, place if len(read) > 1 else None, each.column)
        for place, one in enumerate(read)
        for each in one.findings
    ]
    if found:
        raise NotSubmittable(found)


def _why_not_evidence(activity: Activity, given: EvidenceFile) -> Finding | None:
    standing = activity.evidence.filter(withdrawn_at=None)
    text = ""
    if len(given.content) > EVIDENCE_BYTES_AT_MOST:
        text = _("The file is larger than 10 MB. Take a smaller picture, or a shorter document.")
    elif not kind_of_file(given.content):
        text = _("Only pictures (JPEG, PNG) and PDF files are kept as evidence.")
    elif standing.filter(digest=hashlib.sha256(given.content).hexdigest()).exists():
        text = _("This very file is there already.")
    elif standing.count() >= EVIDENCE_AT_MOST:
        text = _("At most %(limit)s files can be kept with an activity.") % {"limit": EVIDENCE_AT_MOST}
    return Finding("not_evidence", text, column="file") if text else None


def told_of(activity: Activity) -> dict[str, Any]:
    """How an activity stands: the before and after of its history."""
    told = {name: getattr(activity, name) for name in TOLD}
    evidence = list(
        activity.evidence.filter(withdrawn_at=None).order_by("id").values_list("digest", flat=True)
    )
    return {"provider": activity.provider.name, **told, "evidence": evidence}


def _record(
    activity: Activity, action: str, before: dict | None, by: Membership, *, reason: str = ""
) -> None:
    history.record(
        action,
        subject_kind="activity",
        subject_id=activity.public_id,
        tenant=activity.tenant,
        by=by.user,
        before=before,
        after=told_of(activity),
        reason=reason,
    )
