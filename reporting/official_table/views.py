"""汇总表: what was filed, added up."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from portal.access import has_permission, permitted, require, visible_tenants
from portal.clock import today
from portal.models import Tenant
from portal.roles import Permission
from portal.security_log import event_on
from targets.models import Period, Programme

from ..excel.attachment import Attachment
from ..excel.export import write_attachment
from ..filings import counted_lines
from ..filings.links import with_links
from ..periods import queries as period_queries
from ..periods.lookup import programme_or_404
from ..periods.shown import period_notes, shown_period
from ..rollup import status as rollup_status
from ..rollup.rollup import RollUp, roll_up
from ..uploads.downloads import workbook_response
from .sheets import rollup_sheet, tenant_sheet


@dataclass(frozen=True)
class TableSpan:
    """What a roll-up page shows: one period, or the year so far up to it; accepted figures or submitted ones too."""

    programme: Programme
    period: Period
    is_cumulative: bool
    includes_submitted: bool
    under: Tenant

    @property
    def periods(self) -> list[Period]:
        return period_queries.year_through(self.period) if self.is_cumulative else [self.period]

    @property
    def query(self) -> str:
        """The query string that leads to the same span."""
        query = {"period": self.period.code}
        query |= {"cumulative": "1"} if self.is_cumulative else {}
        query |= {"include_submitted": "1"} if self.includes_submitted else {}
        return urlencode(query | {"tenant": self.under.code})


def read_span(request: HttpRequest, code: str) -> TableSpan:
    """The span from the address. What it does not name is the last period with figures, the year open, one's own tenant."""
    programme = programme_or_404(request, code)
    periods = Period.objects.filter(programme=programme).select_related("programme")
    under: Tenant | None = request.membership.tenant
    if wanted := request.GET.get("period"):
        period = period_queries.period_named(periods, programme.code, wanted)
    else:
        period = shown_period(programme, under=request.membership.tenant) or periods.first()
    if wanted := request.GET.get("tenant"):
        tenants = visible_tenants(request.membership)
        taking_part = tenants.filter(duties__programme=programme) | tenants.filter(leads=programme)
        under = next((each for each in taking_part if each.code == wanted), None)
    if period is None or under is None:
        raise Http404
    return TableSpan(
        programme=programme,
        period=Period.objects.select_related("programme").get(pk=period.pk),
        is_cumulative=request.GET.get("cumulative") == "1",
        includes_submitted=request.GET.get("include_submitted") == "1",
        under=under,
    )


@require_GET
@permitted(Permission.VIEW)
def rollup(request: HttpRequest, programme: str) -> HttpResponse:
    """The attachment on screen: of those below, or of one tenant by provider."""
    span = read_span(request, programme)
    rolled = roll_up(
        span.programme, span.periods, under=span.under, include_submitted=span.includes_submitted
    )
    is_leaf = not span.under.numchild
    page = {
        "span": span,
        "rolled": rolled,
        "rates": rollup_status.rates(cell for row in rolled.rows for cell in row.cells),
        "attachment": _with_links(rolled, span) if is_leaf else None,
        "may_export": is_leaf or has_permission(request.membership, Permission.EXPORT_ALL),
        "columns": rolled.indicators,
        "rows": [] if is_leaf else _rows(rolled, span),
        "subtotal": [rolled.subtotal[each.code] for each in rolled.indicators],
        "total": [rolled.total[each.code] for each in rolled.indicators],
        "versions": _versions(rolled, span) if is_leaf else [],
        "periods": Period.objects.filter(programme=span.programme, starts_on__lte=today()),
        "parent": _visible_parent(request, span),
        "period_notes": period_notes(span.period, under=span.under, is_named=bool(request.GET.get("period"))),
        "waiting": sum(cell.state == "submitted" for row in rolled.rows for cell in row.cells),
    }
    return render(request, "reporting/official_table/rollup.html", page)


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.VIEW)
def rollup_attachment(request: HttpRequest, programme: str) -> HttpResponse:
    """The official workbook of the same span: the same figures as the page."""
    span = read_span(request, programme)
    sheet = sheet_of(span)
    if span.under.numchild:
        require(request.membership, Permission.EXPORT_ALL)
    return workbook_response(write_attachment(sheet), sheet.file_name)


def sheet_of(span: TableSpan) -> Attachment:
    if not span.under.numchild:
        return tenant_sheet(span.under, span.periods)
    return rollup_sheet(
        roll_up(span.programme, span.periods, under=span.under, include_submitted=span.includes_submitted)
    )


def _rows(rolled: RollUp, span: TableSpan) -> list[dict]:
    address = reverse("rollup", args=[span.programme.code])
    return [
        {
            "row": row,
            "values": [row.shown[each.code] for each in rolled.indicators],
            "url": f"{address}?{replace(span, under=row.tenant).query}",
        }
        for row in rolled.rows
    ]


def _versions(rolled: RollUp, span: TableSpan) -> list:
    """The returns behind a tenant's figures, a period each."""
    return [cell for row in rolled.rows for cell in row.cells if cell.filing and cell.filing.latest_id]


def _with_links(rolled: RollUp, span: TableSpan) -> Attachment:
    """A tenant's sheet; of one period, each line that the ledger computed opens its activities."""
    sheet = tenant_sheet(span.under, span.periods)
    accepted = [cell.filing.accepted for cell in _versions(rolled, span) if cell.filing.accepted]
    if span.is_cumulative or len(accepted) != 1:
        return sheet
    return with_links(sheet, accepted[0], counted_lines.counted_lines(accepted[0]))


def _visible_parent(request: HttpRequest, span: TableSpan) -> str:
    """The address one level up, as long as that is still one's own."""
    if span.under.is_root() or span.under.pk == request.membership.tenant_id:
        return ""
    parent = Tenant.objects.get_parent(span.under)
    return f"{reverse('rollup', args=[span.programme.code])}?{replace(span, under=parent).query}"
