"""What the lead decides about a period: close it (封账), open it again (解锁), extend it for one tenant; and the
request of a tenant for it. Every decision is added; the dates of the document stay as they are.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import history, locks
from portal.clock import now
from portal.models import Membership, Tenant
from portal.problems import Refused
from targets.models import Period

from ..entry.findings import Invalid, checked_reason
from ..entry.reading import Finding
from ..models import Extension, PeriodDecision, UnlockRequest
from . import deadlines, queries, rules

Kind = PeriodDecision.Kind


@transaction.atomic
def close_period(
    period: Period, *, reason: str, although_waiting: Collection[UUID] = (), by: Membership
) -> PeriodDecision:
    """封账, before its day or again after a reopening. Returns that wait for review are named by who closes:
    they can still be decided, and what is sent back can be answered."""
    _allow(period, by, rules.why_not_close)
    reason = checked_reason(reason)
    waiting = queries.waiting_in(period)
    if unnamed := [each for each in waiting if each.public_id not in set(although_waiting)]:
        names = "、".join(each.tenant.short_name for each in unnamed)
        text = _("These returns are submitted and not decided: %(names)s. Say what is to become of them.")
        raise Invalid([Finding("waiting", text % {"names": names}, column="although_waiting")])
    return _decide(period, Kind.CLOSED, reason, None, by)


@transaction.atomic
def reopen_period(
    period: Period, *, reason: str, until: datetime | None = None, by: Membership
) -> PeriodDecision:
    """解锁, whichever later period has been accepted meanwhile. `until`: the instant at which it closes again."""
    _allow(period, by, rules.why_not_reopen)
    reason = checked_reason(reason)
    if until is not None and until <= now():
        text = _("That day is past. Choose today or a later one, or leave it open.")
        raise Invalid([Finding("until_past", text, column="until_on")])
    return _decide(period, Kind.REOPENED, reason, until, by)


@transaction.atomic
def extend(
    period: Period,
    tenant: Tenant,
    *,
    due_at: datetime,
    closes_at: datetime | None = None,
    reason: str,
    by: Membership,
) -> Extension:
    """Another due date for one tenant. It is never earlier than the one in force: nobody becomes late by a decision."""
    _allow(period, by)
    if not queries.files(tenant, period.programme):
        refused = _("%(tenant)s does not file for “%(code)s”.") % {"tenant": tenant, "code": period.code}
        raise PermissionDenied(refused)
    reason = checked_reason(reason)
    present = deadlines.window(period, tenant)
    if found := list(_wrong_dates(present, due_at, closes_at)):
        raise Invalid(found)
    closing = max(due_at, closes_at or due_at, present.closes_at or due_at)
    extension = Extension.objects.create(
        period=period,
        tenant=tenant,
        due_at=due_at,
        closes_at=closing,
        reason=reason,
        decided_at=now(),
        decided_by=by.user,
    )
    history.record(
        "extend",
        subject_kind="extension",
        subject_id=extension.public_id,
        tenant=tenant,
        by=by.user,
        before={"period": period.code, "due_at": present.due_at.isoformat()},
        after={"period": period.code, "due_at": due_at.isoformat(), "closes_at": closing.isoformat()},
        reason=reason,
        at=extension.decided_at,
    )
    return extension


def _wrong_dates(present: deadlines.Window, due_at: datetime, closes_at: datetime | None):
    if due_at <= present.due_at:
        text = _("The return is due on %(day)s already; an extension is later than that.")
        yield Finding(
            "shortened", text % {"day": date_format(present.due_on, "DATE_FORMAT")}, column="due_on"
        )
    elif due_at <= now():
        yield Finding("due_past", _("That day is past. Choose today or a later one."), column="due_on")
    if closes_at is not None and closes_at < due_at:
        yield Finding("closes_first", _("The closing cannot be before the due date."), column="closes_on")


@transaction.atomic
def request_unlock(period: Period, tenant: Tenant, *, reason: str, by: Membership) -> UnlockRequest:
    """申请解锁: the draft is kept; the lead's administrator reads the reason and decides."""
    if problem := rules.why_never_request(period, tenant, by):
        raise PermissionDenied(problem)
    locks.share(period)
    if problem := rules.why_not_request(period, tenant):
        raise Refused(problem)
    request = UnlockRequest.objects.create(
        period=period,
        tenant=tenant,
        reason=checked_reason(reason),
        requested_at=now(),
        requested_by=by.user,
    )
    history.record(
        "request_unlock",
        subject_kind="unlockrequest",
        subject_id=request.public_id,
        tenant=tenant,
        by=by.user,
        after={"period": period.code},
        reason=request.reason,
        at=request.requested_at,
    )
    return request


def _allow(period: Period, by: Membership, why_not_now=None) -> None:
    """403 for who may not, then alone with the period, then 409 for what its state forbids."""
    if problem := rules.why_never_decide(period.programme, by):
        raise PermissionDenied(problem)
    locks.hold(period)
    if why_not_now and (problem := why_not_now(period)):
        raise Refused(problem)


def _decide(period: Period, kind: str, reason: str, until: datetime | None, by: Membership) -> PeriodDecision:
    before = deadlines.window(period)
    decision = PeriodDecision.objects.create(
        period=period,
        tenant=by.tenant,
        kind=kind,
        until=until,
        reason=reason,
        decided_at=now(),
        decided_by=by.user,
    )
    history.record(
        str(kind),
        subject_kind="perioddecision",
        subject_id=decision.public_id,
        tenant=by.tenant,
        by=by.user,
        before={"period": period.code, "closes_at": _iso(before.closes_at)},
        after={"period": period.code, "closes_at": _iso(deadlines.window(period).closes_at)},
        reason=reason,
        at=decision.decided_at,
    )
    return decision


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
