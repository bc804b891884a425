"""Which period does a page open at? One answer for all: pages about filing open at the period in work, pages of figures
at the last one that has any, and say so."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.clock import arrived_at
from portal.models import Tenant
from targets.calendar import through
from targets.models import Period, Programme

from ..models import Filing, PeriodDecision
from .deadlines import deadlines, window
from .queries import begun_periods


@dataclass(frozen=True)
class PeriodNote:
    """A sentence about the period that a page shows, and another one to look at instead."""

    text: str
    other: Period | None = None


def period_in_work(programme: Programme) -> Period | None:
    """The first of those begun whose books are open, else the last begun; None before the first. Between two quarters the
    old one is still being filed. A quarter that was opened again is an exception for some, not what all work on."""
    begun = begun_periods(programme)
    closed = _closed(begun)
    return next((each for each in begun if each.pk not in closed), begun[-1] if begun else None)


def _closed(periods: list[Period]) -> set[int]:
    """By their own day, or earlier by decision."""
    decided = deadlines(periods).decisions
    by_hand = {key for key, each in decided.items() if each.kind == PeriodDecision.Kind.CLOSED}
    return by_hand | {each.pk for each in periods if each.closes_at <= arrived_at()}


def latest_counted(programme: Programme, *, under: Tenant) -> Period | None:
    """The last period of which any figure counts at or below the tenant."""
    accepted = Filing.objects.filter(tenant__path__startswith=under.path).exclude(accepted=None)
    counted = programme.periods.filter(pk__in=accepted.values("period")).select_related("programme__lead")
    return counted.order_by("year", "number").last()


def shown_period(programme: Programme, *, under: Tenant) -> Period | None:
    """What a page of figures opens at: the last period with figures, else the one in work."""
    return latest_counted(programme, under=under) or period_in_work(programme)


def period_notes(period: Period, *, under: Tenant, is_named: bool) -> list[PeriodNote]:
    """What the reader has to know of the period on the page: that it was chosen for its figures, that it is not due.
    `is_named`: the reader chose it."""
    notes, programme = [], period.programme
    in_work = period_in_work(programme)
    if in_work and in_work != period and not is_named:
        text = _(
            "Shown is %(period)s, the last period with accepted figures. In work is %(in_work)s, on time until %(day)s."
        )
        notes.append(PeriodNote(text % _about(period, in_work, under), in_work))
    if not window(period, under).is_late:
        text = _(
            "%(period)s is not due yet: on time until %(day)s. Who has not filed is still in time; until then there are"
            " no rates of what is missing and no ranks."
        )
        notes.append(PeriodNote(text % _about(period, period, under), _last_counted_before(period, under)))
    return notes


def _about(period: Period, due: Period, under: Tenant) -> dict[str, str]:
    """The day is the tenant's own, if it was given longer."""
    return {"period": period.name, "in_work": due.name, "day": through(window(due, under).due_at)}


def _last_counted_before(period: Period, under: Tenant) -> Period | None:
    before = Q(year__lt=period.year) | Q(year=period.year, number__lt=period.number)
    accepted = Filing.objects.filter(tenant__path__startswith=under.path).exclude(accepted=None)
    counted = Period.objects.filter(before, programme=period.programme_id, pk__in=accepted.values("period"))
    return counted.order_by("year", "number").last()
