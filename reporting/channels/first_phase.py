"""The first phase: who has held at least one activity by its end, and what was over its rules.

“各区民政局……至少开展一次相关培训或教学活动”; “将参与人数控制在20人之内，一般情况下不在老年人家中进行面对面接触”. Twenty is
within. Nothing is blocked: what exceeds a limit is listed, with its explanation: the activity's own, or the one that the
return gave which counts it. Of what was typed without a record no rule can say how many came: that is listed as well.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.access import visible_tenants
from portal.models import Membership, Tenant
from targets.ledger import ActivityQuestion, Ledger
from targets.models import Period, Programme, ReportingDuty
from targets.work_module import UNRECORDED, AtLeastOne, FirstPhase

from ..ledger import page_queries
from ..ledger import queries as ledger_queries
from ..models import Activity
from ..rollup import status as rollup_status
from ..rollup.records import Split, split_returns
from ..rollup.status import BoardCell

Splits = Mapping[tuple[int, int], Split]
HELD, WAITING, NONE, OWING, AWAITED = "held", "waiting", "none", "owing", "awaited"


@dataclass(frozen=True)
class FirstPhaseRow:
    """A tenant that has to hold at least one. `figure`: what its accepted returns say of the time until then;
    `recorded`: how many such activities of it stand in the ledger, as far as the person sees them; `typed`: how much of
    the figure no record stands behind."""

    tenant: Tenant
    state: str
    figure: int | None
    recorded: int
    typed: int
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True)
class Over:
    """An activity over the rules, with its explanation; never blocked, never hidden from who sees the activity."""

    activity: Activity
    questions: tuple[ActivityQuestion, ...]
    kind: str
    venue: str
    explanation: str


@dataclass(frozen=True)
class Typed:
    """What an accepted return says of the time without a record behind it: whether it kept the rules cannot be seen."""

    tenant: Tenant
    figure: int


@dataclass(frozen=True)
class PhaseBoard:
    phase: FirstPhase
    unit: str
    rows: tuple[FirstPhaseRow, ...]
    rules: tuple[ActivityQuestion, ...]
    over: tuple[Over, ...]
    typed: tuple[Typed, ...]
    spared: tuple[tuple[str, str], ...]  # (rule, kind of activity that it is not asked of)
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
    periods = list(programme.periods.filter(ends_on__lte=phase.until).order_by("year", "number"))
    splits = split_returns(programme, periods, under=by.tenant)
    rules = tuple(each for each in ledger.questions if each.until == phase.until)
    return PhaseBoard(
        phase=phase,
        unit=programme.indicators.get(code=one.indicator).name if one else "",
        rows=_rows(programme, by, one, periods, held, splits) if one else (),
        rules=rules,
        over=tuple(_over(ledger, held)),
        typed=tuple(_typed(ledger, by, splits)),
        spared=tuple((rule.name, ledger.kinds[kind].name) for rule in rules for kind in sorted(rule.spared)),
        recorded=len(held),
    )


def _over(ledger: Ledger, held: Sequence[Activity]) -> list[Over]:
    found = []
    for each in held:
        facts = {"kind": each.kind, "venue": each.venue_kind}
        questions = tuple(ledger.questions_about(on=each.ends_on, attendances=each.attendances, **facts))
        if questions:
            kind, venue = ledger.kinds.get(each.kind), ledger.venues.get(each.venue_kind)
            names = kind.name if kind else each.kind, venue.name if venue else ""
            found.append(Over(each, questions, *names, explanation=page_queries.explanation_of(each)))
    return found


def _typed(ledger: Ledger, by: Membership, splits: Splits) -> list[Typed]:
    """By tenant, in document order."""
    figures: Counter[int] = Counter()
    for (tenant, _period), split in splits.items():
        figures[tenant] += split.of(UNRECORDED, ledger.columns)
    tenants = visible_tenants(by).filter(pk__in=[key for key, figure in figures.items() if figure])
    return [Typed(each, figures[each.pk]) for each in tenants.order_by("path")]


def _rows(
    programme: Programme,
    by: Membership,
    one: AtLeastOne,
    periods: list[Period],
    held: Sequence[Activity],
    splits: Splits,
) -> tuple[FirstPhaseRow, ...]:
    board = rollup_status.cells(programme, periods, under=by.tenant)
    kinds = {kind.code for kind in programme.ledger_rules.kinds.values() if one.indicator in kind.indicators}
    recorded = Counter(each.tenant_id for each in held if each.kind in kinds)
    duties = ReportingDuty.objects.filter(programme=programme, tenant__in=visible_tenants(by))
    duties = duties.filter(tenant__kind=one.tenant_kind).select_related("tenant").order_by("tenant__path")
    return tuple(
        _row(
            duty.tenant,
            one.indicator,
            [split for each in periods if (split := splits.get((duty.tenant_id, each.pk)))],
            tuple(board[duty.tenant_id, each.pk] for each in periods if (duty.tenant_id, each.pk) in board),
            recorded[duty.tenant_id],
        )
        for duty in duties
    )


def _row(
    tenant: Tenant, indicator: str, splits: Sequence[Split], cells: tuple[BoardCell, ...], recorded: int
) -> FirstPhaseRow:
    """A return that says more than nothing shows that at least one was held, as does an activity of the ledger; a nil
    return says that none was."""
    figure = sum(each.of(channel, [indicator]) for each in splits for channel in each.channels)
    if figure or recorded:
        state = HELD
    elif any(cell.is_waiting for cell in cells):
        state = WAITING
    elif cells and all(cell.is_filed for cell in cells):
        state = NONE
    else:
        state = AWAITED if cells and not any(cell.is_overdue for cell in cells) else OWING
    typed = sum(each.of(UNRECORDED, [indicator]) for each in splits)
    return FirstPhaseRow(tenant, state, figure if splits else None, recorded, typed, cells)
