"""内部测算: rates, scores and ranks of the counties, for the lead alone; how each was reckoned; the weights."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, permitted
from portal.clock import now, today
from portal.forms import posted
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Indicator, Period, Programme
from targets.queries import latest_period

from .. import actions, queries
from ..excel.assessment import file_name, write_assessment, write_csv
from ..forms import WeightsForm
from ..lead import require_lead
from ..reckoning import explained, reckon
from ..sheets import OFFICIAL
from .downloads import workbook_response
from .rollups import programme_or_404

CSV = "text/csv; charset=utf-8"


@require_GET
@permitted(Permission.VIEW)
def assessment(request: HttpRequest, programme: str) -> HttpResponse:
    """The year through a quarter: who stands where, each figure with how it came about."""
    found = _led(request, programme, Permission.ASSESS)
    periods, chosen = _begun(found), _chosen(request, found)
    page = {"programme": found, "periods": periods, "period": chosen[-1] if chosen else None}
    if chosen:
        page["told"] = explained(reckon(found, chosen))
    page["may_weigh"] = has_permission(request.membership, Permission.WEIGH)
    return render(request, "reporting/assessment/assessment.html", page)


@require_GET
@permitted(Permission.VIEW)
def assessment_export(request: HttpRequest, programme: str) -> HttpResponse:
    """The same as a workbook, or with `?format=csv` as text; the explanations are in it."""
    found = _led(request, programme, Permission.ASSESS)
    chosen = _chosen(request, found)
    if not chosen:
        raise Http404
    with translation.override(OFFICIAL):
        told = explained(reckon(found, chosen))
    if request.GET.get("format") == "csv":
        response = HttpResponse(write_csv(told), content_type=CSV)
        response["Content-Disposition"] = content_disposition_header(True, file_name(told, "csv"))
        response["Cache-Control"] = "private, no-store"
        return response
    return workbook_response(write_assessment(told, found.layout), file_name(told, "xlsx"))


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def assessment_weights(request: HttpRequest, programme: str) -> HttpResponse:
    """How much each indicator counts. Everything typed is kept when it is refused."""
    found = _led(request, programme, Permission.WEIGH)
    indicators, weighting = _targeted(found), queries.weighting_of(found)
    shown = {each.code: weighting.weights.get(each.code, 1) for each in indicators}
    form = WeightsForm(posted(request), indicators=indicators, weights=shown, revision=weighting.revision)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_weights(found, form.weights, revision=form.revision, by=request.membership)
        except Refused as refused:
            form.show_again(refused.reason, revision=weighting.revision)
            status = 409
        else:
            messages.success(request, _("The weights are set; the assessment is reckoned with them."))
            return redirect("assessment", found.code)
    elif request.method == "POST":
        status = 422
    page = {"programme": found, "form": form, "weights": shown, "indicators": indicators}
    return render(request, "reporting/assessment/assessment_weights.html", page, status=status)


def _led(request: HttpRequest, code: str, permission: Permission) -> Programme:
    found = programme_or_404(request, code)
    require_lead(found, request.membership, permission)
    return found


def _targeted(programme: Programme) -> list[Indicator]:
    """The indicators that can have a target: the document's table has a row for them."""
    return list(programme.indicators.exclude(target_heading=""))


def _begun(programme: Programme) -> list[Period]:
    periods = Period.objects.filter(programme=programme, starts_on__lte=today())
    return list(periods.select_related("programme__lead").order_by("year", "number"))


def _chosen(request: HttpRequest, programme: Programme) -> list[Period]:
    """The year's periods through the one that the address names, else through the present one."""
    begun = _begun(programme)
    if code := request.GET.get("through", ""):
        last = queries.period_named(begun, programme.code, code)
        if last is None:
            raise Http404
    else:
        last = latest_period(programme, now())
    return [each for each in begun if last and each.year == last.year and each.number <= last.number]
