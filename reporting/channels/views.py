"""随申学工作模块: units with their bases, service points and operators; figures by channel; the first phase."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, permitted
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Period, Programme

from ..periods import queries as period_queries
from ..periods.lead_tenant import is_lead_tenant, require_lead_tenant
from ..periods.lookup import chosen_periods
from ..periods.shown import period_notes
from ..work_module import actions as work_module_actions
from ..work_module import queries as work_module_queries
from ..work_module.module_views import module_or_404, module_page
from .channels import sums
from .first_phase import phase_board
from .forms import HeadlineForm


@require_GET
@permitted(Permission.VIEW)
def channels(request: HttpRequest, programme: str) -> HttpResponse:
    """Both sums side by side, why they differ, and the milestones."""
    found = module_or_404(request, programme)
    under, chosen = request.membership.tenant, channel_periods(request, found)
    both_sums = sums(found, chosen, under=under)
    page = module_page(request, found) | {
        "period_notes": period_notes(chosen[-1], under=under, is_named=bool(request.GET.get("through"))),
        "sums": both_sums,
        "last": both_sums.points[-1],
        "periods": period_queries.begun_periods(found),
        "may_choose": is_lead_tenant(found, request.membership)
        and has_permission(request.membership, Permission.SETTINGS),
        "may_export": not request.membership.tenant.numchild
        or has_permission(request.membership, Permission.EXPORT_ALL),
    }
    return render(request, "reporting/channels/channels.html", page)


@event_on("POST", "headline-chosen")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def headline(request: HttpRequest, programme: str) -> HttpResponse:
    """Which sum stands first: for the administrators of the lead."""
    found = module_or_404(request, programme)
    require_lead_tenant(found, request.membership, Permission.SETTINGS)
    setting = work_module_queries.headline_setting(found)
    form, status = HeadlineForm(request.POST or None, module=found.work_module, setting=setting), 200
    if request.method == "POST" and form.is_valid():
        try:
            work_module_actions.choose_headline(found, **form.cleaned_data, by=request.membership)
        except Refused as refused:
            form.add_error(None, refused.reason)
            status = 409
        else:
            messages.success(request, _("Chosen; both sums stay side by side."))
            return redirect("channels", found.code)
    elif request.method == "POST":
        status = 422
    page = module_page(request, found) | {"form": form}
    return render(request, "reporting/channels/headline.html", page, status=status)


@require_GET
@permitted(Permission.VIEW)
def first_phase(request: HttpRequest, programme: str) -> HttpResponse:
    """Who has held at least one by the end of the first phase, and what was over its rules, with the explanations."""
    found = module_or_404(request, programme)
    if found.work_module.first_phase is None:
        raise Http404
    page = module_page(request, found) | {"board": phase_board(found, request.membership)}
    return render(request, "reporting/channels/first_phase.html", page)


def channel_periods(request: HttpRequest, programme: Programme) -> list[Period]:
    if chosen := chosen_periods(request, programme):
        return chosen
    raise Http404
