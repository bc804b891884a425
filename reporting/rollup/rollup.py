"""The roll-up: the one function that every page, workbook, JSON and command takes its sums from.

It reads the totals of the current accepted versions in one statement, grouped by the child of `under`.
Year-to-date is a sum over periods; nothing cumulative is stored (D1).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Substr

from portal.clock import now
from portal.models import Tenant
from targets.models import Duty, Indicator, Period, Programme, ReportingDuty, Target

from ..models import Total
from ..models.states import Status
from .status import FILED, BoardCell, cells


@dataclass(frozen=True)
class RollUpRow:
    """One reporting unit with everything below it. A value is None where nothing was filed: that is not 0. `no_task`: what
    counts for nobody in it, which is no 0 either (“上海开放大学……计划完成培训”)."""

    tenant: Tenant
    state: str
    values: dict[str, int | None]
    has_targets: bool
    cells: tuple[BoardCell, ...]
    is_corrected: bool = False
    no_task: frozenset[str] = frozenset()

    def shown(self, indicator: str) -> int | str | None:
        """As tables print it: “/” where a return is in and there is no such task."""
        value = self.values[indicator]
        return "/" if indicator in self.no_task and value == 0 else value


@dataclass(frozen=True)
class RollUp:
    """Who filed what, in document order. `missing`: the tenants that are expected and have not filed."""

    programme: Programme
    periods: tuple[Period, ...]
    under: Tenant
    indicators: tuple[Indicator, ...]
    as_of: datetime
    includes_submitted: bool
    rows: tuple[RollUpRow, ...]
    subtotal: dict[str, int]
    total: dict[str, int]
    expected: int
    filed: int
    missing: tuple[Tenant, ...]


def roll_up(
    programme: Programme, periods: Sequence[Period], *, under: Tenant, include_submitted: bool = False
) -> RollUp:
    """Sum the periods over `under`: one row for each of its children that takes part, or its own if it has none.

    Accepted figures only; `include_submitted` puts submitted versions that nobody has reviewed in their place.
    """
    indicators = tuple(Indicator.objects.filter(programme=programme))
    board = cells(programme, periods, under=under)
    sums = _sums(periods, under, include_submitted)
    with_targets = _tenants_with_targets(programme, {period.year for period in periods})
    cells_below, not_credited = _by_child(under, board), not_credited_to(programme, under)
    rows = []
    for tenant in Tenant.objects.filter(path__in=cells_below).order_by("path"):
        below = tuple(cells_below[tenant.path])
        rows.append(
            RollUpRow(
                tenant=tenant,
                state=_state(below),
                values=_values(sums.get(tenant.path), indicators),
                has_targets=tenant.pk in with_targets,
                cells=below,
                is_corrected=any(cell.is_corrected for cell in below),
                no_task=frozenset.intersection(*(not_credited[cell.tenant.pk] for cell in below)),
            )
        )
    expected, filed, missing = _who_filed(board)
    return RollUp(
        programme=programme,
        periods=tuple(periods),
        under=under,
        indicators=indicators,
        as_of=now(),
        includes_submitted=include_submitted,
        rows=tuple(rows),
        subtotal=_sum(indicators, [row for row in rows if row.has_targets]),
        total=_sum(indicators, rows),
        expected=expected,
        filed=filed,
        missing=tuple(missing),
    )


def _sums(periods: Sequence[Period], under: Tenant, include_submitted: bool) -> dict[str, dict[str, int]]:
    """{path of the child of `under`: {indicator: sum}}: the one statement.

    Sums of a version's totals. The sheets add up its lines, which says the same twice on purpose (`official_table.sheets._added_up`):
    `verify_figures` compares the totals of every version with its lines.
    """
    current = Q(version=F("version__filing__accepted"))
    if include_submitted:
        submitted = Q(version__filing__status=Status.SUBMITTED)
        current = (submitted & Q(version=F("version__filing__latest"))) | (~submitted & current)
    rows = (
        Total.objects.filter(
            current, version__filing__period__in=periods, tenant__path__startswith=under.path
        )
        .annotate(child=Substr("tenant__path", 1, len(under.path) + Tenant.steplen))
        .values("child", "indicator")
        .annotate(sum=Sum("value"))
    )
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        sums.setdefault(row["child"], {})[row["indicator"]] = row["sum"]
    return sums


def by_tenant(
    periods: Sequence[Period], *, under: Tenant, indicators: Sequence[str]
) -> dict[int, dict[int, int]]:
    """{tenant id: {period id: sum of these typed indicators}}: what each tenant itself filed, accepted figures, in one
    statement. Each return is in it once; added up they are the roll-up's total."""
    rows = (
        Total.objects.filter(
            version=F("version__filing__accepted"),
            version__filing__period__in=periods,
            tenant__path__startswith=under.path,
            indicator__in=indicators,
        )
        .values("tenant", "version__filing__period")
        .annotate(sum=Sum("value"))
    )
    found: dict[int, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["tenant"], {})[row["version__filing__period"]] = row["sum"]
    return found


def _by_child(under: Tenant, board: dict[tuple[int, int], BoardCell]) -> dict[str, list[BoardCell]]:
    """The cells by the path of the child of `under` that they belong to; `under` itself where it reports."""
    found: dict[str, list[BoardCell]] = {}
    for cell in board.values():
        found.setdefault(cell.tenant.path[: len(under.path) + Tenant.steplen], []).append(cell)
    return found


def _values(sums: dict[str, int] | None, indicators: Sequence[Indicator]) -> dict[str, int | None]:
    """A row's figures; computed indicators are summed from their parts. None where nothing counts yet."""
    if sums is None:
        return {each.code: None for each in indicators}
    values: dict[str, int | None] = {each.code: sums.get(each.code) for each in indicators if not each.sum_of}
    for each in indicators:
        if each.sum_of:
            values[each.code] = sum(values.get(part) or 0 for part in each.sum_of)
    return values


def _sum(indicators: Sequence[Indicator], rows: Sequence[RollUpRow]) -> dict[str, int]:
    return {each.code: sum(row.values[each.code] or 0 for row in rows) for each in indicators}


def _state(below: Sequence[BoardCell]) -> str:
    """One word for all the returns of a row: their common state, else whether all are in, some, or none."""
    relevant = [cell for cell in below if cell.state != "not_begun"] or list(below)
    states = {cell.state for cell in relevant}
    if len(states) == 1:
        return states.pop()
    owed = {
        cell.state for cell in relevant if not (cell.duty == Duty.VOLUNTARY and cell.state == "not_required")
    }
    if owed <= {"accepted", "nil"}:
        return "accepted"
    if owed <= FILED:
        return "submitted"
    return "partial" if owed & FILED else "missing"


def _who_filed(board: dict[tuple[int, int], BoardCell]) -> tuple[int, int, list[Tenant]]:
    """How many have to file, how many of them filed every period that has begun, and who has not."""
    required: dict[Tenant, list[BoardCell]] = {}
    for cell in board.values():
        if cell.duty == Duty.REQUIRED:
            begun = required.setdefault(cell.tenant, [])
            begun += [] if cell.state == "not_begun" else [cell]
    missing = [tenant for tenant, begun in required.items() if not all(cell.is_filed for cell in begun)]
    filed = sum(bool(begun) for begun in required.values()) - len(missing)
    return len(required), filed, missing


def not_credited_to(programme: Programme, under: Tenant) -> defaultdict[int, frozenset[str]]:
    """{tenant id: the indicators that do not count for it}, at or below `under`; nothing for who is not named."""
    duties = ReportingDuty.objects.filter(programme=programme, tenant__path__startswith=under.path)
    found = {tenant: frozenset(codes) for tenant, codes in duties.values_list("tenant", "not_credited")}
    return defaultdict(frozenset, found)


def _tenants_with_targets(programme: Programme, years: set[int]) -> set[int]:
    numbers = Target.objects.filter(programme=programme, year__in=years, state=Target.State.NUMBER)
    return set(numbers.values_list("tenant", flat=True))


def figures(rolled: RollUp) -> dict[str, dict[str, int | None]]:
    """{tenant code: {indicator code: figure or None}}: what the dashboard and the assessment take."""
    return {row.tenant.code: row.values for row in rolled.rows}


def ranked_tenants(programme: Programme) -> list[str]:
    """“市对县（市、区）”: the counties, in document order."""
    ranked = ReportingDuty.objects.filter(programme=programme, is_ranked=True).order_by("tenant__path")
    return list(ranked.values_list("tenant__code", flat=True))


def actual_figures(
    programme: Programme, periods: Sequence[Period], under: Tenant
) -> dict[str, dict[str, int | None]]:
    """The figures of a roll-up alone: what is handed to pages that compare them with targets."""
    return figures(roll_up(programme, periods, under=under))
