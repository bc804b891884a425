"""随申学工作模块: units with their bases, service points and operators; figures by channel; the first phase."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import has_permission, permitted, visible_tenants
from portal.models import Tenant
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Period, Programme

from .. import actions, queries
from ..channels import sums
from ..first_phase import phase_board
from ..forms_modules import HeadlineForm
from ..lead import is_lead, require_lead
from .rollups import chosen_periods, programme_or_404


@require_GET
@permitted(Permission.VIEW)
def module(request: HttpRequest, programme: str) -> HttpResponse:
    """Every unit within sight with what it has; `?unit=` narrows the list of bases and venues down to one."""
    found = module_or_404(request, programme)
    by = request.membership
    unit = _unit(request, found)
    units = queries.module_units(found, by)
    page = module_page(request, found) | {
        "units": units,
        "unit": unit,
        "ledger": found.ledger_rules,
        "providers": _by_unit(queries.module_providers(found, by, unit)),
        "totals": {
            "providers": sum(each.providers for each in units),
            "points": sum(len(each.points) for each in units),
            "operators": sum(len(each.operators) for each in units),
            "unverified": sum(each.unverified for each in units),
            "without": sum(not each.operators for each in units if each.channel == "module"),
        },
    }
    return render(request, "reporting/channels/module.html", page)


@require_GET
@permitted(Permission.VIEW)
def channels(request: HttpRequest, programme: str) -> HttpResponse:
    """Both sums side by side, why they differ, and the milestones."""
    found = module_or_404(request, programme)
    told = sums(found, channel_periods(request, found), under=request.membership.tenant)
    page = module_page(request, found) | {
        "sums": told,
        "last": told.points[-1],
        "periods": queries.begun_periods(found),
        "may_choose": is_lead(found, request.membership)
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
    require_lead(found, request.membership, Permission.SETTINGS)
    setting = queries.headline_setting(found)
    form, status = HeadlineForm(request.POST or None, module=found.work_module, setting=setting), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_headline(found, **form.cleaned_data, by=request.membership)
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


def module_or_404(request: HttpRequest, code: str) -> Programme:
    """A programme that has a work module; without one there is no such page."""
    found = programme_or_404(request, code)
    if found.work_module is None:
        raise Http404
    return found


def module_page(request: HttpRequest, programme: Programme) -> dict:
    """What every page of the module shows: its name, its pages, and whether this person operates it."""
    return {
        "programme": programme,
        "module": programme.work_module,
        "here": request.resolver_match.view_name,
        "operates": queries.is_operator(programme, request.membership),
    }


def _unit(request: HttpRequest, programme: Programme) -> Tenant | None:
    code = request.GET.get("unit", "")
    if not code:
        return None
    units = visible_tenants(request.membership).filter(duties__programme=programme)
    if unit := next((each for each in units if each.code == code), None):
        return unit
    raise Http404


def _by_unit(providers) -> list[tuple[Tenant, list]]:
    found: dict[int, tuple[Tenant, list]] = {}
    for each in providers:
        found.setdefault(each.tenant_id, (each.tenant, []))[1].append(each)
    return list(found.values())


def channel_periods(request: HttpRequest, programme: Programme) -> list[Period]:
    if chosen := chosen_periods(request, programme):
        return chosen
    raise Http404
