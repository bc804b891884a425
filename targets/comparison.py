"""Target against actual for one tenant and those below it: what the page shows and the export prints."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.models import Tenant

from . import dashboard, queries
from .models import Indicator, Period, Programme
from .work_module import ALL, HeadlineChoice


@dataclass(frozen=True)
class Comparison:
    """`own`: the tenant's own row, if it has a task; `rows`: one for each below it that has; `whole`: all together, or
    what the sum that stands first (`headline`) counts of it, and then `both` is all together.
    `columns`: the indicators in which anybody has a task."""

    schedule: queries.Schedule
    headline: HeadlineChoice | None
    own: dashboard.ProgressRow | None
    rows: list[dashboard.ProgressRow]
    whole: dashboard.ProgressRow | None
    both: dashboard.ProgressRow | None
    columns: list[Indicator]
    indicators: dict[str, Indicator]
    tenants: dict[str, Tenant]


def compare(
    programme: Programme,
    period: Period,
    tenant: Tenant,
    figures: Mapping[str, Mapping[str, int | None]],
    first: HeadlineChoice | None,
    not_due: Collection[str] = (),
) -> Comparison:
    """The figures of the year through `period` against the year's targets.

    `first`: the sum that stands first, where figures come from more than one place. `not_due`: of whom the period is not
    due yet.
    """
    schedule, targets = queries.schedule_of(period), queries.measured_targets(period)
    total = added(figures.values())
    below = {code: own for code, own in targets.items() if code in figures and code != tenant.code}
    own = dashboard.rows(targets, {tenant.code: total}, schedule.each, not_due)
    indicators = {each.code: each for each in programme.indicators.all()}
    counted = figures
    if first and first.code != ALL:
        counted = dashboard.of_channel(figures, queries.channels_of(programme), first.code)
    has_both = below and counted is not figures
    return Comparison(
        schedule=schedule,
        headline=first,
        own=next((row for row in own if row.tenant == tenant.code), None) if tenant.code in targets else None,
        rows=dashboard.rows(below, figures, schedule.each, not_due) if below else [],
        whole=dashboard.whole(below, counted, schedule.whole, not_due) if below else None,
        both=dashboard.whole(below, figures, schedule.whole, not_due) if has_both else None,
        columns=[indicators[code] for code in dashboard.targeted(targets)],
        indicators=indicators,
        tenants={each.code: each for each in Tenant.objects.filter(code__in=list(figures))},
    )


def counted_on(
    periods: Sequence[Period], figures: Mapping, quarters: Sequence[Mapping], schedule: queries.Schedule
) -> dict | None:
    """After the annual target's day: what was counted until then, since then, and in all. No denominator, no rate."""
    if schedule.over is None:
        return None
    code = schedule.over.indicator.code
    before = [
        each for each, period in zip(quarters, periods, strict=True) if period.ends_on <= schedule.over.on
    ]
    rows = []
    for tenant, own in figures.items():
        year = own.get(code) or 0
        until = sum(each.get(tenant, {}).get(code) or 0 for each in before)
        rows.append((tenant, until, year - until, year))
    sums = [sum(row[place] for row in rows) for place in (1, 2, 3)]
    return {"milestone": schedule.over, "rows": rows, "sums": sums}


def added(figures: Iterable[Mapping[str, int | None]]) -> dict[str, int | None]:
    """Several tenants' figures added up; None where none of them has one."""
    sums: dict[str, int | None] = {}
    for each in figures:
        for code, value in each.items():
            sums[code] = sums.get(code) if value is None else (sums.get(code) or 0) + value
    return sums
