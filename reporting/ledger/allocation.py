"""Where does an activity count, and what does it add? By the programme's rules (`targets.ledger`), and by D4.

“The quarter is decided by the activity's date. After closing: carried to the next quarter of the same year, with a note;
for Q4 only a correction.” A return that was never filed cannot be corrected: once its period is closed, whoever leads the
programme unlocks it on request (开封), and it is filed late (补报). No ORM here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext_lazy

from targets.ledger import Ledger
from targets.models import Period


class Reason(StrEnum):
    """Why an activity is in no return that stands."""

    SHORT = "short"  # fewer class hours than its kind needs, so far
    CHANNEL = "channel"  # held in a way that does not count for this tenant
    NOT_CREDITED = "not_credited"  # its kind does not count for this tenant
    DUPLICATE = "duplicate"  # decided to be another one's
    NO_PERIOD = "no_period"  # its day belongs to no reporting period
    UNFINISHED = "unfinished"  # a material that is still being made
    VARIANT = "variant"  # a dialect version of a material
    NO_PROVIDER = "no_provider"  # a material that names none
    REGISTER_OFF = "register_off"  # the tenant types what it finished in that period
    TYPED = "typed"  # the provider types its figures in that period
    DRAFT = "draft"  # it stands in the draft of its period's return
    LATE = "late"  # it stands in the draft of a later return, as a late entry
    SUPPLEMENT = "supplement"  # its return stands, the period is open: recall or correct it
    CORRECTION = "correction"  # nothing of its year is open: only a correction counts it
    UNLOCK = "unlock"  # nor was its own return ever filed: its period has to be unlocked first


# The same in sentences, with what to do; `period`: the return's own.
REASON_TEXTS = {
    Reason.SHORT: gettext_lazy("Not yet enough class hours for a short training; add the further sittings."),
    Reason.CHANNEL: gettext_lazy("Held in a way that does not count for your unit."),
    Reason.NOT_CREDITED: gettext_lazy("This kind does not count for your unit."),
    Reason.DUPLICATE: gettext_lazy("Decided to be the same as another activity, which counts."),
    Reason.NO_PERIOD: gettext_lazy("Its day belongs to no reporting period."),
    Reason.UNFINISHED: gettext_lazy(
        "Still being made; it counts in the period of the day on which it is finished."
    ),
    Reason.VARIANT: gettext_lazy("A dialect version is listed with its original and not counted again."),
    Reason.NO_PROVIDER: gettext_lazy("It names no provider, so that no row of a return can count it."),
    Reason.REGISTER_OFF: gettext_lazy("In %(period)s these figures are typed; the register is not read."),
    Reason.TYPED: gettext_lazy("In %(period)s the provider types its figures; the ledger is not read."),
    Reason.DRAFT: gettext_lazy("Counts in the %(return)s for %(period)s when that is submitted."),
    Reason.LATE: gettext_lazy("Its own period is closed: carried over into the %(return)s for %(period)s."),
    Reason.SUPPLEMENT: gettext_lazy(
        "The %(return)s for %(period)s is in and the period still open: recall or correct it to add this. After the closing it goes to the next one of the year."
    ),
    Reason.CORRECTION: gettext_lazy(
        "No period of its year is open: only a correction of the %(return)s for %(period)s counts it."
    ),
    Reason.UNLOCK: gettext_lazy(
        "%(period)s is closed and no %(return)s for it was filed, so there is nothing to correct: ask for the period to be unlocked, then file it late."
    ),
}


class ReturnState(StrEnum):
    """A tenant's return of a period, as to what may still be put into it."""

    OPEN = "open"
    STANDS = "stands"  # filed, and the period is open
    SHUT = "shut"
    MISSED = "missed"  # shut, and none is in that could be corrected


@dataclass(frozen=True)
class Entry:
    """What of an activity decides where it counts. `counted`: id of the period whose return counts it, or None."""

    provider: int
    kind: str
    ends_on: date
    class_hours: Decimal
    attendances: int
    channel: str
    counted: int | None = None
    is_duplicate: bool = False


@dataclass(frozen=True)
class Place:
    """The return that an activity belongs to, if there is one, and why it is not in one that stands."""

    reason: Reason
    period: Period | None = None

    @property
    def text(self) -> str:
        about = {"period": "", "return": ""}
        if self.period:
            about = {"period": self.period.name, "return": self.period.programme.return_word}
        return REASON_TEXTS[self.reason] % about

    @property
    def is_late(self) -> bool:
        return self.reason is Reason.LATE

    @property
    def needs_unlocking(self) -> bool:
        return self.reason is Reason.UNLOCK

    @property
    def is_in_draft(self) -> bool:
        return self.reason in (Reason.DRAFT, Reason.LATE)


@dataclass(frozen=True)
class Book:
    """The ledger's rules for one tenant, and the states of its returns. `periods` in order; `switches`: {provider: (day,
    uses the ledger), in the order of the decisions}."""

    ledger: Ledger
    tenant: str
    periods: Sequence[Period]
    return_states: Mapping[int, ReturnState]
    not_credited: Collection[str] = ()
    switches: Mapping[int, Sequence[tuple[date, bool]]] = field(default_factory=dict)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The indicators that the ledger computes for this tenant."""
        return self.ledger.columns - set(self.not_credited)

    def uses_ledger(self, provider: int, on: date) -> bool:
        """By the last decision that holds from that day or an earlier one."""
        holding = False
        for starts_on, uses in self.switches.get(provider, ()):
            if starts_on <= on:
                holding = uses
        return holding

    def period_of(self, day: date) -> Period | None:
        return next((each for each in self.periods if each.starts_on <= day <= each.ends_on), None)

    def figures(self, entry: Entry, sessions: int = 1) -> dict[str, int]:
        """What it adds to its provider's row: one session, and its attendances; or what several of one kind add."""
        kind = self.ledger.kinds[entry.kind]
        added = {kind.sessions: sessions, kind.attendances: entry.attendances}
        return {code: value for code, value in added.items() if code in self.columns}

    def why_never(self, entry: Entry) -> Reason | None:
        """What keeps it out of every return, whatever its day."""
        kind, channel = self.ledger.kinds.get(entry.kind), self.ledger.channels.get(entry.channel)
        if entry.is_duplicate:
            return Reason.DUPLICATE
        if kind is None or self.columns.isdisjoint(kind.indicators):
            return Reason.NOT_CREDITED
        if channel is None or not channel.counts(self.tenant):
            return Reason.CHANNEL
        if kind.class_hours is not None and entry.class_hours < kind.class_hours:
            return Reason.SHORT
        return None

    def place(self, entry: Entry, *, reading: int | None = None) -> Place:
        """Where an activity belongs that no return counts. `reading`: id of the period whose return is being read; it
        takes what it can, whether or not it may be submitted."""
        if reason := self.why_never(entry):
            return Place(reason)
        own = self.period_of(entry.ends_on)
        if own is None:
            return Place(Reason.NO_PERIOD)
        if not self.uses_ledger(entry.provider, own.starts_on):
            return Place(Reason.TYPED, own)
        return self._first_open(entry, own, reading)

    def _first_open(self, entry: Entry, own: Period, reading: int | None) -> Place:
        """Its own return; once that is shut, the next of the year that is open."""
        state = self._return_state(own, reading)
        if state is ReturnState.OPEN:
            return Place(Reason.DRAFT, own)
        if state is ReturnState.STANDS:
            return Place(Reason.SUPPLEMENT, own)
        for later in self._later(own):
            if self._return_state(later, reading) is ReturnState.OPEN and self.uses_ledger(
                entry.provider, later.starts_on
            ):
                return Place(Reason.LATE, later)
        return Place(Reason.UNLOCK if state is ReturnState.MISSED else Reason.CORRECTION, own)

    def _return_state(self, period: Period, reading: int | None) -> ReturnState:
        return (
            ReturnState.OPEN if period.pk == reading else self.return_states.get(period.pk, ReturnState.OPEN)
        )

    def _later(self, own: Period) -> Iterable[Period]:
        return (each for each in self.periods if each.year == own.year and each.number > own.number)

    def place_in(self, entry: Entry, period: Period) -> Place | None:
        """Where it stands in the return of that period, if it does. What that return counts already stays in it while
        its day allows it, as a late entry or not."""
        if entry.counted is None:
            place = self.place(entry, reading=period.pk)
            return place if place.is_in_draft and place.period == period else None
        own = self.period_of(entry.ends_on)
        if entry.counted != period.pk or self.why_never(entry) or own is None:
            return None
        if not all(self.uses_ledger(entry.provider, each.starts_on) for each in (own, period)):
            return None
        if own == period:
            return Place(Reason.DRAFT, period)
        return Place(Reason.LATE, period) if own.year == period.year and own.number < period.number else None
