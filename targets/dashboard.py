"""Who is where against the task? Pure: targets and figures in, rows out; no query, no clock.

Figures are {tenant code: {indicator code: figure or None}}, None where nothing is filed yet.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .assessment import completion_rate
from .calendar import NOT_LOADED_SIGN, Label, expected_figure, progress_label

Targets = Mapping[str, Mapping[str, int]]
Actuals = Mapping[str, Mapping[str, int | None]]

# Whether nobody knows if a tenant has a task in an indicator: its target was never loaded.
Lacking = Callable[[str, str], bool]


def _nothing(tenant: str, indicator: str) -> bool:
    return False


# Lower bounds in percent of the heat map's steps 1 to 4; below them is step 0.
STEPS = (25, 50, 75, 100)


@dataclass(frozen=True)
class ProgressCell:
    """An assigned indicator.

    `expected` is what is on schedule, exactly, None where none is expected yet; `step` runs from 0 to 4 and shades the heat map.
    `rate` is None while nothing is due and nothing is there: that is not 0 %.
    """

    indicator: str
    target: int
    actual: int | None
    rate: Decimal | None
    remaining: int
    expected: Decimal | None
    label: Label
    step: int


@dataclass(frozen=True)
class Extra:
    """Work done where there is no task: no rate, no score, but it shows and counts in totals. Not `is_loaded`: whether
    there is a task is not known, and it shows whatever was done."""

    indicator: str
    actual: int | None
    is_loaded: bool = True

    @property
    def label(self) -> Label:
        return Label.NO_TASK if self.is_loaded else Label.NOT_LOADED

    @property
    def sign(self) -> str:
        return "/" if self.is_loaded else str(NOT_LOADED_SIGN)


@dataclass(frozen=True)
class ProgressRow:
    """A tenant, or several together (`tenant` is then empty)."""

    tenant: str
    cells: tuple[ProgressCell, ...]
    extra: tuple[Extra, ...]

    def cell(self, indicator: str) -> ProgressCell | None:
        return next((cell for cell in self.cells if cell.indicator == indicator), None)


@dataclass(frozen=True)
class TrendPoint:
    """What had been done by the end of a period, by part and together."""

    on: date
    parts: dict[str, int]
    total: int


@dataclass(frozen=True)
class ProgressMark:
    """A milestone and whether it was reached in time; None while that is open: until its day is over, or not known yet."""

    on: date
    value: int
    sentence: str
    is_reached: bool | None


@dataclass(frozen=True)
class Cumulative:
    points: tuple[TrendPoint, ...]
    marks: tuple[ProgressMark, ...]


def rows(
    targets: Targets,
    actuals: Actuals,
    expected_percent: Decimal | None,
    not_due: Collection[str] = (),
    *,
    order: Sequence[str] = (),
    lacking: Lacking = _nothing,
) -> list[ProgressRow]:
    """One row a tenant, those with targets first, each with its assigned indicators and its extra work. `not_due`: the
    tenants whose figures are not due yet: nobody of them is behind; `order`: that of the programme's indicators; `lacking`:
    whether a target is not known."""
    codes = targeted(targets, order, lacking)
    tenants = dict.fromkeys([*targets, *actuals])
    return [
        _row(
            tenant,
            targets.get(tenant, {}),
            actuals.get(tenant, {}),
            codes,
            expected_percent,
            {code for code in codes if lacking(tenant, code)},
            is_due=tenant not in not_due,
        )
        for tenant in tenants
    ]


def subtotal(targets: Targets, actuals: Actuals, expected_percent: Decimal | None) -> ProgressRow:
    """任务单位小计: the tenants that have targets."""
    return whole(targets, {tenant: actuals.get(tenant, {}) for tenant in targets}, expected_percent)


def whole(
    targets: Targets,
    actuals: Actuals,
    expected_percent: Decimal | None,
    not_due: Collection[str] = (),
    *,
    order: Sequence[str] = (),
) -> ProgressRow:
    """全市合计: the figures of every tenant, with a target or not, against the sum of the targets. Not due while none of
    them is."""
    codes = targeted(targets, order)
    sums = {code: sum(figures.get(code, 0) for figures in targets.values()) for code in codes}
    is_due = not not_due or any(tenant not in not_due for tenant in actuals)
    return _row(
        "", sums, {code: _sum(actuals, code) for code in codes}, codes, expected_percent, is_due=is_due
    )


def of_channel(actuals: Actuals, counted: Actuals) -> Actuals:
    """What a channel counts of the figures, with everybody whom the figures are of: whether they are due is everybody's."""
    return {tenant: counted.get(tenant, {}) for tenant in actuals}


def targeted(targets: Targets, order: Sequence[str] = (), lacking: Lacking = _nothing) -> list[str]:
    """The indicators in which anybody has a task, or may have one that is not known: attendances beside targeted sessions
    are not extra work. In the programme's order, not in that of the first tenant's tasks."""
    found = dict.fromkeys(code for figures in targets.values() for code in figures)
    unknown = [code for code in order if any(lacking(tenant, code) for tenant in [*targets, ""])]
    return sorted({*found, *unknown}, key=[*order, *found].index)


def closed(row: ProgressRow) -> ProgressRow:
    """When the year is over nobody is behind: the task is fulfilled or it is not."""
    cells = (
        replace(each, label=Label.UNFINISHED) if each.label == Label.BEHIND else each for each in row.cells
    )
    return replace(row, cells=tuple(cells))


def cumulative(
    ends: Sequence[date],
    series: Mapping[str, Sequence[int]],
    milestones: Sequence[tuple[date, int, str]],
    today: date,
) -> Cumulative:
    """Running totals at the `ends` of the periods, from each part's figures for each, and the milestones.

    “预计6月底前共完成60万人次”: a milestone is for all parts together.
    """
    points = []
    for count, on in enumerate(ends, start=1):
        parts = {name: sum(figures[:count]) for name, figures in series.items()}
        points.append(TrendPoint(on, parts, sum(parts.values())))
    return Cumulative(tuple(points), tuple(_mark(points, today, *each) for each in milestones))


def _row(
    tenant: str,
    targets: Mapping[str, int],
    actuals: Mapping[str, int | None],
    codes: list[str],
    expected_percent: Decimal | None,
    unknown: Collection[str] = (),
    *,
    is_due: bool,
) -> ProgressRow:
    cells = tuple(
        _cell(code, targets[code], actuals.get(code), expected_percent, is_due)
        for code in codes
        if code in targets
    )
    extra = tuple(
        Extra(code, actuals.get(code), code not in unknown)
        for code in codes
        if code not in targets and (actuals.get(code) or code in unknown)
    )
    return ProgressRow(tenant, cells, extra)


def _cell(
    code: str, target: int, actual: int | None, expected_percent: Decimal | None, is_due: bool
) -> ProgressCell:
    done = actual or 0
    rate = completion_rate(done, target) or Decimal(0)
    expected_percent = expected_percent if is_due else None
    return ProgressCell(
        indicator=code,
        target=target,
        actual=actual,
        rate=rate if is_due or actual is not None else None,
        remaining=max(0, target - done),
        expected=None if expected_percent is None else expected_figure(target, expected_percent),
        label=progress_label(rate, expected_percent, has_task=True, is_due=is_due),
        step=sum(rate >= bound for bound in STEPS),
    )


def _sum(actuals: Actuals, code: str) -> int | None:
    """None only if nobody has a figure."""
    known = [figure for figures in actuals.values() if (figure := figures.get(code)) is not None]
    return sum(known) if known else None


def _mark(points: Sequence[TrendPoint], today: date, on: date, value: int, sentence: str) -> ProgressMark:
    if not points or points[-1].on < on:
        return ProgressMark(on, value, sentence, None)
    by_then = [point.total for point in points if point.on <= on]
    return ProgressMark(on, value, sentence, reached(by_then[-1] if by_then else 0, value, on, today))


def reached(figure: int, value: int, on: date, today: date) -> bool | None:
    """“预计6月底前”: the whole of 30 June belongs to it, so that “not reached” is shown from the next day on."""
    if figure >= value:
        return True
    return False if today > on else None


def sums_by_channel(
    quarters: Sequence[Mapping[str, Mapping[str, Mapping[str, int]]]], indicator: str
) -> list[dict[str, int]]:
    """The running sum of each channel at the end of each period: “以…工作模块记录数据为准” needs them side by side."""
    running: Counter[str] = Counter(dict.fromkeys((each for quarter in quarters for each in quarter), 0))
    found = []
    for quarter in quarters:
        for channel, parts in quarter.items():
            running[channel] += sum(figures.get(indicator, 0) for figures in parts.values())
        found.append(dict(running))
    return found
