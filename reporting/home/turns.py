"""我的任务: what a tenant owes, until when, and whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from portal.clock import today
from portal.models import Membership, Tenant
from targets.models import Duty, Period, Programme

from ..filings.queries import visible_filings
from ..models import Filing
from ..models.states import OPEN, Status
from ..periods.queries import open_periods, open_requests
from ..rollup.status import BoardCell, cells

# Brought to its end after the books are closed as well (see `rules.why_not_open`).
ANSWERED_LATE = (Status.RETURNED, Status.CORRECTING)


@dataclass(frozen=True)
class Owed:
    """One of a tenant's returns that can be worked on now, or was missed. `is_asked`: it has asked for that to be
    unlocked, and nobody has answered."""

    cell: BoardCell
    is_asked: bool = False

    @property
    def period(self) -> Period:
        return self.cell.period

    @property
    def filing(self) -> Filing | None:
        return self.cell.filing

    @property
    def state(self) -> str:
        """Told to the tenant itself: a draft is one."""
        return str(self.filing.status) if self.filing else self.cell.state

    @property
    def is_voluntary(self) -> bool:
        return self.cell.duty == Duty.VOLUNTARY

    @property
    def is_missed(self) -> bool:
        """Never filed, and the books are closed: it stays until it is opened again."""
        return not _can_be_worked_on(self.cell)

    @property
    def is_overdue(self) -> bool:
        """Who files voluntarily is never late."""
        return self.is_my_turn and self.cell.is_overdue

    @property
    def due_on(self) -> date:
        return self.cell.window.due_on

    @property
    def is_extended(self) -> bool:
        return self.cell.window.is_extended

    @property
    def days_left(self) -> int:
        return (self.due_on - today()).days

    @property
    def days_over(self) -> int:
        return -self.days_left

    @property
    def closes_on(self) -> date | None:
        """The last day on which it is taken; None while a reopened period has none."""
        return self.cell.window.closes_on

    @property
    def is_my_turn(self) -> bool:
        return self.filing is None or self.filing.status in OPEN


@dataclass(frozen=True)
class Turn:
    """One period: the tenant's own cell if it files itself, and those below it."""

    period: Period
    own: BoardCell | None
    below: list[BoardCell]


def turns_of(tenant: Tenant, programmes: Iterable[Programme]) -> list[Turn]:
    """The periods that take returns now, those in which the tenant has one to answer, and those that it has missed, with
    who stands where. Of those below nothing is to be had in a period that only the tenant itself has missed."""
    programmes = list(programmes)
    own = Filing.objects.filter(tenant=tenant, status__in=ANSWERED_LATE).values("period")
    is_worked_on = Q(pk__in=[each.pk for each in open_periods(programmes, tenant)]) | Q(pk__in=own)
    periods = Period.objects.filter(programme__in=programmes).select_related("programme__lead")
    worked_on = list(periods.filter(is_worked_on).order_by("due_at"))
    missed = list(_without_return(periods, tenant).exclude(is_worked_on).order_by("due_at"))
    board: dict[tuple[int, int], BoardCell] = {}
    for programme in programmes:
        board |= cells(
            programme, [each for each in [*missed, *worked_on] if each.programme == programme], under=tenant
        )
    return [
        *(Turn(period, board.get((tenant.pk, period.pk)), []) for period in missed),
        *(
            Turn(period, board.get((tenant.pk, period.pk)), _below(board, period, tenant))
            for period in worked_on
        ),
    ]


def _below(board: dict[tuple[int, int], BoardCell], period: Period, tenant: Tenant) -> list[BoardCell]:
    return [cell for (of, at), cell in board.items() if at == period.pk and of != tenant.pk]


def _without_return(periods: QuerySet[Period], tenant: Tenant) -> QuerySet[Period]:
    """Those begun in which the tenant has to file and nothing of it stands."""
    required = Programme.objects.filter(duties__tenant=tenant, duties__duty=Duty.REQUIRED)
    filed = Filing.objects.filter(tenant=tenant).filed().values("period")
    return periods.filter(programme__in=required, starts_on__lte=today()).exclude(pk__in=filed)


def owed(turns: Iterable[Turn]) -> list[Owed]:
    """The tenant's own, the one whose turn it is first, then the nearest due day; those that were missed last."""
    own = [each.own for each in turns if each.own and (_can_be_worked_on(each.own) or _is_missed(each.own))]
    missed = [cell for cell in own if not _can_be_worked_on(cell)]
    asked = {
        each.period_id
        for each in open_requests(cell.period for cell in missed)
        if missed[0].tenant == each.tenant
    }
    found = [Owed(cell, is_asked=cell.period.pk in asked) for cell in own]
    return sorted(found, key=lambda each: (each.is_missed, not each.is_my_turn, each.due_on))


def _can_be_worked_on(cell: BoardCell) -> bool:
    return cell.window.is_open or (cell.filing is not None and cell.filing.status in ANSWERED_LATE)


def _is_missed(cell: BoardCell) -> bool:
    return cell.is_overdue and cell.window.is_closed


def awaiting(by: Membership) -> list[Filing]:
    """What waits for a review below the person's tenant, the longest wait first."""
    return list(
        visible_filings(by)
        .filter(status=Status.SUBMITTED)
        .exclude(tenant=by.tenant)
        .order_by("latest__submitted_at")
    )
