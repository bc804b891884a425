"""What was promised, on pages: the target table as printed, the platform's definitions, and target against actual."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal.access import permitted
from portal.clock import today
from portal.models import Membership, Tenant
from portal.roles import Permission

from . import dashboard, queries
from .comparison import added, compare, counted_on
from .models import Period, Programme
from .work_module import ALL, UNRECORDED, HeadlineChoice

# Hands in the figures: (programme, periods, tenant) -> {tenant code: {indicator code: figure or None}}.
Actuals = Callable[[Programme, list[Period], object], dict[str, dict[str, int | None]]]
# Hands in the same by where they come from: {channel: {tenant code: {indicator code: figure}}}.
ByChannel = Callable[[Programme, list[Period], Tenant], dict[str, dict[str, dict[str, int]]]]
# Hands in what the survey before the start makes of such figures, or None: (programme, tenant, figures).
Coverage = Callable[[Programme, Tenant, dict[str, dict[str, int | None]]], object]
# Hands in of whom the last of the periods is not due yet: (programme, periods, tenant) -> tenant codes.
NotDue = Callable[[Programme, list[Period], Tenant], Collection[str]]
# Hands in the period that the page opens at, and what is to be said of the one that it shows.
Shown = Callable[..., Period | None]
Notes = Callable[..., Sequence[object]]
# Which of two sums stands first, with the document's sentence: the lead's setting, which `targets` does not keep.
Headline = Callable[[Programme], HeadlineChoice]


@require_GET
@permitted(Permission.VIEW)
def target_table(request: HttpRequest, programme: str) -> HttpResponse:
    """The document's own table, `/` and blanks as printed, with the document's number."""
    found = programme_of(request.membership, programme)
    years = queries.target_years(found)
    year = _year(request, years)
    table = queries.target_table(found, year)
    return render(
        request,
        "targets/target_table.html",
        {"programme": found, "table": table, "years": years, "year": year},
    )


@require_GET
@permitted(Permission.VIEW)
def definitions(request: HttpRequest, programme: str) -> HttpResponse:
    """口径说明: what the platform decided where the document is silent. Never the document's own words."""
    found = programme_of(request.membership, programme)
    page = {"programme": found, "definitions": found.definitions, "phases": found.phases.all()}
    return render(request, "targets/definitions.html", page)


@require_GET
@permitted(Permission.VIEW)
def progress(
    request: HttpRequest,
    programme: str,
    *,
    actuals: Actuals,
    by_channel: ByChannel,
    not_due: NotDue,
    shown: Shown,
    notes: Notes,
    coverage: Coverage,
    headline: Headline,
) -> HttpResponse:
    """任务与完成: the year so far against its targets, of the active tenant and those below it."""
    found, tenant = programme_of(request.membership, programme), request.membership.tenant
    begun = list(found.periods.filter(starts_on__lte=today()).order_by("year", "number"))
    named = next((each for each in begun if each.code == request.GET.get("period")), None)
    period = named or shown(found, under=tenant)
    if period is None:
        raise Http404
    periods = [each for each in begun if each.year == period.year and each.number <= period.number]
    page = {"programme": found, "period": period, "periods": begun, "tenant": tenant}
    figures, quarters = actuals(found, periods, tenant), [actuals(found, [each], tenant) for each in periods]
    first = headline(found) if queries.has_two_sums(found, tenant) else None
    channels = [by_channel(found, [each], tenant) for each in periods] if first else []
    early = not_due(found, periods, tenant)
    compared = compare(found, period, tenant, figures, first, _added_channels(channels), early)
    page["period_notes"] = notes(period, under=tenant, is_named=named is not None)
    page |= vars(compared) | {"coverage": coverage(found, tenant, figures)}
    page |= _by_period(found, periods, tenant, quarters, first, channels)
    page["counted_on"] = counted_on(periods, figures, quarters, compared.schedule)
    return render(request, "targets/progress.html", page)


def programme_of(membership: Membership, code: str) -> Programme:
    """A programme that the tenant takes part in; any other does not exist for it."""
    taking_part = Programme.objects.filter(duties__tenant__path__startswith=membership.tenant.path).distinct()
    return get_object_or_404(taking_part.select_related("lead"), code=code)


def _added_channels(quarters: list[dict]) -> dict[str, dict[str, Counter[str]]]:
    """Several periods' figures by channel, added up."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for quarter in quarters:
        for channel, parts in quarter.items():
            for tenant, own in parts.items():
                found.setdefault(channel, {}).setdefault(tenant, Counter()).update(own)
    return found


def _year(request: HttpRequest, years: list[int]) -> int:
    """The year that the address names, else the present one, else the last that has a table."""
    named = request.GET.get("year", "")
    if named in map(str, years):
        return int(named)
    return today().year if today().year in years else max(years, default=today().year)


def _by_period(
    programme: Programme,
    periods: list[Period],
    tenant: Tenant,
    figures: list[dict],
    first: HeadlineChoice | None,
    channels: list[dict],
) -> dict:
    """The course of the year: the cumulative chart where the document sets milestones, a trend per indicator elsewhere."""
    milestones = list(programme.milestones.filter(year=periods[0].year).select_related("indicator"))
    if milestones and tenant.pk == programme.lead_id:
        return _cumulative(programme, periods, figures, milestones, first, channels)
    totals = [added(each.values()) for each in figures]
    names = [each.short_name for each in periods]
    trends = {code: [total.get(code) for total in totals] for code in (totals[0] if totals else {})}
    return {"trends": {code: list(zip(names, points, strict=True)) for code, points in trends.items()}}


def _cumulative(
    programme: Programme,
    periods: list[Period],
    figures: list[dict],
    milestones: list,
    first: HeadlineChoice | None,
    channels: list[dict],
) -> dict:
    """Pillars stacked against the milestones, which the sum that stands first reaches or not; both sums side by side."""
    code = milestones[0].indicator.code
    series = {tenant: [each[tenant].get(code) or 0 for each in figures] for tenant in figures[0]}
    series = {tenant: values for tenant, values in series.items() if any(values)}
    marks = [(each.on, each.value, each.sentence) for each in milestones]
    ends = [each.ends_on for each in periods]
    data = dashboard.cumulative(ends, series, marks, today())
    counted = series
    if first and first.code != ALL:
        counted = {
            tenant: [each.get(first.code, {}).get(tenant, {}).get(code, 0) for each in channels]
            for tenant in series
        }
    names = dict(programme.duties.values_list("tenant__code", "tenant__short_name"))
    return {
        "cumulative": data,
        "marks": list(
            zip(dashboard.cumulative(ends, counted, marks, today()).marks, data.marks, strict=True)
        ),
        "has_both": counted is not series,
        "pillar_names": {tenant: names[tenant] for tenant in series},
        "period_names": [each.short_name for each in periods],
        "channels": list(zip(data.points, dashboard.sums_by_channel(channels, code), strict=True))
        if channels
        else [],
        "has_unrecorded": any(UNRECORDED in each for each in channels),
        "milestone_indicator": milestones[0].indicator,
    }
