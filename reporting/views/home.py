"""我的任务: what I owe, until when, whose turn it is."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.access import has_permission
from portal.clock import today
from portal.roles import Permission
from targets.models import Period

from .. import queries
from ..models import Filing
from ..workflow import OPEN


@dataclass(frozen=True)
class Owed:
    """One of my tenant's returns that can be worked on now."""

    period: Period
    filing: Filing | None
    state: str
    days_left: int
    due_on: date

    @property
    def is_my_turn(self) -> bool:
        return self.filing is None or self.filing.status in OPEN


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    by = request.membership
    if by is None:
        return render(request, "reporting/home_nobody.html")
    programmes = queries.programmes_of(by.tenant)
    periods = queries.open_periods(programmes, by.tenant)
    page = {"membership": by, "periods": periods, "notices": queries.notices_for(by)}
    if has_permission(by, Permission.FILE):
        page["owed"] = _owed(by, periods)
    if by.tenant.numchild:
        page["waiting"] = list(queries.visible_filings(by).awaiting_review().exclude(tenant=by.tenant))
        page["boards"] = [_board(period, by) for period in periods]
        page["may_review"] = has_permission(by, Permission.REVIEW)
    return render(request, "reporting/home.html", page)


def _owed(by, periods: list[Period]) -> list[Owed]:
    """The open periods of the programmes in which my tenant itself files."""
    duties = set(by.tenant.duties.values_list("programme", flat=True))
    filings = {
        each.period_id: each
        for each in Filing.objects.with_parties().filter(tenant=by.tenant, period__in=periods)
    }
    windows = queries.deadlines(periods, under=by.tenant)
    return [
        Owed(
            period=period,
            filing=filings.get(period.pk),
            state=str(filings[period.pk].status) if period.pk in filings else "missing",
            days_left=(window.due_on - today()).days,
            due_on=window.due_on,
        )
        for period in periods
        if period.programme_id in duties and (window := windows.of(by.tenant_id, period)).is_open
    ]


def _board(period: Period, by) -> dict:
    """How many of those below have filed for a period, and who has not."""
    cells = [
        cell
        for cell in queries.cells(period.programme, [period], under=by.tenant).values()
        if cell.tenant.pk != by.tenant_id
    ]
    missing = [cell for cell in cells if cell.duty == "required" and not cell.is_filed]
    return {"period": period, "rates": queries.rates(cells), "missing": missing}
