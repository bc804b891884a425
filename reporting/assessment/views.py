"""内部测算: rates, scores and ranks of the counties, for the lead alone; each figure explained; the weights."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, permitted
from portal.forms import posted
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Indicator, Programme

from ..periods import queries as period_queries
from ..periods.lead_tenant import require_lead_tenant
from ..periods.lookup import chosen_periods, programme_or_404
from ..periods.shown import period_notes
from . import actions, queries
from .assessment import assess_year, explained_table
from .forms import WeightsForm

CSV = "text/csv; charset=utf-8"


@require_GET
@permitted(Permission.VIEW)
def assessment(request: HttpRequest, programme: str) -> HttpResponse:
    """The year through a quarter: the ranking, each figure with its explanation."""
    found = led_programme(request, programme, Permission.ASSESS)
    periods, chosen = period_queries.begun_periods(found), chosen_periods(request, found)
    page = {"programme": found, "periods": periods, "period": chosen[-1] if chosen else None}
    if chosen:
        page["assessment"] = explained_table(assess_year(found, chosen))
        page["period_notes"] = period_notes(
            chosen[-1], under=found.lead, is_named=bool(request.GET.get("through"))
        )
    page["may_weigh"] = has_permission(request.membership, Permission.WEIGH)
    return render(request, "reporting/assessment/assessment.html", page)


@event_on("POST", "weights-changed")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def assessment_weights(request: HttpRequest, programme: str) -> HttpResponse:
    """How much each indicator counts. Everything typed is kept when it is refused."""
    found = led_programme(request, programme, Permission.WEIGH)
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


def led_programme(request: HttpRequest, code: str, permission: Permission) -> Programme:
    found = programme_or_404(request, code)
    require_lead_tenant(found, request.membership, permission)
    return found


def _targeted(programme: Programme) -> list[Indicator]:
    """The indicators that can have a target: the document's table has a row for them."""
    return list(programme.indicators.exclude(target_heading=""))
