"""Until when does a tenant file for a period? The one place that answers, whoever asks.

The document's dates stand in `Period` and are never overwritten. What was decided later is laid over them:
an explicit closing or reopening holds until the next decision, an extension holds for its tenant alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import get_default_timezone

from portal.clock import arrived_at, now, today
from portal.models import Tenant
from targets.calendar import last_day
from targets.models import Period

from ..models import Extension, Filing, PeriodDecision


@dataclass(frozen=True)
class Window:
    """When one tenant's return for one period is due, and until when it is taken. Half-open, as `Period` is."""

    period: Period
    due_at: datetime
    closes_at: datetime | None  # None: reopened until somebody closes it
    decision: PeriodDecision | None = None  # the last one, which holds
    extension: Extension | None = None  # the last one of the tenant

    @property
    def due_on(self) -> date:
        """The last day that is on time (D2)."""
        return last_day(self.due_at)

    @property
    def closes_on(self) -> date | None:
        """The last day on which it is open."""
        return last_day(self.closes_at) if self.closes_at else None

    @property
    def is_extended(self) -> bool:
        return self.due_at != self.period.due_at

    @property
    def is_begun(self) -> bool:
        return today() >= self.period.starts_on

    @property
    def is_closed(self) -> bool:
        """By its day as the request arrived; by decision as soon as that is there, whatever arrived before it."""
        if self.closes_at is None:
            return False
        is_by_hand = self.decision and self.decision.decided_at == self.closes_at
        return (now() if is_by_hand else arrived_at()) >= self.closes_at

    @property
    def is_open(self) -> bool:
        return self.is_begun and not self.is_closed

    @property
    def is_late(self) -> bool:
        """Whether what is filed now is late: a supplementary return (补报)."""
        return arrived_at() >= self.due_at

    @property
    def reopening(self) -> PeriodDecision | None:
        """The decision by which it is open although its own date is past."""
        reopened = self.decision and self.decision.kind == PeriodDecision.Kind.REOPENED
        return self.decision if reopened and self.is_open else None

    @property
    def closing(self) -> PeriodDecision | None:
        """The decision by which it is closed, unless it closed by itself."""
        closed = self.decision and self.decision.kind == PeriodDecision.Kind.CLOSED
        return self.decision if closed and self.is_closed else None


@dataclass(frozen=True)
class Deadlines:
    """What was decided about some periods, read in two queries."""

    decisions: dict[int, PeriodDecision]
    extensions: dict[tuple[int, int], Extension]

    def of(self, tenant_id: int | None, period: Period) -> Window:
        """The window of a tenant; of no tenant in particular: the period's own."""
        decision = self.decisions.get(period.pk)
        extension = self.extensions.get((tenant_id, period.pk)) if tenant_id else None
        closes_at: datetime | None = period.closes_at
        if decision:
            closed = decision.kind == PeriodDecision.Kind.CLOSED
            closes_at = decision.decided_at if closed else decision.until
        if extension and _still_holds(extension, decision):
            closes_at = max(closes_at, extension.closes_at) if closes_at else None
        due_at = extension.due_at if extension else period.due_at
        return Window(period, due_at, closes_at, decision, extension)


def _still_holds(extension: Extension, decision: PeriodDecision | None) -> bool:
    """An explicit closing later than the extension closes for that tenant as well."""
    if decision is None or decision.kind == PeriodDecision.Kind.REOPENED:
        return True
    return extension.decided_at >= decision.decided_at


def deadlines(periods: Iterable[Period], *, under: Tenant | None = None) -> Deadlines:
    """The decisions about the periods that hold now, and the extensions at or below `under`."""
    periods = list(periods)
    decided = PeriodDecision.objects.filter(period__in=periods).select_related("decided_by").order_by("id")
    extended = Extension.objects.filter(period__in=periods).select_related("decided_by", "tenant")
    if under is not None:
        extended = extended.filter(tenant__path__startswith=under.path)
    latest: dict[tuple[int, int], Extension] = {}
    for each in extended.order_by("id"):
        latest[each.tenant_id, each.period_id] = each
    return Deadlines({each.period_id: each for each in decided}, latest)


def window(period: Period, tenant: Tenant | None = None) -> Window:
    """The window of one tenant in one period."""
    return deadlines([period], under=tenant).of(tenant.pk if tenant else None, period)


def window_of(filing: Filing) -> Window:
    return window(filing.period, filing.tenant)


def end_of(day: date) -> datetime:
    """The first instant after a day in Asia/Shanghai: “through 24:00”."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), get_default_timezone())
