"""What reaches a person on the first page because somebody else did something: reasons, explanations, changed dates.

Derived from the data each time: nothing is stored, so nothing can be forgotten or shown to the wrong one. A notice
goes when what it tells of is dealt with; news about a period stay for two weeks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.access import has_permission, visible_to
from portal.clock import now
from portal.models import Membership
from portal.roles import Permission
from targets.calendar import last_day
from targets.models import Period

from ..ledger.duplicate_queries import answered_below, questions_to
from ..models import Extension, Filing, PeriodDecision, Review, Survey
from ..models.states import Status
from ..periods.deadlines import deadlines
from ..periods.queries import open_requests, programmes_of
from ..survey.queries import sent_back

NEWS = timedelta(days=14)


@dataclass(frozen=True)
class Notice:
    """`kind`: sent_back, remarked, survey_sent_back, answered, correcting, extended, closed, reopened, unlock_request,
    duplicate_asked or duplicate_answered; `link`: where to act on it."""

    kind: str
    text: str
    link: str
    at: datetime
    detail: str = ""  # the words of the other side


def notices_for(by: Membership) -> list[Notice]:
    """What the membership has to know, the newest first."""
    found: list[Notice] = []
    if has_permission(by, Permission.FILE):
        found += [*_sent_back(by), *_surveys_sent_back(by), *_extended(by), *_duplicate_questions(by)]
    if has_permission(by, Permission.REVIEW):
        found += [*_to_read(by), *_correcting(by), *_duplicate_answers(by)]
    if has_permission(by, Permission.PERIODS):
        found += _unlock_requests(by)
    if has_permission(by, Permission.FILE) or has_permission(by, Permission.REVIEW):
        found += _periods(by)
    return sorted(found, key=lambda notice: notice.at, reverse=True)


def _sent_back(by: Membership) -> Iterator[Notice]:
    """What came back, until it is submitted again; remarks on what was accepted, for two weeks."""
    back = Q(outcome=Review.Outcome.SENT_BACK, version__filing__status=Status.RETURNED)
    remarked = Q(outcome=Review.Outcome.ACCEPTED, reviewed_at__gt=now() - NEWS) & ~Q(reason="")
    reviews = (
        Review.objects.filter(back | remarked, tenant=by.tenant)
        .select_related("version__filing__period", "version__filing__latest")
        .prefetch_related("points")
    )
    for each in reviews:
        filing = each.version.filing
        if each.outcome == Review.Outcome.ACCEPTED:
            text = _("%(period)s was accepted, with remarks of the reviewer.") % {
                "period": filing.period.name
            }
            yield Notice("remarked", text, filing.get_absolute_url(), each.reviewed_at, each.reason)
        elif filing.latest_id == each.version_id:
            count = max(1, len(each.points.all()))
            text = ngettext(
                "%(period)s was sent back with %(count)s reason.",
                "%(period)s was sent back with %(count)s reasons.",
                count,
            ) % {"period": filing.period.name, "count": count}
            link = reverse("filing-edit", args=[filing.public_id])
            yield Notice("sent_back", text, link, each.reviewed_at, each.reason)


def _surveys_sent_back(by: Membership) -> Iterator[Notice]:
    """A survey that came back, until it is submitted again."""
    for survey in Survey.objects.filter(tenant=by.tenant, submitted_at=None).select_related("programme"):
        if entry := sent_back(survey):
            link = reverse("survey-edit", args=[survey.programme.code])
            yield Notice("survey_sent_back", _("The survey was sent back."), link, entry.at, entry.reason)


def _extended(by: Membership) -> Iterator[Notice]:
    """A later due date, until the return is in."""
    filed = Filing.objects.filter(tenant=by.tenant).filed().values("period")
    extensions = Extension.objects.filter(tenant=by.tenant).exclude(period__in=filed)
    for each in {each.period_id: each for each in extensions.select_related("period__programme")}.values():
        text = _("%(period)s is due by %(day)s for you; the date of the document is %(original)s.") % {
            "period": each.period.name,
            "day": _day(each.due_at),
            "original": _day(each.period.due_at),
        }
        yield Notice("extended", text, _page(each.period), each.decided_at, each.reason)


def _to_read(by: Membership) -> Iterator[Notice]:
    """Explanations and answers that wait for the reviewer."""
    waiting = Filing.objects.with_parties().filter(status=Status.SUBMITTED)
    for each in visible_to(waiting, by).exclude(tenant=by.tenant):
        version = each.latest_version()
        words = []
        if count := len(version.explanations):
            words.append(ngettext("%(n)s explanation", "%(n)s explanations", count) % {"n": count})
        if count := len(version.replies):
            words.append(
                ngettext("%(n)s answer to your reasons", "%(n)s answers to your reasons", count)
                % {"n": count}
            )
        if words:
            text = _("%(tenant)s, %(period)s: %(what)s.") % {
                "tenant": each.tenant.short_name, "period": each.period.name, "what": "、".join(words),
            }  # fmt: skip
            yield Notice("answered", text, each.get_absolute_url(), version.submitted_at)


def _correcting(by: Membership) -> Iterator[Notice]:
    """Accepted returns that are being corrected, and why."""
    opened = Filing.objects.with_parties().filter(status=Status.CORRECTING)
    for each in visible_to(opened, by).exclude(tenant=by.tenant):
        text = _("%(tenant)s corrects %(period)s.") % {
            "tenant": each.tenant.short_name, "period": each.period.name,
        }  # fmt: skip
        at = each.latest_version().submitted_at
        yield Notice("correcting", text, each.get_absolute_url(), at, each.correction_reason)


def _duplicate_questions(by: Membership) -> Iterator[Notice]:
    """What the body above asked about an activity that another tenant may count as well."""
    for each in questions_to(by):
        text = _("Is it counted twice? %(provider)s, %(day)s, and %(tenant)s: you are asked.") % {
            "provider": each.activity.provider.name,
            "day": each.activity.ends_on.isoformat(),
            "tenant": each.other_tenant.short_name,
        }
        link = reverse("duplicate-answer", args=[each.activity.public_id]) + f"?other={each.other_id}"
        yield Notice("duplicate_asked", text, link, each.decided_at, each.reason)


def _duplicate_answers(by: Membership) -> Iterator[Notice]:
    """Answers to what one asked, until it is decided."""
    for each in answered_below(by):
        if each.tenant_id != by.tenant_id:
            text = _("%(tenant)s answers whether an activity is counted twice: to be decided.") % {
                "tenant": each.tenant.short_name
            }
            link = reverse("duplicate-decide", args=[each.activity.public_id]) + f"?other={each.other_id}"
            yield Notice("duplicate_answered", text, link, each.decided_at, each.reason)


def _unlock_requests(by: Membership) -> Iterator[Notice]:
    periods = Period.objects.filter(programme__lead=by.tenant).select_related("programme")
    for each in open_requests(periods):
        text = _("%(tenant)s asks for %(period)s to be unlocked.") % {
            "tenant": each.tenant.name, "period": each.period.name,
        }  # fmt: skip
        yield Notice("unlock_request", text, _page(each.period), each.requested_at, each.reason)


def _periods(by: Membership) -> Iterator[Notice]:
    """A period that is open again, as long as it is; one that was closed by hand, for two weeks."""
    periods = list(Period.objects.filter(programme__in=programmes_of(by.tenant)).select_related("programme"))
    read = deadlines(periods, under=by.tenant)
    for period in periods:
        window = read.of(by.tenant_id, period)
        if window.reopening:
            yield Notice(
                "reopened", _reopened(window.reopening), _page(period),
                window.reopening.decided_at, window.reopening.reason,
            )  # fmt: skip
        elif window.closing and window.closing.decided_at > now() - NEWS:
            text = _("%(period)s was closed.") % {"period": period.name}
            yield Notice("closed", text, _page(period), window.closing.decided_at, window.closing.reason)


def _reopened(decision: PeriodDecision) -> str:
    if decision.until is None:
        return _("%(period)s is open again.") % {"period": decision.period.name}
    return _("%(period)s is open again until the end of %(day)s.") % {
        "period": decision.period.name,
        "day": date_format(last_day(decision.until), "DATE_FORMAT"),
    }


def _day(instant: datetime) -> str:
    return date_format(last_day(localtime(instant)), "DATE_FORMAT")


def _page(period: Period) -> str:
    return reverse("period-detail", args=[period.programme.code, period.code])
