"""The activity ledger (台账), read: one's own activities, one of them with where it counts, and what a version counts."""

from django.core.exceptions import PermissionDenied
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
from targets.ledger import Question
from targets.models import Period

from .. import actions, queries, rules
from ..findings import Invalid
from ..forms import ReasonForm, read_revision
from ..models import Activity, CountedActivity, Filing, Provider, Version
from ..queries import Wanted
from .activity_files import files_of_activity
from .kept_files import limits

PER_PAGE = 30
EVERY_PERIOD = "all"
LEFT_OUT_AT_MOST = 100


@require_GET
@permitted(Permission.VIEW)
def activity_list(request: HttpRequest) -> HttpResponse:
    """One's own activities, by default those of the quarter; for those above, the versions that count activities."""
    by = request.membership
    programme = queries.ledger_shown(by)
    if programme is None or queries.ledger_programme(by.tenant) is None:
        page = {
            "below": queries.counted_below(by),
            "programme_of_ledger": programme,
            "answered": len(queries.answered_below(by)),
        }
        return render(request, "reporting/ledger/activity_list_below.html", page)
    periods = queries.periods_of_ledger(programme, today())
    wanted = _wanted(request, periods)
    found = queries.own_activities(by, wanted)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page = {
        "periods": periods,
        "providers": Provider.objects.filter(tenant=by.tenant).order_by("name"),
        "wanted": wanted,
        "sums": queries.sums_of(found),
        "rows": _with_places(list(shown), by),
        "page": shown,
        "ledger": programme.ledger_rules,
        "may_record": has_permission(by, Permission.FILE),
        "open_duplicates": len(queries.asked_of(by)),
        "below": queries.counted_below(by),
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
    if show not in queries.SHOWN_ACTIVITIES:
        raise Http404
    return Wanted(period if code else next(iter(periods), None), provider, show)


def _with_places(activities: list[Activity], by: Membership) -> list[dict]:
    """Each with where it counts, or why it does not."""
    free = [each for each in activities if not each.counted_in_id and not each.withdrawn_at]
    places = {}
    if free:
        about = Activity.objects.with_parties().filter(pk__in=[each.pk for each in free])
        found = queries.uncounted(by.tenant, free[0].programme, activities=about)
        places = {each.activity.pk: each.place for each in found}
    return [{"activity": each, "place": places.get(each.pk)} for each in activities]


@require_GET
@load(Activity.objects.with_parties, shown_to=queries.without_uncounted_of_others)
def activity_detail(request: HttpRequest, activity: Activity) -> HttpResponse:
    """What it is, what counts it in which version, what was decided. Others read what a version froze, no draft."""
    by = request.membership
    is_own = activity.tenant_id == by.tenant_id
    content = None if is_own else queries.content_seen([activity], by).get(activity.pk)
    if not is_own and content is None:
        raise Http404
    page = {
        "activity": activity,
        "ledger": activity.programme.ledger_rules,
        "unexplained": _unexplained(activity) if is_own else [],
        "shown": content or actions.content_of(activity, []),
        "is_own": is_own,
        "may_record": rules.why_never_record(activity.tenant, by) is None,
        "why_not": rules.why_not_change_activity(activity),
        "place": queries.place_of(activity)
        if is_own and not activity.counted_in and not activity.withdrawn_at
        else None,
        "countings": _countings(activity, is_own),
        "files": files_of_activity(activity, by),
        "limits": limits(),
        "entries": queries.history_of_activity(activity, by),
        "decisions": queries.decisions_about(activity) if is_own else [],
    }
    return render(request, "reporting/ledger/activity_detail.html", page)


def _countings(activity: Activity, is_own: bool) -> QuerySet[CountedActivity]:
    """Others are told of the version that counts it, not of one that was recalled or sent back since."""
    found = queries.countings_of(activity)
    return found if is_own else found.filter(version=activity.counted_in)


def _unexplained(activity: Activity) -> list[Question]:
    """What the document limits and nobody has explained yet: told where it was recorded, never blocked (D24)."""
    if activity.withdrawn_at or activity.explanation:
        return []
    facts = {"kind": activity.kind, "venue": activity.venue_kind}
    ledger = activity.programme.ledger_rules
    return ledger.asked(on=activity.ends_on, attendances=activity.attendances, **facts)


@require_http_methods(["GET", "HEAD", "POST"])
@load(Activity.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_uncounted_of_others)
def activity_withdraw(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Ask for the reason, then take it out of the ledger."""
    actions.require_own_activity(activity, request.membership)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, revision = form.cleaned_data["reason"], read_revision(request.POST)
        try:
            actions.withdraw_activity(activity, reason=reason, revision=revision, by=request.membership)
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


@require_GET
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def filing_activities(request: HttpRequest, filing: Filing) -> HttpResponse:
    """What stands in the draft as it would be submitted now, and below it what no return counts, each with its reason."""
    if reason := rules.why_never_record(filing.tenant, request.membership):
        raise PermissionDenied(reason)
    programme, provider = filing.period.programme, None
    if wanted := request.GET.get("provider"):
        own = Provider.objects.filter(tenant=filing.tenant)
        provider = next((each for each in own if each.public_id.hex == wanted), None)
        if provider is None:
            raise Http404
    mine = Activity.objects.with_parties().filter(**({"provider": provider} if provider else {}))
    drafted = queries.activities_in_draft(filing, provider)
    inside = {each.pk for each, _late in drafted}
    left_out = queries.uncounted(
        filing.tenant, programme, activities=mine.filter(ends_on__lte=filing.period.ends_on)
    )
    page = {
        "filing": filing,
        "provider": provider,
        "drafted": Paginator(drafted, PER_PAGE).get_page(request.GET.get("page")),
        "attendances": sum(each.attendances for each, _late in drafted),
        "left_out": [each for each in left_out if each.activity.pk not in inside][:LEFT_OUT_AT_MOST],
        "ledger": programme.ledger_rules,
    }
    return render(request, "reporting/filings/filing_activities.html", page)


@require_GET
@load(lambda: Version.objects.select_related("filing__tenant", "filing__period__programme"))
def version_activities(request: HttpRequest, version: Version) -> HttpResponse:
    """The activities behind a version's figures as it froze them; `?provider=` those of one line."""
    lines = queries.counted_lines(version)
    line = next((each for each in lines if each.key == request.GET.get("provider")), None)
    if "provider" in request.GET and line is None:
        raise Http404
    found = queries.activities_behind(version, line.key if line else "").select_related(
        "activity__counted_in"
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page = {
        "version": version,
        "filing": version.filing,
        "lines": lines,
        "line": line,
        "materials": queries.materials_behind(version, line.key if line else ""),
        "kinds": {each.code: each.name for each in queries.kinds_of(version.filing.period.programme)},
        "page": shown,
        "ledger": version.filing.period.programme.ledger_rules,
        "columns": [
            each
            for each in queries.fields_of(version.filing)
            if each.code in version.filing.period.programme.ledger_rules.columns
        ],
        "is_own": version.tenant_id == request.membership.tenant_id,
    }
    return render(request, "reporting/filings/version_activities.html", page)
