"""The roll-up: the one function that every page, workbook, JSON and command takes its sums from.

It reads the totals of the current accepted versions in one statement, grouped by the child of `under`.
Year-to-date is a sum over periods; nothing cumulative is stored (D1).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Substr

from portal.clock import now, today
from portal.models import Tenant
from targets.models import Duty, Indicator, Period, Programme, ReportingDuty, Target

from ..models import Total
from ..models.states import Status
from .status import FILED, BoardCell, cells, is_judged


@dataclass(frozen=True)
class RollUpRow:
    """One reporting unit with everything below it. A value is None where nothing was filed, or where what was filed says “no
    task” throughout: neither is 0. `no_task`: where that is so, or nothing was done in what counts for nobody in it
    (“上海开放大学……计划完成培训”)."""

    tenant: Tenant
    state: str
    values: dict[str, int | None]
    has_targets: bool
    cells: tuple[BoardCell, ...]
    is_corrected: bool = False
    no_task: frozenset[str] = frozenset()

    @property
    def shown(self) -> dict[str, int | str | None]:
        """As tables print it: “/” where there is no task, None where it did not file."""
        return shown_values(self.values, self.no_task)


def shown_values(values: Mapping[str, int | None], no_task: Collection[str]) -> dict[str, int | str | None]:
    return {code: "/" if code in no_task else value for code, value in values.items()}


@dataclass(frozen=True)
class RollUp:
    """Who filed what, in document order. `missing`: the tenants that are expected and have not filed by their day;
    `pending`: those that have not filed and are still in time."""

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
    pending: tuple[Tenant, ...] = ()


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
        values = _values(sums.get(tenant.path), indicators)
        uncounted = frozenset.intersection(*(not_credited[cell.tenant.pk] for cell in below))
        rows.append(
            RollUpRow(
                tenant=tenant,
                state=_state(below),
                values=values,
                has_targets=tenant.pk in with_targets,
                cells=below,
                is_corrected=any(cell.is_corrected for cell in below),
                no_task=_no_task(values, uncounted),
            )
        )
    expected, filed, missing, pending = _who_filed(board)
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
        pending=tuple(pending),
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


def _no_task(values: Mapping[str, int | None], uncounted: Collection[str]) -> frozenset[str]:
    """Where a return is in: what it says is no task, and what counts for nobody in the row (`uncounted`) and is 0."""
    if all(value is None for value in values.values()):
        return frozenset()
    return frozenset(
        code for code, value in values.items() if value is None or (code in uncounted and not value)
    )


def _sum(indicators: Sequence[Indicator], rows: Sequence[RollUpRow]) -> dict[str, int]:
    return {each.code: sum(row.values[each.code] or 0 for row in rows) for each in indicators}


def _state(below: Sequence[BoardCell]) -> str:
    """One word for all the returns of a row: their common state, else whether all are in, some, or none."""
    relevant = _begun(below)
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
    if owed & FILED:
        return "partial"
    return "missing" if any(cell.is_overdue for cell in relevant) else "pending"


def _begun(below: Sequence[BoardCell]) -> list[BoardCell]:
    """The cells that say where a row stands: not those of a period that has not begun, nor of one that is still in time
    and of which nothing is in; unless there are no others."""
    started = {cell.period for cell in below if cell.state not in ("pending", "not_begun")}
    return (
        [cell for cell in below if cell.period in started]
        or [cell for cell in below if cell.state != "not_begun"]
        or list(below)
    )


def _who_filed(
    board: dict[tuple[int, int], BoardCell],
) -> tuple[int, int, list[Tenant], list[Tenant]]:
    """How many have to file, how many of them filed every period that has begun, who has not, and who still may."""
    required: dict[Tenant, list[BoardCell]] = {}
    for cell in board.values():
        if cell.duty == Duty.REQUIRED:
            begun = required.setdefault(cell.tenant, [])
            begun += [] if cell.state == "not_begun" else [cell]
    lacking = [tenant for tenant, begun in required.items() if not all(cell.is_filed for cell in begun)]
    missing = [tenant for tenant in lacking if any(cell.is_overdue for cell in required[tenant])]
    pending = [tenant for tenant in lacking if tenant not in missing]
    filed = sum(bool(begun) for begun in required.values()) - len(lacking)
    return len(required), filed, missing, pending


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


def not_due(rolled: RollUp) -> set[str]:
    """Codes of the rows that cannot be judged yet by the last period that has begun: its day is not over for them and they
    are not in, or it is not over for anybody."""
    return _not_due({row.tenant.code: row.cells for row in rolled.rows}, _last_begun(rolled.periods))


def not_due_below(programme: Programme, periods: Sequence[Period], under: Tenant) -> set[str]:
    """The same for a page that has figures and no roll-up."""
    last = _last_begun(periods)
    below = _by_child(under, cells(programme, [last], under=under))
    codes = dict(Tenant.objects.filter(path__in=below).values_list("path", "code"))
    return _not_due({codes[path]: found for path, found in below.items()}, last)


def _last_begun(periods: Sequence[Period]) -> Period:
    return next((each for each in reversed(periods) if each.starts_on <= today()), periods[-1])


def _not_due(rows: Mapping[str, Sequence[BoardCell]], period: Period) -> set[str]:
    last = {code: [cell for cell in found if cell.period == period] for code, found in rows.items()}
    is_over = is_judged(cell for found in last.values() for cell in found)
    return {
        code
        for code, found in last.items()
        if not (is_over and all(cell.is_due or cell.is_filed for cell in found))
    }


def actual_figures(
    programme: Programme, periods: Sequence[Period], under: Tenant
) -> dict[str, dict[str, int | None]]:
    """The figures of a roll-up alone: what is handed to pages that compare them with targets."""
    return figures(roll_up(programme, periods, under=under))
