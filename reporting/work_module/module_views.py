from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.access import permitted, visible_tenants
from portal.models import Tenant
from portal.roles import Permission
from targets.models import Programme

from ..periods.lookup import programme_or_404
from . import queries


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
    return render(request, "reporting/work_module/module.html", page)


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
