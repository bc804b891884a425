from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from ..entry.computed_figures import Computed
from ..models import Activity, CountedActivity, CountedMaterial, Filing, Version


@dataclass(frozen=True)
class CountedLine:
    """What a version counts of one provider."""

    provider: str
    key: str
    activities: int
    late: int
    materials: int = 0


def counted_lines(version: Version) -> list[CountedLine]:
    """The lines of a version that the ledger or the register computed, in the order of the table."""
    activities = _numbers(CountedActivity.objects.filter(version=version))
    materials = _numbers(CountedMaterial.objects.filter(version=version))
    lines = version.lines.order_by("position").values_list("provider", "provider_key")
    nothing = (0, 0)
    return [
        CountedLine(
            name,
            key,
            activities=activities.get(key, nothing)[0],
            late=activities.get(key, nothing)[1] + materials.get(key, nothing)[1],
            materials=materials.get(key, nothing)[0],
        )
        for name, key in lines
        if key in activities or key in materials
    ]


def _numbers(counted: QuerySet) -> dict[str, tuple[int, int]]:
    """{provider key: (how many, how many of them late)}"""
    found = counted.order_by().values("provider_key")
    late = Count("id", filter=Q(is_late=True))
    return {
        each["provider_key"]: (each["number"], each["late"])
        for each in found.annotate(number=Count("id"), late=late)
    }


def left_out_of(filing: Filing, computed: Computed) -> int:
    """How many activities of the year up to the return's period are neither in it nor in another one that stands."""
    period = filing.period
    first = period.programme.periods.filter(year=period.year).aggregate(day=Min("starts_on"))["day"]
    free = Activity.objects.not_withdrawn().filter(
        Q(counted_in=None) | Q(counted_in__filing=filing), tenant=filing.tenant, programme=period.programme_id
    )
    number = free.filter(ends_on__range=(first, period.ends_on)).count()
    return number - sum(row.activities for row in computed.rows)
