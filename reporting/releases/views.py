"""通报: what was published, the preview of the next number, and the files that never change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, load, permitted
from portal.clock import arrived_at, now
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from portal.tables import arrange
from targets.models import Period, Programme

from ..models import Release
from ..periods import queries as period_queries
from ..periods.lead_tenant import is_lead_tenant, require_lead_tenant
from ..periods.lookup import programme_or_404
from ..periods.shown import period_in_work
from ..rollup.rollup import ranked_tenants
from . import actions, queries
from . import content as release_content
from .tables import ReleaseTable

RELEASES = Release.objects.select_related("programme__lead", "period", "published_by")
JSON = "application/json; charset=utf-8"


@require_GET
@permitted(Permission.VIEW)
def release_list(request: HttpRequest, programme: str) -> HttpResponse:
    """Every release of the programme, the newest first."""
    found = programme_or_404(request, programme)
    table = arrange(ReleaseTable(queries.releases_of(found, request.membership)), request, per_page=20)
    page = {"programme": found, "table": table, "may_publish": may_publish(request, found)}
    return render(request, "reporting/releases/release_list.html", page)


@require_GET
@load(lambda: RELEASES.defer("workbook"), shown_to=queries.shown_releases)
def release_detail(request: HttpRequest, release: Release) -> HttpResponse:
    """The release as it was published. The lead also sees what has changed since."""
    page = {
        "release": release,
        "content": release.content,
        "later": queries.later_release(release),
        "may_publish": may_publish(request, release.programme),
    }
    if is_lead_tenant(release.programme, request.membership):
        page["changed"] = release_content.changed_since(release)
    return render(request, "reporting/releases/release_detail.html", page)


@require_GET
@load(lambda: RELEASES.defer("workbook"), shown_to=queries.shown_releases)
def release_json(request: HttpRequest, release: Release) -> HttpResponse:
    """The frozen content, for scripts: the text whose digest the release states."""
    response = HttpResponse(release_content.as_text(release.content), content_type=JSON)
    response["Cache-Control"] = "private, no-store"
    return response


@event_on("POST", "published")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def release_publish(request: HttpRequest, programme: str) -> HttpResponse:
    """The preview: exactly what will be frozen; then, confirmed, the release."""
    found = programme_or_404(request, programme)
    require_lead_tenant(found, request.membership, Permission.PUBLISH)
    parameters = request.POST if request.method == "POST" else request.GET
    period, with_ranking = _period(found, parameters.get("period", "")), parameters.get("ranking") == "1"
    if request.method != "POST" or period is None:
        return _preview(request, found, period, with_ranking)
    preview = parameters.get("preview", "")
    try:
        release = actions.publish(period, with_ranking=with_ranking, preview=preview, by=request.membership)
    except Refused as refused:
        return _preview(request, found, period, with_ranking, refused=refused.reason)
    messages.success(
        request, _("Published as no. %(number)s; it can be seen now.") % {"number": release.number}
    )
    return redirect(release)


def may_publish(request: HttpRequest, programme: Programme) -> bool:
    return is_lead_tenant(programme, request.membership) and has_permission(
        request.membership, Permission.PUBLISH
    )


def _preview(
    request: HttpRequest, programme: Programme, period: Period | None, with_ranking: bool, refused: str = ""
) -> HttpResponse:
    page = {
        "programme": programme,
        "period": period,
        "periods": period_queries.begun_periods(programme)[::-1],
        "with_ranking": with_ranking,
        "can_rank": bool(ranked_tenants(programme)),
        "refused": refused,
    }
    if period is not None:
        content = release_content.compose(period, with_ranking=with_ranking, at=now())
        page |= {"content": content, "preview": release_content.preview_digest(content)}
        page["why_not"] = actions.why_not_publish(period, content)
    return render(request, "reporting/releases/release_publish.html", page, status=409 if refused else 200)


def _period(programme: Programme, code: str) -> Period | None:
    """The period that is named, else the last whose returns are no longer in time; None before the first has begun."""
    begun = period_queries.begun_periods(programme)[::-1]
    if code:
        if found := period_queries.period_named(begun, programme.code, code):
            return found
        raise Http404
    due = [each for each in begun if each.due_at <= arrived_at()]
    return next(iter(due), None) or period_in_work(programme)
