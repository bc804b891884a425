"""The activity ledger (台账), read: one's own activities, one of them with where it counts, and what a version counts."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, load, permitted
from portal.clock import today
from portal.models import Membership
from portal.roles import Permission
from targets.ledger import ActivityQuestion
from targets.models import Period

from ...entry.findings import Invalid
from ...entry.posted import ReasonForm, read_revision
from ...models import Activity, CountedActivity, Provider
from ...periods import queries as period_queries
from ...uploads.views import limits
from .. import actions as ledger_actions
from .. import content as ledger_content
from .. import duplicate_queries, page_queries
from .. import queries as ledger_queries
from .. import rules as ledger_rules
from ..page_queries import Wanted
from .activity_files import files_of_activity

PER_PAGE = 30
EVERY_PERIOD = "all"
LEFT_OUT_AT_MOST = 100


@require_GET
@permitted(Permission.VIEW)
def activity_list(request: HttpRequest) -> HttpResponse:
    """One's own activities, by default those of the quarter; for those above, the versions that count activities."""
    by = request.membership
    programme = page_queries.ledger_shown(by)
    if programme is None or period_queries.ledger_programme(by.tenant) is None:
        page = {
            "below": page_queries.counted_below(by),
            "programme_of_ledger": programme,
            "answered": len(duplicate_queries.answered_below(by)),
        }
        return render(request, "reporting/ledger/activity_list_below.html", page)
    periods = page_queries.periods_of_ledger(programme, today())
    wanted = _wanted(request, periods)
    found = page_queries.own_activities(by, wanted)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page = {
        "periods": periods,
        "providers": Provider.objects.filter(tenant=by.tenant).order_by("name"),
        "wanted": wanted,
        "sums": page_queries.sums_of(found),
        "rows": _with_places(list(shown), by),
        "page": shown,
        "ledger": programme.ledger_rules,
        "may_record": has_permission(by, Permission.FILE),
        "open_duplicates": len(duplicate_queries.questions_to(by)),
        "below": page_queries.counted_below(by),
    }
    return render(request, "reporting/ledger/activity_list.html", page)


def _wanted(request: HttpRequest, periods: list[Period]) -> Wanted:
    """As the address says; what it does not know is not there."""
    code, show = request.GET.get("period", ""), request.GET.get("show", "all")
    period = next((each for each in periods if each.code == code), None)
    provider, given = None, request.GET.get("provider", "")
    if given:
        own = Provider.objects.filter(tenant=request.membership.tenant)
        provider = next((each for each in own if str(each.public_id) == given), None)
    if (code not in ("", EVERY_PERIOD) and period is None) or (given and provider is None):
        raise Http404
    if show not in page_queries.SHOWN_ACTIVITIES:
        raise Http404
    return Wanted(period if code else next(iter(periods), None), provider, show)


def _with_places(activities: list[Activity], by: Membership) -> list[dict]:
    """Each with where it counts, or why it does not."""
    free = [each for each in activities if not each.counted_in_id and not each.withdrawn_at]
    places = {}
    if free:
        about = Activity.objects.with_parties().filter(pk__in=[each.pk for each in free])
        found = ledger_queries.uncounted(by.tenant, free[0].programme, activities=about)
        places = {each.activity.pk: each.place for each in found}
    return [{"activity": each, "place": places.get(each.pk)} for each in activities]


@require_GET
@load(Activity.objects.with_parties, shown_to=ledger_queries.without_uncounted_of_others)
def activity_detail(request: HttpRequest, activity: Activity) -> HttpResponse:
    """What it is, what counts it in which version, what was decided. Others read what a version froze, no draft."""
    by = request.membership
    is_own = activity.tenant_id == by.tenant_id
    content = None if is_own else page_queries.content_seen([activity], by).get(activity.pk)
    if not is_own and content is None:
        raise Http404
    page = {
        "activity": activity,
        "ledger": activity.programme.ledger_rules,
        "unexplained": _unexplained(activity) if is_own else [],
        "shown": content or ledger_content.content_of(activity, []),
        "is_own": is_own,
        "may_record": ledger_rules.why_never_record(activity.tenant, by) is None,
        "why_not": ledger_rules.why_not_change_activity(activity),
        "place": ledger_queries.place_of(activity)
        if is_own and not activity.counted_in and not activity.withdrawn_at
        else None,
        "countings": _countings(activity, is_own),
        "files": files_of_activity(activity, by),
        "limits": limits(),
        "entries": page_queries.history_of_activity(activity, by),
        "decisions": duplicate_queries.decisions_about(activity) if is_own else [],
    }
    return render(request, "reporting/ledger/activity_detail.html", page)


def _countings(activity: Activity, is_own: bool) -> QuerySet[CountedActivity]:
    """Others see the version that counts it, not of one that was recalled or sent back since."""
    found = ledger_queries.countings_of(activity)
    return found if is_own else found.filter(version=activity.counted_in)


def _unexplained(activity: Activity) -> list[ActivityQuestion]:
    """What exceeds a limit of the document and is not explained yet: shown at the activity, never blocked (D24)."""
    if activity.withdrawn_at or page_queries.explanation_of(activity):
        return []
    facts = {"kind": activity.kind, "venue": activity.venue_kind}
    ledger = activity.programme.ledger_rules
    return ledger.questions_about(on=activity.ends_on, attendances=activity.attendances, **facts)


@require_http_methods(["GET", "HEAD", "POST"])
@load(
    Activity.objects.with_parties,
    permission=Permission.FILE,
    shown_to=ledger_queries.without_uncounted_of_others,
)
def activity_withdraw(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Ask for the reason, then take it out of the ledger."""
    ledger_actions.require_own_activity(activity, request.membership)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, revision = form.cleaned_data["reason"], read_revision(request.POST)
        try:
            ledger_actions.withdraw_activity(
                activity, reason=reason, revision=revision, by=request.membership
            )
        except Invalid as refused:
            for finding in refused.findings:
                form.add_error("reason", finding.text)
        else:
            return redirect("activity-detail", activity.public_id)
    page = {
        "activity": activity,
        "form": form,
        "ledger": activity.programme.ledger_rules,
        "consequences": [
            _("It counts in no return any more."),
            _("It stays readable here, with your reason; nothing is deleted."),
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/ledger/activity_withdraw.html", page, status=status)
