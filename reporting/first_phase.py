"""The first phase: who has held at least one activity by its end, and what was over its rules.

“各区民政局……至少开展一次相关培训或教学活动”; “将参与人数控制在20人之内，一般情况下不在老年人家中进行面对面接触”. Twenty is
within. Nothing is blocked: what is over is told, with its explanation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.access import visible_tenants
from portal.models import Membership, Tenant
from targets.models import Period, Programme, ReportingDuty
from targets.work_module import FirstPhase

from . import queries
from .queries import Cell
from .rollup import by_tenant

HELD, WAITING, NONE, OWING = "held", "waiting", "none", "owing"


@dataclass(frozen=True)
class Row:
    """A tenant that has to hold at least one. `figure`: what its accepted returns say of the time until then."""

    tenant: Tenant
    state: str
    figure: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PhaseBoard:
    phase: FirstPhase
    unit: str
    rows: tuple[Row, ...]

    @property
    def held(self) -> int:
        return sum(row.state == HELD for row in self.rows)

    @property
    def without(self) -> list[Row]:
        return [row for row in self.rows if row.state != HELD]


def phase_board(programme: Programme, by: Membership) -> PhaseBoard:
    """The tenants within sight that have to hold at least one, in document order."""
    module = programme.work_module
    if module is None or (phase := module.first_phase) is None:
        raise ValueError("a programme without a first phase has no board of it")
    one = phase.at_least_one
    if one is None:
        return PhaseBoard(phase, "", ())
    periods = list(programme.periods.filter(ends_on__lte=phase.until).order_by("year", "number"))
    figures = by_tenant(periods, under=by.tenant, indicators=[one.indicator])
    board = queries.cells(programme, periods, under=by.tenant)
    duties = ReportingDuty.objects.filter(programme=programme, tenant__in=visible_tenants(by))
    duties = duties.filter(tenant__kind=one.tenant_kind).select_related("tenant").order_by("tenant__path")
    indicator = programme.indicators.get(code=one.indicator)
    rows = tuple(_row(duty.tenant, periods, figures.get(duty.tenant_id, {}), board) for duty in duties)
    return PhaseBoard(phase, indicator.name, rows)


def _row(
    tenant: Tenant,
    periods: list[Period],
    figures: Mapping[int, int],
    board: Mapping[tuple[int, int], Cell],
) -> Row:
    """A return that says more than nothing shows that at least one was held; a nil return says that none was."""
    cells = tuple(board[tenant.pk, each.pk] for each in periods if (tenant.pk, each.pk) in board)
    figure = sum(figures.values()) if figures else None
    if figure:
        state = HELD
    elif any(cell.state in ("submitted", "correcting") for cell in cells):
        state = WAITING
    else:
        state = NONE if cells and all(cell.is_filed for cell in cells) else OWING
    return Row(tenant, state, figure, cells)
