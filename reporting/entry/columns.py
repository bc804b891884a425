"""What does a tenant's return ask for in a period? The columns of its table, with the task behind each."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.models import Tenant
from targets.calendar import NOT_LOADED_SIGN
from targets.models import Indicator, Period, ReportingDuty, Target
from targets.queries import lacking, loaded_targets


@dataclass(frozen=True)
class SharedTask:
    """A task that several columns have together (“培训和帮办共40万人次”): of those `parts` that count for the tenant."""

    name: str
    target: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One typed column. `target` is None where the tenant has no task: that is not 0. `shared`: the task that it has with
    others, if the document sets one for their sum. `is_reported`: there is a task, or the document sets none for the column
    and it is reported with the others (“三入”人次), or nobody knows; where it is not, nothing is expected."""

    code: str
    name: str
    unit: str
    heading: str
    sessions: str  # code of the sessions that these attendances belong to, or ""
    target: int | None = None
    is_loaded: bool = True  # whether it is known that there is a task, or none
    is_credited: bool = True
    is_reported: bool = True
    shared: SharedTask | None = None

    @property
    def has_task(self) -> bool:
        return self.target is not None

    @property
    def sign(self) -> str:
        """What stands in place of a target: nobody knows, none of its own, or no task."""
        if not self.is_loaded:
            return str(NOT_LOADED_SIGN)
        return "—" if self.is_reported else "/"

    @property
    def has_no_own_target(self) -> bool:
        """The document sets none for the column, and it is reported all the same."""
        return self.is_loaded and self.is_reported and not self.has_task


def typed_indicators(programme_id: int) -> list[Indicator]:
    """The indicators that are typed, in the document's order (sums of others are computed, never typed)."""
    return [each for each in Indicator.objects.filter(programme_id=programme_id) if not each.sum_of]


def fields_for(tenant: Tenant, period: Period) -> list[Field]:
    """The columns of this tenant's return, in the document's order, in four queries."""
    loaded = loaded_targets(period.programme_id, period.year)
    targets = targets_of_tenant(tenant, period)
    indicators = list(Indicator.objects.filter(programme_id=period.programme_id))
    unknown = lacking(loaded, indicators)
    duty = ReportingDuty.objects.filter(programme_id=period.programme_id, tenant=tenant).first()
    not_credited = duty.not_credited if duty else []
    asked = {*targets, *(each.code for each in indicators if unknown(tenant.code, each.code))}
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
            is_loaded=not unknown(tenant.code, each.code),
            is_credited=each.code not in not_credited,
            is_reported=each.code not in not_credited and _is_reported(each, asked),
            shared=shared.get(each.code),
        )
        for each in indicators
        if not each.sum_of
    ]


def targets_of_tenant(tenant: Tenant, period: Period) -> dict[str, int]:
    numbers = Target.objects.filter(
        programme_id=period.programme_id, year=period.year, tenant=tenant, state=Target.State.NUMBER
    )
    return {
        code: value for code, value in numbers.values_list("indicator__code", "value") if value is not None
    }


def _is_reported(indicator: Indicator, asked: Collection[str]) -> bool:
    """Attendances without a target of their own are reported where their sessions are. `asked`: the columns with a task, and
    those of which nobody knows whether there is one."""
    if indicator.code in asked or indicator.target_heading:
        return indicator.code in asked
    return indicator.attendances_of in asked if indicator.attendances_of else bool(asked)
