"""Target against actual for one tenant and those below it: what the page shows and the export prints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.models import Tenant

from . import dashboard, queries
from .models import Indicator, Period, Programme


@dataclass(frozen=True)
class Comparison:
    """`own`: the tenant's own row, if it has a task; `rows`: one for each below it that has; `whole`: all together.
    `columns`: the indicators in which anybody has a task."""

    own: dashboard.Row | None
    rows: list[dashboard.Row]
    whole: dashboard.Row | None
    columns: list[Indicator]
    indicators: dict[str, Indicator]
    tenants: dict[str, Tenant]


def compare(
    programme: Programme, period: Period, tenant: Tenant, figures: Mapping[str, Mapping[str, int | None]]
) -> Comparison:
    """The figures of the year through `period` against the year's targets."""
    targets = queries.targets_of(programme, period.year)
    total = added(figures.values())
    below = {code: own for code, own in targets.items() if code in figures and code != tenant.code}
    percent = period.expected_percent
    compared = {row.tenant: row for row in dashboard.rows(targets, {tenant.code: total}, percent)}
    indicators = {each.code: each for each in programme.indicators.all()}
    return Comparison(
        own=compared[tenant.code] if tenant.code in targets else None,
        rows=dashboard.rows(below, {code: figures[code] for code in figures}, percent) if below else [],
        whole=dashboard.whole(below, figures, percent) if below else None,
        columns=[indicators[code] for code in dashboard.targeted(targets)],
        indicators=indicators,
        tenants={each.code: each for each in Tenant.objects.filter(code__in=list(figures))},
    )


def added(figures: Iterable[Mapping[str, int | None]]) -> dict[str, int | None]:
    """Several tenants' figures added up; None where none of them has one."""
    sums: dict[str, int | None] = {}
    for each in figures:
        for code, value in each.items():
            sums[code] = sums.get(code) if value is None else (sums.get(code) or 0) + value
    return sums
