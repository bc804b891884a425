"""What was promised, read from the database. Each function takes a number of queries that does not grow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import QuerySet

from portal.clock import now
from portal.models import Tenant

from .calendar import NOT_LOADED_SIGN
from .models import Indicator, Milestone, Period, Programme, Target, TargetTotal


@dataclass(frozen=True)
class TargetColumn:
    """A tenant of the target table; `heading` as the document prints it."""

    tenant: str
    heading: str


@dataclass(frozen=True)
class TargetCell:
    """`text` is what is printed, stripped; `source_text` keeps the blanks of the document."""

    state: str
    value: int | None
    text: str
    source_text: str


@dataclass(frozen=True)
class TargetRow:
    """One targeted indicator. `total` is the printed 合计, or the sum of the cells where none is printed."""

    indicator: str
    heading: str
    unit: str
    cells: tuple[TargetCell, ...]
    total: int
    is_total_printed: bool
    sentence: str


@dataclass(frozen=True)
class TargetTable:
    """The target table of one year, rows and columns in the order of the document."""

    programme: str
    year: int
    document_number: str
    document_title: str
    caption: str
    corner: tuple[str, ...]
    side: str
    total_label: str
    columns: tuple[TargetColumn, ...]
    rows: tuple[TargetRow, ...]


@dataclass(frozen=True)
class Schedule:
    """What a period is measured by (序时进度), in percent of the year's task; None: by nothing.

    “预计6月底前共完成60万人次” is the whole programme's and not split up: until the annual target's own day nobody is
    measured singly. `over` is an annual target whose day has passed: counts go on without a denominator.
    `is_closed`: the year's whole task was due and the books are closed, so that nobody is behind any more.
    """

    whole: Decimal | None
    each: Decimal | None
    over: Milestone | None = None
    is_closed: bool = False


NOT_LOADED = "not_loaded"


@dataclass(frozen=True)
class LoadedTargets:
    """Which cells of a year's table the facts have. Without any, or with a hole in a row and a column that are there, it
    is not known whether there is a task: that is not “no task”."""

    cells: frozenset[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.cells)

    @cached_property
    def tenants(self) -> frozenset[str]:
        return frozenset(tenant for tenant, __ in self.cells)

    @cached_property
    def indicators(self) -> frozenset[str]:
        return frozenset(indicator for __, indicator in self.cells)

    def lacks(self, tenant: str, indicator: str) -> bool:
        if not self.cells:
            return True
        is_in_table = tenant in self.tenants and indicator in self.indicators
        return is_in_table and (tenant, indicator) not in self.cells


def programme_for(code: str) -> Programme:
    """The programme with its lead; raises Programme.DoesNotExist."""
    return Programme.objects.select_related("lead").get(code=code)


def periods_of(programme: Programme, year: int) -> QuerySet[Period]:
    """The year's reporting periods, the first one first."""
    return programme.periods.filter(year=year).order_by("number")


def schedule_of(period: Period) -> Schedule:
    """By the milestones of the period's year, where the document sets any; else by the time that has passed."""
    milestones = Milestone.objects.filter(programme=period.programme_id, year=period.year)
    annual = milestones.filter(kind=Milestone.Kind.ANNUAL).select_related("indicator").first()
    if annual is None:
        is_closed = period.expected_percent >= 100 and now() >= period.closes_at
        return Schedule(period.expected_percent, period.expected_percent, is_closed=is_closed)
    if period.starts_on > annual.on:
        return Schedule(None, None, annual)
    is_its_day = period.ends_on >= annual.on
    return Schedule(period.expected_percent, period.expected_percent if is_its_day else None)


def measured_targets(period: Period) -> dict[str, dict[str, int]]:
    """The targets that the period is measured by: none after the annual target's day."""
    return {} if schedule_of(period).over else targets_of(period.programme, period.year)


def channels_of(programme: Programme) -> dict[str, str]:
    """{tenant code: where its figures come from}: of those for whom the document makes a difference."""
    duties = programme.duties.exclude(recording_channel="")
    return dict(duties.values_list("tenant__code", "recording_channel"))


def has_two_sums(programme: Programme, tenant: Tenant) -> bool:
    """Whether the tenant's sum and the one that stands first are two: at the lead, where figures come from several places."""
    return tenant.pk == programme.lead_id and bool(channels_of(programme))


def target_years(programme: Programme) -> list[int]:
    """The years for which the document sets targets."""
    return list(programme.targets.order_by("year").values_list("year", flat=True).distinct())


def lacking(loaded: LoadedTargets, indicators: Iterable[Indicator]) -> Callable[[str, str], bool]:
    """Whether a target is not known, of the indicators that can have one."""
    targeted = {each.code for each in indicators if each.target_heading}
    return lambda tenant, indicator: indicator in targeted and loaded.lacks(tenant, indicator)


def loaded_targets(programme: Programme | int, year: int) -> LoadedTargets:
    cells = Target.objects.filter(programme=programme, year=year)
    return LoadedTargets(frozenset(cells.values_list("tenant__code", "indicator__code")))


def targets_of(programme: Programme, year: int) -> dict[str, dict[str, int]]:
    """{tenant code: {indicator code: target}} in document order: numbers only, because no task is not 0."""
    found: dict[str, dict[str, int]] = {}
    for target in _cells(programme, year):
        if target.value is not None:
            found.setdefault(target.tenant.code, {})[target.indicator.code] = target.value
    return found


def target_table(programme: Programme, year: int) -> TargetTable:
    """The document's table of that year; without rows if the document sets no targets for it."""
    targets = list(_cells(programme, year))
    tenants = {target.tenant.path: target.tenant for target in targets}
    columns = [tenants[path] for path in sorted(tenants)]
    layout = programme.layout["target_table"]
    return TargetTable(
        programme=programme.code,
        year=year,
        document_number=programme.document_number,
        document_title=programme.document_title,
        caption=layout["caption"],
        corner=tuple(layout["corner"]),
        side=layout["side"],
        total_label=layout["total"],
        columns=tuple(TargetColumn(tenant.code, tenant.short_name) for tenant in columns),
        rows=tuple(_rows(targets, [tenant.code for tenant in columns], _totals(programme, year))),
    )


def _cells(programme: Programme, year: int) -> QuerySet[Target]:
    cells = programme.targets.filter(year=year).select_related("tenant", "indicator")
    return cells.order_by("tenant__path", "indicator__position")


def _totals(programme: Programme, year: int) -> dict[int, TargetTotal]:
    return {total.indicator_id: total for total in programme.target_totals.filter(year=year)}


def _rows(targets: list[Target], columns: list[str], totals: dict[int, TargetTotal]) -> Iterable[TargetRow]:
    indicators = {target.indicator.position: target.indicator for target in targets}
    for __, indicator in sorted(indicators.items()):
        cells = {target.tenant.code: _cell(target) for target in targets if target.indicator == indicator}
        yield _row(indicator, [cells.get(code) or not_loaded() for code in columns], totals.get(indicator.pk))


def _row(indicator: Indicator, cells: list[TargetCell], total: TargetTotal | None) -> TargetRow:
    printed = total.printed if total else None
    return TargetRow(
        indicator=indicator.code,
        heading=indicator.target_heading,
        unit=indicator.unit,
        cells=tuple(cells),
        total=sum(cell.value or 0 for cell in cells) if printed is None else printed,
        is_total_printed=printed is not None,
        sentence=total.sentence if total else "",
    )


def not_loaded() -> TargetCell:
    return TargetCell(NOT_LOADED, None, str(NOT_LOADED_SIGN), "")


def _cell(target: Target) -> TargetCell:
    """A fixture that does not repeat how a figure is printed has it printed as it is."""
    plain = "/" if target.state == Target.State.NO_TASK else "" if target.value is None else str(target.value)
    return TargetCell(target.state, target.value, target.source_text.strip() or plain, target.source_text)
