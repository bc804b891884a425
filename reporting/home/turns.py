"""我的任务: what a tenant owes, until when, and whose turn it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portal.clock import today
from portal.models import Membership, Tenant
from targets.models import Period, Programme

from ..filings.queries import visible_filings
from ..models import Filing
from ..models.states import OPEN, Status
from ..periods.queries import open_periods
from ..rollup.status import BoardCell, cells

# Brought to its end after the books are closed as well (see `rules.why_not_open`).
ANSWERED_LATE = (Status.RETURNED, Status.CORRECTING)


@dataclass(frozen=True)
class Owed:
    """One of a tenant's returns that can be worked on now."""

    cell: BoardCell

    @property
    def period(self) -> Period:
        return self.cell.period

    @property
    def filing(self) -> Filing | None:
        return self.cell.filing

    @property
    def state(self) -> str:
        """Told to the tenant itself: a draft is one."""
        return str(self.filing.status) if self.filing else "missing"

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
    """The periods that take returns now, and those in which the tenant has one to answer, with who stands where."""
    is_open = Q(pk__in=[each.pk for each in open_periods(programmes, tenant)])
    own = Filing.objects.filter(tenant=tenant, status__in=ANSWERED_LATE).values("period")
    periods = Period.objects.filter(is_open | Q(pk__in=own), programme__in=programmes)
    found = []
    for period in periods.select_related("programme__lead").order_by("due_at"):
        board = cells(period.programme, [period], under=tenant)
        below = [cell for (each, _period), cell in board.items() if each != tenant.pk]
        found.append(Turn(period, board.get((tenant.pk, period.pk)), below))
    return found


def owed(turns: Iterable[Turn]) -> list[Owed]:
    """The tenant's own, the one whose turn it is first, then the nearest due day."""
    own = [each.own for each in turns if each.own and _can_be_worked_on(each.own)]
    found = [Owed(cell) for cell in own]
    return sorted(found, key=lambda each: (not each.is_my_turn, each.due_on))


def _can_be_worked_on(cell: BoardCell) -> bool:
    return cell.window.is_open or (cell.filing is not None and cell.filing.status in ANSWERED_LATE)


def awaiting(by: Membership) -> list[Filing]:
    """What waits for a review below the person's tenant, the longest wait first."""
    return list(
        visible_filings(by)
        .filter(status=Status.SUBMITTED)
        .exclude(tenant=by.tenant)
        .order_by("latest__submitted_at")
    )


def latest_counted(programme: Programme, *, under: Tenant) -> Period | None:
    """The last period of which any figure counts at or below the tenant."""
    accepted = Filing.objects.filter(tenant__path__startswith=under.path).exclude(accepted=None)
    return programme.periods.filter(pk__in=accepted.values("period")).order_by("year", "number").last()
