"""What does a tenant's return ask for in a period? The columns of its table, with the task behind each."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.models import Tenant
from targets.models import Indicator, Period, ReportingDuty, Target


@dataclass(frozen=True)
class Field:
    """One typed column. `target` is None where the tenant has no task: that is not 0. `is_reported`: there is a task, or the
    document sets none for the column and it is reported with the others (“三入”人次); where it is not, nothing is expected."""

    code: str
    name: str
    unit: str
    heading: str
    sessions: str  # code of the sessions that these attendances belong to, or ""
    target: int | None = None
    is_credited: bool = True
    is_reported: bool = True

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
    return [
        Field(
            code=each.code,
            name=each.name,
            unit=each.unit,
            heading=each.attachment_heading,
            sessions=each.attendances_of,
            target=targets.get(each.code),
            is_credited=each.code not in not_credited,
            is_reported=_is_reported(each, targets),
        )
        for each in typed_indicators(period.programme_id)
    ]


def _is_reported(indicator: Indicator, targets: Collection[str]) -> bool:
    """Attendances without a target of their own are reported where their sessions are."""
    if indicator.code in targets or indicator.target_heading:
        return indicator.code in targets
    return indicator.attendances_of in targets if indicator.attendances_of else bool(targets)
