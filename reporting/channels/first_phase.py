"""The first phase: who has held at least one activity by its end, and what was over its rules.

“各区民政局……至少开展一次相关培训或教学活动”; “将参与人数控制在20人之内，一般情况下不在老年人家中进行面对面接触”. Twenty is
within. Nothing is blocked: what exceeds a limit is listed, with its explanation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.access import visible_tenants
from portal.models import Membership, Tenant
from targets.ledger import ActivityQuestion, Ledger
from targets.models import Period, Programme, ReportingDuty
from targets.work_module import AtLeastOne, FirstPhase

from ..ledger import queries as ledger_queries
from ..models import Activity
from ..rollup import status as rollup_status
from ..rollup.rollup import by_tenant
from ..rollup.status import BoardCell

HELD, WAITING, NONE, OWING, AWAITED = "held", "waiting", "none", "owing", "awaited"


@dataclass(frozen=True)
class FirstPhaseRow:
    """A tenant that has to hold at least one. `figure`: what its accepted returns say of the time until then;
    `recorded`: how many such activities of it stand in the ledger, as far as the person sees them."""

    tenant: Tenant
    state: str
    figure: int | None
    recorded: int
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True)
class Over:
    """An activity over the rules, with its explanation; never blocked, never hidden from who sees the activity."""

    activity: Activity
    questions: tuple[ActivityQuestion, ...]
    kind: str
    venue: str


@dataclass(frozen=True)
class PhaseBoard:
    phase: FirstPhase
    unit: str
    rows: tuple[FirstPhaseRow, ...]
    rules: tuple[ActivityQuestion, ...]
    over: tuple[Over, ...]
    recorded: int

    @property
    def held(self) -> int:
        return sum(row.state == HELD for row in self.rows)

    @property
    def without(self) -> list[FirstPhaseRow]:
        return [row for row in self.rows if row.state != HELD]


def phase_board(programme: Programme, by: Membership) -> PhaseBoard:
    """The tenants within sight that have to hold at least one, in document order, and what was over the rules."""
    module, ledger = programme.work_module, programme.ledger_rules
    if module is None or (phase := module.first_phase) is None:
        raise ValueError("a programme without a first phase has no board of it")
    activities = ledger_queries.visible_activities(by).filter(
        programme=programme, ends_on__lte=phase.until, withdrawn_at=None
    )
    held = list(activities.order_by("ends_on", "tenant__path", "id"))
    one = phase.at_least_one
    return PhaseBoard(
        phase=phase,
        unit=programme.indicators.get(code=one.indicator).name if one else "",
        rows=_rows(programme, by, one, phase.until, held) if one else (),
        rules=tuple(each for each in ledger.questions if each.until == phase.until),
        over=tuple(_over(ledger, held)),
        recorded=len(held),
    )


def _over(ledger: Ledger, held: Sequence[Activity]) -> list[Over]:
    found = []
    for each in held:
        facts = {"kind": each.kind, "venue": each.venue_kind}
        questions = tuple(ledger.questions_about(on=each.ends_on, attendances=each.attendances, **facts))
        if questions:
            kind, venue = ledger.kinds.get(each.kind), ledger.venues.get(each.venue_kind)
            found.append(Over(each, questions, kind.name if kind else each.kind, venue.name if venue else ""))
    return found


def _rows(
    programme: Programme, by: Membership, one: AtLeastOne, until: date, held: Sequence[Activity]
) -> tuple[FirstPhaseRow, ...]:
    periods = list(programme.periods.filter(ends_on__lte=until).order_by("year", "number"))
    figures = by_tenant(periods, under=by.tenant, indicators=[one.indicator])
    board = rollup_status.cells(programme, periods, under=by.tenant)
    kinds = {kind.code for kind in programme.ledger_rules.kinds.values() if one.indicator in kind.indicators}
    recorded: dict[int, int] = {}
    for each in held:
        if each.kind in kinds:
            recorded[each.tenant_id] = recorded.get(each.tenant_id, 0) + 1
    duties = ReportingDuty.objects.filter(programme=programme, tenant__in=visible_tenants(by))
    duties = duties.filter(tenant__kind=one.tenant_kind).select_related("tenant").order_by("tenant__path")
    return tuple(
        _row(duty.tenant, periods, figures.get(duty.tenant_id, {}), board, recorded.get(duty.tenant_id, 0))
        for duty in duties
    )


def _row(
    tenant: Tenant,
    periods: list[Period],
    figures: Mapping[int, int],
    board: Mapping[tuple[int, int], BoardCell],
    recorded: int,
) -> FirstPhaseRow:
    """A return that says more than nothing shows that at least one was held, as does an activity of the ledger; a nil
    return says that none was."""
    cells = tuple(board[tenant.pk, each.pk] for each in periods if (tenant.pk, each.pk) in board)
    figure = sum(figures.values()) if figures else None
    if figure or recorded:
        state = HELD
    elif any(cell.is_waiting for cell in cells):
        state = WAITING
    elif cells and all(cell.is_filed for cell in cells):
        state = NONE
    else:
        state = AWAITED if cells and not any(cell.is_overdue for cell in cells) else OWING
    return FirstPhaseRow(tenant, state, figure, recorded, cells)
