"""What a person decides about two activities that may be one: asked, two, or one that counts at one side only."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.clock import now
from portal.models import Membership
from portal.problems import Refused

from .. import rules
from ..models import Activity, DuplicateDecision
from .steps import checked_reason

Outcome = DuplicateDecision.Outcome
# What the other side keeps of a decision.
MIRRORED = {Outcome.COUNTS: Outcome.DUPLICATE, Outcome.DUPLICATE: Outcome.COUNTS}


@transaction.atomic
def decide_duplicate(
    one: Activity, other: Activity, *, outcome: str, reason: str, by: Membership
) -> tuple[DuplicateDecision, DuplicateDecision]:
    """Decide about two activities; `outcome` as seen from `one`. Each side keeps its half and has an entry of its own.

    A duplicate is in no later version; a return that counts it already is corrected by its own tenant (D20).
    """
    outcome, reason = Outcome(outcome), checked_reason(reason)
    require_may_decide(one, other, by)
    keys = sorted([one.pk, other.pk])
    list(Activity.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    activities = Activity.objects.with_parties().in_bulk(keys)
    one, other = activities[one.pk], activities[other.pk]
    if one.withdrawn_at or other.withdrawn_at:
        raise Refused(_("One of the two was withdrawn: there is nothing to decide any more."))
    pair, at = uuid.uuid4(), now()
    sides = [(one, other, outcome), (other, one, MIRRORED.get(outcome, outcome))]
    first, second = (_keep(*side, pair=pair, reason=reason, at=at, by=by) for side in sides)
    return first, second


def require_may_decide(one: Activity, other: Activity, by: Membership) -> None:
    """403 for whose decision it is not."""
    if problem := rules.why_never_decide_duplicate(one, other, by):
        raise PermissionDenied(problem)


def _keep(
    activity: Activity, other: Activity, outcome: str, *, pair: uuid.UUID, reason: str, at, by: Membership
) -> DuplicateDecision:
    decision = DuplicateDecision.objects.create(
        pair=pair,
        tenant=activity.tenant,
        activity=activity,
        other_id=other.public_id,
        other_tenant=other.tenant,
        other=summary_of(other),
        outcome=outcome,
        reason=reason,
        decided_at=at,
        decided_by=by.user,
    )
    history.record(
        "decide_duplicate",
        subject_kind="activity",
        subject_id=activity.public_id,
        tenant=activity.tenant,
        by=by.user,
        after={"outcome": str(outcome), "other": decision.other},
        reason=reason,
        at=at,
    )
    return decision


def summary_of(activity: Activity) -> dict:
    """What one side is told of the other's activity: enough to know which one is meant."""
    return {
        "tenant": activity.tenant.short_name,
        "provider": activity.provider.name,
        "kind": activity.kind,
        "starts_on": activity.starts_on.isoformat(),
        "ends_on": activity.ends_on.isoformat(),
        "venue": activity.venue,
        "attendances": activity.attendances,
    }
