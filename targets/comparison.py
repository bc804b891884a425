"""Target against actual for one tenant and those below it: what the page shows and the export prints."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from portal.models import Tenant

from . import dashboard, queries
from .models import Indicator, Period, Programme
from .work_module import ALL, HeadlineChoice


@dataclass(frozen=True)
class Comparison:
    """`own`: the tenant's own row, if it has a task; `rows`: one for each below it that has; `whole`: all together, or
    what the sum that stands first (`headline`) counts of it, and then `both` is all together.
    `columns`: the indicators in which anybody has a task. Not `is_loaded`: nobody knows, and each target says so."""

    schedule: queries.Schedule
    is_loaded: bool
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
    by_channel: Mapping[str, Mapping[str, Mapping[str, int]]],
    not_due: Collection[str] = (),
) -> Comparison:
    """The figures of the year through `period` against the year's targets.

    `first`: the sum that stands first, where figures come from more than one place; `by_channel`: the same figures, by
    where they come from; `not_due`: of whom the period is not due yet.
    """
    schedule, targets = queries.schedule_of(period), queries.measured_targets(period)
    loaded = queries.loaded_targets(programme, period.year)
    total = added(figures.values())
    below = {code: own for code, own in targets.items() if code in figures and code != tenant.code}
    indicators = {each.code: each for each in programme.indicators.all()}
    order, lacking = list(indicators), queries.lacking(loaded, indicators.values())
    rows_of = partial(dashboard.rows, not_due=not_due, order=order, lacking=lacking)
    whole_of = partial(dashboard.whole, not_due=not_due, order=order)
    judged = dashboard.closed if schedule.is_closed else _as_it_is
    shown = {row.tenant: judged(row) for row in rows_of(targets, {tenant.code: total}, schedule.each)}
    counted: Mapping[str, Mapping[str, int | None]] = figures
    if first and first.code != ALL:
        counted = dashboard.of_channel(figures, by_channel.get(first.code, {}))
    others = _others(below, figures, tenant, is_loaded=bool(loaded))
    has_both = below and counted is not figures
    return Comparison(
        schedule=schedule,
        headline=first,
        is_loaded=bool(loaded),
        own=shown[tenant.code] if tenant.code in targets or (not loaded and tenant.code in figures) else None,
        rows=[judged(row) for row in rows_of(below, others, schedule.each)] if others else [],
        whole=judged(whole_of(below, counted, schedule.whole)) if below else None,
        both=judged(whole_of(below, figures, schedule.whole)) if has_both else None,
        columns=[indicators[code] for code in dashboard.targeted(targets, order, lacking)],
        indicators=indicators,
        tenants={each.code: each for each in Tenant.objects.filter(code__in=list(figures))},
    )


def _as_it_is(row: dashboard.ProgressRow) -> dashboard.ProgressRow:
    return row


def _others(below: Mapping, figures: Mapping, tenant: Tenant, *, is_loaded: bool) -> dict:
    """The figures that stand beside the tasks of those below; without any targets those of everybody below."""
    if below or not is_loaded:
        return {code: own for code, own in figures.items() if below or code != tenant.code}
    return {}


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
