"""What a person decides about two activities that may be one: asked, two, or one that counts at one side only; and what
a side that is asked answers."""

import uuid
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.clock import now
from portal.models import Membership, Tenant
from portal.problems import Refused

from ..entry.findings import checked_reason
from ..models import Activity, DuplicateDecision
from . import duplicate_queries, page_queries, rules
from .content import content_of

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
    if outcome == Outcome.ANSWERED:
        raise ValueError("an answer decides nothing")
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


@transaction.atomic
def answer_duplicate(
    activity: Activity, other_id: uuid.UUID, *, reason: str, by: Membership
) -> DuplicateDecision:
    """Say to the body above what one's own activity is, when it asked. It decides nothing: the body above does."""
    reason = checked_reason(reason)
    if problem := rules.why_never_record(activity.tenant, by):
        raise PermissionDenied(problem)
    activity = Activity.objects.select_for_update(of=["self"]).with_parties().get(pk=activity.pk)
    asked = duplicate_queries.question_about(activity, other_id)
    if asked is None:
        raise Refused(_("Nothing is asked about these two any more."))
    return _record(
        activity,
        asked.other_id,
        asked.other_tenant,
        asked.other,
        Outcome.ANSWERED,
        pair=uuid.uuid4(),
        reason=reason,
        at=now(),
        by=by,
    )


def require_may_decide(one: Activity, other: Activity, by: Membership) -> None:
    """403 for whose decision it is not."""
    if problem := rules.why_never_decide_duplicate(one, other, by):
        raise PermissionDenied(problem)


def _keep(
    activity: Activity,
    other: Activity,
    outcome: str,
    *,
    pair: uuid.UUID,
    reason: str,
    at: datetime,
    by: Membership,
) -> DuplicateDecision:
    summary = summary_of(other, page_queries.content_seen([other], by).get(other.pk))
    return _record(
        activity, other.public_id, other.tenant, summary, outcome, pair=pair, reason=reason, at=at, by=by
    )


def _record(
    activity: Activity,
    other_id: uuid.UUID,
    other_tenant: Tenant,
    other: dict,
    outcome: str,
    *,
    pair: uuid.UUID,
    reason: str,
    at: datetime,
    by: Membership,
) -> DuplicateDecision:
    decision = DuplicateDecision.objects.create(
        pair=pair,
        tenant=activity.tenant,
        activity=activity,
        other_id=other_id,
        other_tenant=other_tenant,
        other=other,
        outcome=outcome,
        reason=reason,
        decided_at=at,
        decided_by=by.user,
    )
    history.record(
        "answer_duplicate" if outcome == Outcome.ANSWERED else "decide_duplicate",
        subject_kind="activity",
        subject_id=activity.public_id,
        tenant=activity.tenant,
        by=by.user,
        after={"outcome": str(outcome), "other": decision.other},
        reason=reason,
        at=at,
    )
    return decision


def summary_of(activity: Activity, content: dict | None = None) -> dict:
    """What one side sees of the other's activity: enough to know which one is meant. `content`: as the version that
    counts it froze it; what its tenant drafts beside that is shown to nobody."""
    shown = content or content_of(activity, [])
    summary = ("provider", "kind", "starts_on", "ends_on", "venue", "attendances")
    return {"tenant": activity.tenant.short_name, **{name: shown[name] for name in summary}}
