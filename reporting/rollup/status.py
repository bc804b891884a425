"""Who owes what, and how much of it is in: tenants × periods, rates, periods that take returns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.models import Tenant
from targets.assessment import completion_rate
from targets.models import Duty, Period, Programme, ReportingDuty

from ..models import Filing
from ..models.states import Status
from ..periods.deadlines import Window, deadlines


@dataclass(frozen=True)
class BoardCell:
    """One tenant in one period, as the reporting board shows it."""

    tenant: Tenant
    period: Period
    duty: str
    state: str  # a key of workflow.STATES
    window: Window
    days_late: int = 0
    filing: Filing | None = None

    @property
    def due_at(self) -> datetime:
        """The first instant that is late for this tenant."""
        return self.window.due_at

    @property
    def is_filed(self) -> bool:
        return self.state in FILED

    @property
    def is_due(self) -> bool:
        """Whether the last day on which this tenant is in time is over."""
        return self.window.is_late

    @property
    def is_owed(self) -> bool:
        """Whether a return is expected here and is not there, or not again. What has not begun is not owed yet."""
        return self.duty == Duty.REQUIRED and self.state in OWED

    @property
    def is_overdue(self) -> bool:
        """未报: owed after its day. Before it nobody is blamed."""
        return self.is_owed and self.is_due

    @property
    def is_awaited(self) -> bool:
        """待报: owed, and still in time."""
        return self.is_owed and not self.is_due

    @property
    def is_waiting(self) -> bool:
        """Whether somebody above has to look at it."""
        return self.state in WAITING

    @property
    def note(self) -> str:
        """Behind the state of what is filed: how late it came, or that it came in time."""
        if self.days_late:
            return _("%(days)s days late") % {"days": self.days_late}
        return _("on time") if self.is_filed and self.duty == Duty.REQUIRED else ""

    @property
    def is_judged_before(self) -> bool:
        """Whether it was extended after the return had been filed: that keeps the date that was in force then."""
        first_due_at = self.filing.first_due_at if self.filing else None
        return self.is_filed and first_due_at is not None and first_due_at < self.due_at

    @property
    def is_corrected(self) -> bool:
        """Whether the figures that count come from a correction."""
        return bool(self.filing and self.filing.accepted and self.filing.accepted.correction_reason)


# The filters of a board, and the cells that each shows.
SHOWN: dict[str, Callable[[BoardCell], bool]] = {
    "awaited": lambda cell: cell.is_awaited,
    "owing": lambda cell: cell.is_overdue,
    "returned": lambda cell: cell.state in ("returned", "recalled"),
    "late": lambda cell: cell.days_late > 0,
    "nil": lambda cell: cell.state == "nil",
    "waiting": lambda cell: cell.is_waiting,
}
FILED = frozenset({"submitted", "accepted", "nil", "correcting"})
# Never filed, before or after the due day, or sent back or recalled and not submitted again.
NEVER_FILED = frozenset({"pending", "missing"})
OWED = NEVER_FILED | {"returned", "recalled"}
WAITING = frozenset({"submitted", "correcting"})
NOT_REQUIRED = "not_required"
NO_RATE = "—"


def state_of(filing: Filing | None, duty: str, window: Window) -> str:
    """Where a return stands for those above: a draft that was never submitted is no business of theirs."""
    if filing is None or filing.latest_id is None:
        if not window.is_begun:
            return "not_begun"
        if duty != Duty.REQUIRED:
            return NOT_REQUIRED
        return "missing" if window.is_late else "pending"
    if filing.status == Status.ACCEPTED and filing.accepted:
        return "nil" if filing.accepted.is_nil else "accepted"
    if filing.status in (Status.RETURNED, Status.RECALLED) and filing.accepted_id is None:
        return str(filing.status)
    if filing.status == Status.SUBMITTED:
        return "submitted"
    return "correcting"


# A board of a country has a cell for each county and period: it reads no more of a return than a cell shows.
FILING_OF_A_CELL = [
    "public_id",
    "tenant_id",
    "period_id",
    "status",
    "first_submitted_at",
    "first_due_at",
    "latest_id",
    "accepted__is_nil",
    "accepted__correction_reason",
]


def cells(
    programme: Programme, periods: Iterable[Period], *, under: Tenant
) -> dict[tuple[int, int], BoardCell]:
    """Every tenant with a duty at or below `under` × the periods, by (tenant id, period id), in four queries."""
    periods = list(periods)
    read = deadlines(periods, under=under)
    duties = (
        ReportingDuty.objects.filter(programme=programme, tenant__path__startswith=under.path)
        .select_related("tenant")
        .order_by("tenant__path")
    )
    filings = {
        (each.tenant_id, each.period_id): each
        for each in Filing.objects.filter(period__in=periods, tenant__path__startswith=under.path)
        .select_related("accepted")
        .only(*FILING_OF_A_CELL)
    }
    found = {}
    for duty in duties:
        for period in periods:
            filing = filings.get((duty.tenant_id, period.pk))
            owed = duty.in_period(period)
            window = read.of(duty.tenant_id, period)
            state, late = state_of(filing, owed, window), 0
            if filing and state in FILED and owed == Duty.REQUIRED:
                filing.period = period
                late = filing.days_late
            found[duty.tenant_id, period.pk] = BoardCell(
                duty.tenant, period, owed, state, window, late, filing
            )
    return found


def is_judged(board: Iterable[BoardCell]) -> bool:
    """Whether there is anything to judge: the due day of somebody who has to file is over, or all are in before it."""
    required = [cell for cell in board if cell.duty == Duty.REQUIRED]
    return any(cell.is_due for cell in required) or all(cell.is_filed for cell in required)


@dataclass(frozen=True)
class Rates:
    """应报、实报、按时: the reporting duty says who is expected, not who has targets. `is_judged`: before that there are
    counts and no rates."""

    expected: int
    filed: int
    on_time: int
    is_judged: bool = True

    @property
    def late(self) -> int:
        return self.filed - self.on_time

    @property
    def missing(self) -> int:
        return self.expected - self.filed

    @property
    def reporting_rate(self) -> str:
        """上报率 as printed."""
        return percent(self.filed, self.expected) if self.is_judged else NO_RATE

    @property
    def timeliness_rate(self) -> str:
        """及时率 as printed."""
        return percent(self.on_time, self.expected) if self.is_judged else NO_RATE


def rates(board: Iterable[BoardCell]) -> Rates:
    """上报率 = filed ÷ expected; 及时率 = filed on time ÷ expected."""
    required = [cell for cell in board if cell.duty == Duty.REQUIRED]
    filed = [cell for cell in required if cell.is_filed]
    on_time = sum(not cell.days_late for cell in filed)
    return Rates(len(required), len(filed), on_time, is_judged(required))


def percent(part: int, whole: int) -> str:
    """One decimal, rounded as every rate is; never 100 % for a part that is not the whole."""
    rate = completion_rate(part, whole)
    return "—" if rate is None else f"{rate}%"
