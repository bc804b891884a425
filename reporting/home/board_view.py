"""报送进度: who owes what, tenant by tenant and period by period; and whom to remind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.access import has_permission, permitted
from portal.clock import today
from portal.roles import Permission
from targets.models import Period

from ..periods.lookup import programme_or_404
from ..periods.shown import period_in_work
from ..reminders.views import copy_text
from ..rollup import status as rollup_status

# What the list can be narrowed down to, by the state of the chosen period.
SHOWN = {
    "": _("All"),
    "awaited": _("To be filed"),
    "owing": _("Not filed"),
    "returned": _("Sent back"),
    "waiting": _("Waiting for review"),
    "late": _("Late"),
    "nil": _("Nil return"),
}


@require_GET
@permitted(Permission.VIEW)
def board(request: HttpRequest, programme: str) -> HttpResponse:
    """Tenants × the year's periods, with the rates of the chosen period and of each."""
    found, by = programme_or_404(request, programme), request.membership
    every = list(found.periods.select_related("programme__lead").order_by("year", "number"))
    chosen = _chosen(every, period_in_work(found) or every[0], request.GET)
    periods = [each for each in every if each.year == chosen.year]
    cells = rollup_status.cells(found, periods, under=by.tenant)
    column = {tenant: cell for (tenant, period), cell in cells.items() if period == chosen.pk}
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    page = {
        "programme": found,
        "today": today(),
        "years": sorted({each.year for each in every}),
        "period": chosen,
        "rates": rollup_status.rates(column.values()),
        "counts": {name: sum(map(test, column.values())) for name, test in rollup_status.SHOWN.items()},
        "filters": list(SHOWN.items()),
        "show": show,
        "periods": _columns(periods, cells),
        "rows": _rows(periods, cells, column, show),
        "total": len(column),
    }
    return render(request, "reporting/home/board.html", page | _reminding(request, chosen, column))


def _chosen(every: list[Period], present: Period, parameters) -> Period:
    """The period that the address names; of a year, the one in work or its last."""
    if found := next((each for each in every if each.code == parameters.get("period")), None):
        return found
    of_year = [each for each in every if str(each.year) == parameters.get("year")]
    if not of_year or present in of_year:
        return present
    return of_year[-1] if of_year[-1].starts_on <= today() else of_year[0]


def _columns(periods: list[Period], cells: dict) -> list[tuple]:
    return [
        (period, rollup_status.rates(cell for (_tenant, key), cell in cells.items() if key == period.pk))
        for period in periods
    ]


def _rows(periods: list[Period], cells: dict, column: dict, show: str) -> list[tuple]:
    """(tenant, its cells) of those whose cell of the chosen period is to be shown."""
    is_shown = rollup_status.SHOWN.get(show, lambda cell: True)
    return [
        (cell.tenant, [cells[tenant, period.pk] for period in periods])
        for tenant, cell in column.items()
        if is_shown(cell)
    ]


def _reminding(request: HttpRequest, period: Period, column: dict[int, rollup_status.BoardCell]) -> dict:
    """The text to copy and the ways to remind, for those above who may."""
    by = request.membership
    if not (by.tenant.numchild and has_permission(by, Permission.REMIND)):
        return {}
    owed = [cell for cell in column.values() if cell.is_owed and cell.tenant.pk != by.tenant_id]
    still = [cell for cell in owed if cell.window.is_open]
    return {
        "may_remind": True,
        "owed": owed,
        "copy_text": copy_text(request, period, still) if still else "",
    }
