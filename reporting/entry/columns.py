"""What does a tenant's return ask for in a period? The columns of its table, with the task behind each."""

from dataclasses import dataclass

from portal.models import Tenant
from targets.models import Indicator, Period, ReportingDuty, Target


@dataclass(frozen=True)
class SharedTask:
    """A task that several columns have together (“培训和帮办共40万人次”): of those `parts` that count for the tenant."""

    name: str
    target: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One typed column. `target` is None where the tenant has no task: that is not 0. `shared`: the task that it has with
    others, if the document sets one for their sum."""

    code: str
    name: str
    unit: str
    heading: str
    sessions: str  # code of the sessions that these attendances belong to, or ""
    target: int | None = None
    is_credited: bool = True
    shared: SharedTask | None = None

    @property
    def has_task(self) -> bool:
        return self.target is not None


def typed_indicators(programme_id: int) -> list[Indicator]:
    """The indicators that are typed, in the document's order (sums of others are computed, never typed)."""
    return [each for each in Indicator.objects.filter(programme_id=programme_id) if not each.sum_of]


def fields_for(tenant: Tenant, period: Period) -> list[Field]:
    """The columns of this tenant's return, in the document's order, in three queries."""
    targets = dict(
        Target.objects.filter(
            programme_id=period.programme_id, year=period.year, tenant=tenant, state=Target.State.NUMBER
        ).values_list("indicator__code", "value")
    )
    duty = ReportingDuty.objects.filter(programme_id=period.programme_id, tenant=tenant).first()
    not_credited = duty.not_credited if duty else []
    indicators = list(Indicator.objects.filter(programme_id=period.programme_id))
    shared: dict[str, SharedTask] = {}
    for each in indicators:
        if each.sum_of and (target := targets.get(each.code)) is not None:
            parts = tuple(code for code in each.sum_of if code not in not_credited)
            shared |= dict.fromkeys(parts, SharedTask(each.short_name, target, parts))
    return [
        Field(
            code=each.code,
            name=each.name,
            unit=each.unit,
            heading=each.attachment_heading,
            sessions=each.attendances_of,
            target=targets.get(each.code),
            is_credited=each.code not in not_credited,
            shared=shared.get(each.code),
        )
        for each in indicators
        if not each.sum_of
    ]
