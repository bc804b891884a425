"""What does a programme's activity ledger (台账) know? Kinds, venues, channels, questions: data of the programme.

Pure: a programme's JSON in, rules out. A programme without it has no ledger; a third one is another fixture.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class NamedValue:
    """A word of a list: `code` is stored, `name` is shown."""

    code: str
    name: str


@dataclass(frozen=True)
class ActivityKind(NamedValue):
    """What an activity is, and which columns of the return it counts in. One activity is of one kind: what is a short
    training is no outreach visit (“三入” and short training exclude one another, D11).

    `class_hours`: what its sittings have to add up to (“短期培训为5学时”, D8); None: no such condition.
    """

    sessions: str = ""  # code of the indicator that counts it once; "": only attendances are counted
    attendances: str = ""
    class_hours: Decimal | None = None

    @property
    def indicators(self) -> tuple[str, ...]:
        return tuple(filter(None, [self.sessions, self.attendances]))


@dataclass(frozen=True)
class Channel(NamedValue):
    """On site, online. `counts_for`: codes of the tenants that it counts for; None: for everybody (D17)."""

    counts_for: frozenset[str] | None = None

    def counts(self, tenant: str) -> bool:
        return self.counts_for is None or tenant in self.counts_for


@dataclass(frozen=True)
class ActivityQuestion(NamedValue):
    """What has to be explained, never what is forbidden (D24: “software must not force a false record”).

    Asked of activities up to and with `until`, with more than `attendances_over`, or of one of `kinds` or `venues`; never
    of those `spared`, of which the figure does not say it (a service point's day: how many came at once). `sentence`: the
    document's words.
    """

    sentence: str = ""
    until: date | None = None
    attendances_over: int | None = None
    kinds: frozenset[str] = frozenset()
    venues: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()  # kinds

    def asks(self, *, on: date, attendances: int, kind: str, venue: str) -> bool:
        if kind in self.spared or (self.until and on > self.until):
            return False
        over = self.attendances_over is not None and attendances > self.attendances_over
        return over or kind in self.kinds or venue in self.venues


@dataclass(frozen=True)
class Overlap(NamedValue):
    """Two tenants (each with all below it) that may count the same activity by the document's own wording."""

    one: str = ""
    other: str = ""


@dataclass(frozen=True)
class Ledger:
    """The ledger's rules of one programme. Falsy: the programme has none."""

    kinds: Mapping[str, ActivityKind] = field(default_factory=dict)
    venues: Mapping[str, NamedValue] = field(default_factory=dict)
    scenarios: Mapping[str, NamedValue] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    provider_kinds: Mapping[str, NamedValue] = field(default_factory=dict)
    provider_tags: Mapping[str, NamedValue] = field(default_factory=dict)
    tags: Mapping[str, NamedValue] = field(default_factory=dict)
    questions: tuple[ActivityQuestion, ...] = ()
    overlaps: tuple[Overlap, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The indicators that it computes; all others of the return are typed."""
        return frozenset(code for kind in self.kinds.values() for code in kind.indicators)

    def questions_about(self, *, on: date, attendances: int, kind: str, venue: str) -> list[ActivityQuestion]:
        """What an activity has to be explained for."""
        return [
            each
            for each in self.questions
            if each.asks(on=on, attendances=attendances, kind=kind, venue=venue)
        ]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Ledger":
        """Read a programme's data. Raises KeyError, TypeError or ValueError where it is none: the loader refuses it."""
        return cls(
            kinds=_by_code(_kind(each) for each in data.get("kinds", ())),
            channels=_by_code(_channel(each) for each in data.get("channels", ())),
            questions=tuple(_question(each) for each in data.get("questions", ())),
            overlaps=tuple(Overlap(**each) for each in data.get("overlaps", ())),
            **{name: _by_code(NamedValue(**each) for each in data.get(name, ())) for name in LISTS},
        )


LISTS = ("venues", "scenarios", "provider_kinds", "provider_tags", "tags")
KEYS = {"kinds", "channels", "questions", "overlaps", *LISTS}


def _by_code(entries: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in entries:
        if not each.code or each.code in found:
            raise ValueError(f"code “{each.code}” twice or empty")
        found[each.code] = each
    return found


def _kind(data: Mapping[str, Any]) -> ActivityKind:
    hours = data.get("class_hours")
    return ActivityKind(**{**data, "class_hours": None if hours is None else Decimal(str(hours))})


def _channel(data: Mapping[str, Any]) -> Channel:
    tenants = data.get("counts_for")
    return Channel(data["code"], data["name"], None if tenants is None else frozenset(tenants))


def _question(data: Mapping[str, Any]) -> ActivityQuestion:
    until = data.get("until")
    given = {name: frozenset(data.get(name, ())) for name in ("kinds", "venues", "spared")}
    return ActivityQuestion(**{**data, **given, "until": date.fromisoformat(until) if until else None})


def problems(data: Any, *, indicators: Collection[str], tenants: Collection[str]) -> Iterator[str]:
    """What is wrong with a programme's ledger, as sentences. `indicators`: codes of those that are typed."""
    if not data:
        return
    try:
        if unknown := sorted(set(data) - KEYS):
            raise ValueError(", ".join(unknown))
        ledger = Ledger.of(data)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        yield _("its ledger cannot be read: %(error)s") % {"error": error}
        return
    known = {
        _("indicator"): (set(indicators), ledger.columns),
        _("kind"): (
            set(ledger.kinds),
            {code for each in ledger.questions for code in each.kinds | each.spared},
        ),
        _("venue kind"): (set(ledger.venues), {code for each in ledger.questions for code in each.venues}),
        _("tenant"): (set(tenants), _tenants(ledger)),
    }
    for what, (there, named) in known.items():
        for code in sorted(named - there):
            yield _("its ledger names “%(code)s”, which is no %(what)s") % {"code": code, "what": what}
    for name in ("kinds", "venues", "scenarios", "channels"):
        if not getattr(ledger, name):
            yield _("its ledger lists no %(name)s") % {"name": name}


def _tenants(ledger: Ledger) -> set[str]:
    counted = {code for each in ledger.channels.values() for code in each.counts_for or ()}
    return counted | {code for each in ledger.overlaps for code in (each.one, each.other)}
