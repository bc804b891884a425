"""Which part of the accepted figures did the work module record? Every page, workbook, JSON and command that tells the two
sums apart takes them from this split.

“以长者数字生活‘随申学’工作模块记录数据为准”: what is called recorded in the module is the sum of records, the activities of
the ledger as the accepted version froze them (a service point's day is one record), of tenants that the document has
record in the module. What such a tenant typed instead was not recorded, whatever the tenant is. All parts together are the
roll-up's total.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, Count, F, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from portal.models import Tenant
from targets.models import Channel, Indicator, Period, Programme, ReportingDuty
from targets.work_module import UNRECORDED

from ..models import CountedActivity, Total

Figures = dict[str, int]


@dataclass(frozen=True)
class Split:
    """An accepted return: its figures by channel, and how many records stand behind what was recorded."""

    channels: dict[str, Figures]
    records: int = 0

    def of(self, channel: str, indicators: Iterable[str]) -> int:
        """What those indicators are together, of that channel."""
        return sum(self.channels.get(channel, {}).get(each, 0) for each in indicators)


@dataclass
class _Recorded:
    figures: Figures = field(default_factory=dict)
    records: int = 0


def split_returns(
    programme: Programme, periods: Sequence[Period], *, under: Tenant
) -> dict[tuple[int, int], Split]:
    """{(tenant id, period id): its accepted figures by channel} of everybody at or below `under`, in four queries."""
    duties = ReportingDuty.objects.filter(programme=programme, tenant__path__startswith=under.path)
    channel_of = dict(duties.values_list("tenant", "recording_channel"))
    recorded = _recorded(programme, periods, under)
    found = {}
    for key, figures in _totals(periods, under).items():
        channel = channel_of.get(key[0], "")
        own = recorded.get(key, _Recorded())
        found[key] = (
            Split(_parted(figures, own.figures), own.records)
            if channel == Channel.MODULE
            else Split({channel: figures})
        )
    return found


def _parted(figures: Figures, recorded: Figures) -> dict[str, Figures]:
    """What was recorded, and what is left of the return: that was typed."""
    typed = {code: value - recorded.get(code, 0) for code, value in figures.items()}
    in_module = {code: recorded.get(code, 0) for code in figures}
    return {str(Channel.MODULE): in_module} | ({UNRECORDED: typed} if any(typed.values()) else {})


def _totals(periods: Sequence[Period], under: Tenant) -> dict[tuple[int, int], Figures]:
    rows = Total.objects.filter(
        version=F("version__filing__accepted"),
        version__filing__period__in=periods,
        tenant__path__startswith=under.path,
    ).values_list("tenant", "version__filing__period", "indicator", "value")
    found: dict[tuple[int, int], Figures] = {}
    for tenant, period, indicator, value in rows:
        found.setdefault((tenant, period), {})[indicator] = value
    return found


def _recorded(
    programme: Programme, periods: Sequence[Period], under: Tenant
) -> dict[tuple[int, int], _Recorded]:
    """The sum of the records, added up by the database: a year of a city has some thousands."""
    codes = [each.code for each in Indicator.objects.filter(programme=programme) if not each.sum_of]
    sums = {
        f"sum_{place}": Sum(Cast(KeyTextTransform(code, "figures"), BigIntegerField()))
        for place, code in enumerate(codes)
    }
    rows = (
        CountedActivity.objects.filter(
            version=F("version__filing__accepted"),
            version__filing__period__in=periods,
            tenant__path__startswith=under.path,
        )
        .order_by()
        .values_list("tenant", "version__filing__period")
        .annotate(records=Count("pk"), **sums)
    )
    return {
        (tenant, period): _Recorded(
            {code: value for code, value in zip(codes, values, strict=True) if value}, records
        )
        for tenant, period, records, *values in rows
    }


# --- as the roll-up shows them


def actuals_by_channel(
    programme: Programme, periods: Sequence[Period], under: Tenant
) -> dict[str, dict[str, Figures]]:
    """{channel: {code of the child of `under`: {indicator: figure}}}, computed indicators from their parts: what
    `rollup.actual_figures` says, channel by channel."""
    computed = [each for each in Indicator.objects.filter(programme=programme) if each.sum_of]
    below = Tenant.objects.filter(path__startswith=under.path).values_list("pk", "path", "code")
    places = {pk: path for pk, path, _code in below}
    codes = {path: code for _pk, path, code in below}
    found: dict[str, dict[str, Counter[str]]] = {}
    for (tenant, _period), split in split_returns(programme, periods, under=under).items():
        child = codes[places[tenant][: len(under.path) + Tenant.steplen]]
        for channel, figures in split.channels.items():
            found.setdefault(channel, {}).setdefault(child, Counter()).update(figures)
    return {
        channel: {
            child: {**figures, **{each.code: sum(figures[part] for part in each.sum_of) for each in computed}}
            for child, figures in children.items()
        }
        for channel, children in found.items()
    }
