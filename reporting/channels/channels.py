"""The two sums and why they differ: what the module recorded, and that with what is reported by period.

“9月底前完成百万人次的年度指标（以长者数字生活‘随申学’工作模块记录数据为准）”, yet two of the four quantified parts are
not bound to record in the module. So both sums stand side by side; a setting of the lead says which stands first. The
split itself, and what a record is: `rollup.records`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.clock import now, today
from portal.models import Tenant
from targets.assessment import completion_rate
from targets.dashboard import reached
from targets.models import Channel, Indicator, Milestone, Period, Programme, ReportingDuty
from targets.work_module import ALL, UNRECORDED, HeadlineChoice, WorkModule

from ..rollup.records import Split, split_returns
from ..work_module import queries as work_module_queries


@dataclass(frozen=True)
class ChannelUnit:
    """A tenant right below, with everything under it: its cumulative figure at the end of each period, by channel."""

    tenant: Tenant
    channels: tuple[str, ...]
    values: tuple[Mapping[str, int], ...]
    why_outside: str
    typed_by: tuple[
        tuple[Tenant, int], ...
    ] = ()  # who has to record and typed, and how much until the last period

    @property
    def recorded(self) -> tuple[int, ...]:
        return tuple(each.get(Channel.MODULE, 0) for each in self.values)

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(sum(each.values()) for each in self.values)

    @property
    def outside(self) -> int:
        """What it has done by now that the module did not record."""
        return self.totals[-1] - self.recorded[-1]

    @property
    def why(self) -> str:
        """Why that is so: the document does not bind it, or the return was typed where it had to be recorded."""
        if not self.typed_by:
            return self.why_outside
        units = _(", ").join(f"{tenant.name} {figure:,}" for tenant, figure in self.typed_by)
        typed = _("Typed in the return without a record of the activities: %(units)s.") % {"units": units}
        return " ".join(filter(None, [self.why_outside, typed]))


@dataclass(frozen=True)
class Judged:
    """A sum on the day of a milestone."""

    figure: int
    rate: Decimal | None
    is_reached: bool


@dataclass(frozen=True)
class MilestoneMark:
    """A milestone of the whole programme, judged by each sum that reached it, by all once its day is over; the headline's counts."""

    on: date
    value: int
    kind: str
    sentence: str
    headline: str
    judged: Mapping[str, Judged]

    @property
    def is_reached(self) -> bool | None:
        found = self.judged.get(self.headline)
        return found.is_reached if found else None

    @property
    def by_module(self) -> Judged | None:
        return self.judged.get(Channel.MODULE)

    @property
    def by_all(self) -> Judged | None:
        return self.judged.get(ALL)


@dataclass(frozen=True)
class ChannelPoint:
    """Where the sums stood at the end of a period. `goal` and `rate` are None where there is nothing to compare with."""

    period: Period
    sums: Mapping[str, int]
    records: int
    headline: int
    goal: Milestone | None
    rate: Decimal | None

    @property
    def module(self) -> int:
        return self.sums.get(Channel.MODULE, 0)

    @property
    def outside(self) -> int:
        """What the module did not record: the whole difference."""
        return self.total - self.module

    @property
    def unrecorded(self) -> int:
        """What had to be recorded there and was typed."""
        return self.sums.get(UNRECORDED, 0)

    @property
    def self_reported(self) -> int:
        """What need not be recorded there."""
        return self.outside - self.unrecorded

    @property
    def total(self) -> int:
        return sum(self.sums.values())


@dataclass(frozen=True)
class ChannelSums:
    """What the page, the command and the export show of the two sums."""

    programme: Programme
    under: Tenant
    indicator: Indicator
    as_of: datetime
    headline: HeadlineChoice
    points: tuple[ChannelPoint, ...]
    units: tuple[ChannelUnit, ...]
    marks: tuple[MilestoneMark, ...]

    @property
    def outside(self) -> list[ChannelUnit]:
        """Why the sums differ: the units that need not record in the module, and those that had to and typed."""
        return [each for each in self.units if set(each.channels) - {Channel.MODULE} or each.outside]

    @property
    def has_unrecorded(self) -> bool:
        return any(each.unrecorded for each in self.points)


def has_channels(programme: Programme) -> bool:
    """Whether the programme's figures come from more than one place."""
    return programme.duties.exclude(recording_channel="").exists()


def sums(programme: Programme, periods: Sequence[Period], *, under: Tenant) -> ChannelSums:
    """The year's periods, cumulative. Milestones are the whole programme's: “预计6月底前共完成60万人次” is not split up."""
    indicator, module = counted_indicator(programme), programme.work_module
    choice = work_module_queries.headline_of(programme)
    codes = indicator.sum_of or [indicator.code]
    splits = split_returns(programme, periods, under=under)
    units = _units(programme, periods, under, _Figures(splits, codes), module)
    milestones = _milestones(programme, periods) if under.pk == programme.lead_id else []
    points = _points(periods, units, splits, choice, milestones)
    return ChannelSums(
        programme,
        under,
        indicator,
        now(),
        choice,
        points,
        units,
        tuple(_mark(each, points, choice) for each in milestones),
    )


def counted_indicator(programme: Programme) -> Indicator:
    """What the sums count: the figure of the milestones, else the first that has a task."""
    first = programme.milestones.select_related("indicator").first()
    return first.indicator if first else programme.indicators.exclude(target_heading="")[0]


def _milestones(programme: Programme, periods: Sequence[Period]) -> list[Milestone]:
    return list(programme.milestones.filter(year=periods[0].year)) if periods else []


@dataclass(frozen=True)
class _Figures:
    """The counted indicators of the returns."""

    splits: Mapping[tuple[int, int], Split]
    codes: Sequence[str]

    def of(self, tenant: int, period: Period) -> dict[str, int]:
        """{channel: figure} of a return; nothing where none is accepted."""
        split = self.splits.get((tenant, period.pk))
        return {channel: split.of(channel, self.codes) for channel in split.channels} if split else {}


def _units(
    programme: Programme,
    periods: Sequence[Period],
    under: Tenant,
    figures: _Figures,
    module: WorkModule | None,
) -> tuple[ChannelUnit, ...]:
    """Each child of `under` (or `under` itself, where it files) with the channel of every tenant that files below it."""
    duties = ReportingDuty.objects.filter(programme=programme, tenant__path__startswith=under.path)
    below: dict[str, list[ReportingDuty]] = {}
    for duty in duties.select_related("tenant").order_by("tenant__path"):
        below.setdefault(duty.tenant.path[: len(under.path) + Tenant.steplen], []).append(duty)
    tenants = Tenant.objects.filter(path__in=below).order_by("path")
    return tuple(_unit(each, below[each.path], periods, figures, module) for each in tenants)


def _unit(
    tenant: Tenant,
    duties: Sequence[ReportingDuty],
    periods: Sequence[Period],
    figures: _Figures,
    module: WorkModule | None,
) -> ChannelUnit:
    channels = tuple(dict.fromkeys(duty.recording_channel for duty in duties))
    running, typed = Counter(dict.fromkeys(channels, 0)), Counter[Tenant]()
    values = []
    for period in periods:
        for duty in duties:
            own = figures.of(duty.tenant_id, period)
            running.update(own)
            typed[duty.tenant] += own.get(UNRECORDED, 0)
        values.append(dict(running))
    return ChannelUnit(
        tenant,
        channels,
        tuple(values),
        module.outside.get(tenant.code, "") if module else "",
        tuple((each, figure) for each, figure in typed.items() if figure),
    )


def _points(
    periods: Sequence[Period],
    units: Sequence[ChannelUnit],
    splits: Mapping[tuple[int, int], Split],
    choice: HeadlineChoice,
    milestones: Sequence[Milestone],
) -> tuple[ChannelPoint, ...]:
    found, records = [], 0
    for place, period in enumerate(periods):
        sums: Counter[str] = Counter()
        for unit in units:
            sums.update(unit.values[place])
        records += sum(each.records for key, each in splits.items() if key[1] == period.pk)
        first = headline_figure(sums, choice)
        goal = next((each for each in milestones if each.on == period.ends_on), None)
        rate = completion_rate(first, goal.value) if goal else None
        found.append(ChannelPoint(period, dict(sums), records, first, goal, rate))
    return tuple(found)


def headline_figure(sums: Mapping[str, int], choice: HeadlineChoice) -> int:
    return sum(sums.values()) if choice.code == ALL else sums.get(choice.code, 0)


def _mark(milestone: Milestone, points: Sequence[ChannelPoint], choice: HeadlineChoice) -> MilestoneMark:
    is_covered = bool(points) and points[-1].period.ends_on >= milestone.on
    by_then = [each for each in points if each.period.ends_on <= milestone.on]
    judged = {}
    if is_covered and by_then:
        sums = by_then[-1].sums
        for code in {Channel.MODULE, ALL, choice.code}:
            figure = headline_figure(sums, HeadlineChoice(code, ""))
            is_reached = reached(figure, milestone.value, milestone.on, today())
            if is_reached is not None:
                judged[str(code)] = Judged(figure, completion_rate(figure, milestone.value), is_reached)
    return MilestoneMark(
        milestone.on, milestone.value, milestone.kind, milestone.sentence, choice.code, judged
    )
