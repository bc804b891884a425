"""What people decide about the activity ledger (台账): record, change, withdraw; what shows it; who uses it from when."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history, locks
from portal.clock import now, today
from portal.models import Membership, Tenant
from portal.problems import Refused
from targets.models import Period, Programme

from ..entry.findings import Invalid, checked_reason
from ..entry.reading import Finding
from ..models import Activity, LedgerSwitch, Provider
from ..periods import queries as period_queries
from . import queries, rules
from .fields import IN_HISTORY, ReadActivity
from .reading import TypedActivity, read_activity


@transaction.atomic
def record_activity(tenant: Tenant, typed: TypedActivity, *, by: Membership) -> Activity:
    """Write an activity into the tenant's ledger. Raises `Invalid` with all that is wrong, each at its field."""
    (activity,) = record_activities(tenant, [typed], by=by)
    return activity


@transaction.atomic
def record_activities(tenant: Tenant, several: Sequence[TypedActivity], *, by: Membership) -> list[Activity]:
    """A day's list, a sheet: all of them or none, each with its entry. A finding's `row` is the place in the list."""
    programme = require_ledger(tenant, by)
    locks.hold_figures(tenant)
    providers, at, ledger = queries.names_of_providers(tenant), now(), programme.ledger_rules
    read = [read_activity(each, ledger, providers=providers, today=today()) for each in several]
    _refuse_findings(read)
    known = {each.key: each for each in Provider.objects.filter(tenant=tenant)}
    given = {"tenant": tenant, "programme": programme, "recorded_at": at, "recorded_by": by.user}
    made = Activity.objects.bulk_create(
        Activity(**given, **each.values | {"provider": known[each.values["provider"]]}) for each in read
    )
    history.record_several(
        "record_activity",
        [(each.public_id, _facts(each, evidence=[])) for each in made],
        subject_kind="activity",
        tenant=tenant,
        by=by.user,
    )
    return made


@transaction.atomic
def change_activity(activity: Activity, typed: TypedActivity, *, revision: int, by: Membership) -> Activity:
    """Put right what was recorded. What a return counts is changed by way of that return (409 says how)."""
    activity, before = claim_activity(activity, revision, by)
    providers = queries.names_of_providers(activity.tenant)
    read = read_activity(typed, activity.programme.ledger_rules, providers=providers, today=today())
    _refuse_findings([read])
    read.values["provider"] = Provider.objects.get(tenant=activity.tenant, key=read.values["provider"])
    for name, value in read.values.items():
        setattr(activity, name, value)
    if history_facts(activity) == before:
        return activity
    activity.revision += 1
    activity.save()
    record_of_activity(activity, "change_activity", before, by)
    return activity


@transaction.atomic
def withdraw_activity(activity: Activity, *, reason: str, revision: int, by: Membership) -> Activity:
    """Take an activity out of the ledger: it stays readable, with the reason, and counts nowhere."""
    reason = checked_reason(reason)
    activity, before = claim_activity(activity, revision, by)
    activity.withdrawn_at, activity.withdrawn_by, activity.withdrawal_reason = now(), by.user, reason
    activity.revision += 1
    activity.save()
    record_of_activity(activity, "withdraw_activity", before, by, reason=reason)
    return activity


@transaction.atomic
def switch_ledger(
    provider: Provider, *, uses_ledger: bool, period: Period, revision: int, by: Membership
) -> LedgerSwitch:
    """From this period on the provider's figures of activities are computed, or typed again.

    Never both for the same figure: it holds from a period of which, and after which, no return was submitted yet. What is
    typed in a draft stays there and is not read while the ledger computes it.
    """
    locks.hold_figures(provider.tenant)
    provider = Provider.objects.select_for_update(of=["self"]).select_related("tenant").get(pk=provider.pk)
    programme = require_ledger(provider.tenant, by)
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


def require_ledger(tenant: Tenant, by: Membership) -> Programme:
    """403 for who may not keep the tenant's ledger; 409 where the programme has none."""
    if reason := rules.why_never_record(tenant, by):
        raise PermissionDenied(reason)
    if (programme := period_queries.ledger_programme(tenant)) is None:
        raise Refused(_("The programme of %(tenant)s has no activity ledger.") % {"tenant": tenant})
    return programme


def require_own_activity(activity: Activity, by: Membership) -> None:
    """What a page asks before it shows the form: 403 for who may not, 409 for what is counted or withdrawn."""
    require_ledger(activity.tenant, by)
    if problem := rules.why_not_change_activity(activity):
        raise Refused(problem, filing=activity.counted_in.filing if activity.counted_in else None)


def claim_activity(activity: Activity, revision: int | None, by: Membership) -> tuple[Activity, dict]:
    """Lock the activity and ask the rules. `revision`: what the person saw. Read after the lock is held: beside a row that
    was waited for, PostgreSQL joins what stood there before."""
    locks.hold_figures(activity.tenant)
    Activity.objects.select_for_update().get(pk=activity.pk)
    locked = Activity.objects.with_parties().get(pk=activity.pk)
    require_ledger(locked.tenant, by)
    if revision is not None and locked.revision != revision:
        raise Refused(_("The activity was changed meanwhile. Look at it as it is now, then decide again."))
    if problem := rules.why_not_change_activity(locked):
        raise Refused(problem, filing=locked.counted_in.filing if locked.counted_in else None)
    return locked, history_facts(locked)


def _refuse_findings(read: Sequence[ReadActivity]) -> None:
    found = [
        Finding(each.code, each.text, place if len(read) > 1 else None, each.column)
        for place, one in enumerate(read)
        for each in one.findings
    ]
    if found:
        raise Invalid(found)


def history_facts(activity: Activity) -> dict[str, Any]:
    """What is decided about an activity, beside when and by whom: the before and after of its history."""
    evidence = activity.evidence.not_withdrawn().order_by("id").values_list("digest", flat=True)
    return _facts(activity, evidence=list(evidence))


def _facts(activity: Activity, *, evidence: list[str]) -> dict[str, Any]:
    facts = {name: getattr(activity, name) for name in (*IN_HISTORY, "withdrawal_reason")}
    return {"provider": activity.provider.name, **facts, "evidence": evidence}


def record_of_activity(
    activity: Activity,
    action: str,
    before: dict | None,
    by: Membership | None,
    *,
    reason: str = "",
    about: dict | None = None,
) -> None:
    """`about`: what it was about, beside how the activity stands now; `by=None`: the system itself."""
    history.record(
        action,
        subject_kind="activity",
        subject_id=activity.public_id,
        tenant=activity.tenant,
        by=by.user if by else None,
        before=before,
        after=history_facts(activity) | (about or {}),
        reason=reason,
    )
