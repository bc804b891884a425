"""What activity did this person type? The one reader for the form, the day's grid, a sheet and the demonstration.

Everything found wrong is told at once, each at its field; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from targets.ledger import Ledger, Named

from ..counts import parse_count
from ..names import NAME_LIMIT, clean_name, clean_text, name_key
from ..reading import Finding

SITTINGS_AT_MOST = 60
CO_ORGANISERS_AT_MOST = 20
ATTENDANCES_AT_MOST = 99_999
HOURS_AT_MOST = Decimal(24)
EXPLANATION_LIMIT = 500
LANGUAGE_LIMIT = 40
LABELS = {
    "provider": gettext_lazy("Organiser"),
    "kind": pgettext_lazy("activity", "Kind"),
    "on": gettext_lazy("Date"),
    "hours": gettext_lazy("Class hours"),
    "attendances": gettext_lazy("Attendances"),
    "volunteers": gettext_lazy("Volunteers"),
    "venue_kind": gettext_lazy("Kind of venue"),
    "venue": gettext_lazy("Venue"),
    "scenarios": gettext_lazy("Scenarios"),
    "channel": gettext_lazy("Channel"),
    "language": gettext_lazy("Language or dialect"),
    "tags": gettext_lazy("Programmes it belongs to"),
    "co_organisers": gettext_lazy("Co-organisers"),
    "explanation": gettext_lazy("Explanation"),
}


@dataclass
class TypedActivity:
    """An activity as typed. Codes may be given by their names; a sitting is (day, class hours)."""

    provider: str = ""
    kind: str = ""
    sittings: Sequence[tuple[str, str]] = ()
    attendances: str = ""
    volunteers: str = ""
    venue_kind: str = ""
    venue: str = ""
    scenarios: Sequence[str] = ()
    channel: str = ""
    language: str = ""
    tags: Sequence[str] = ()
    co_organisers: Sequence[str] = ()
    explanation: str = ""


@dataclass
class ReadActivity:
    """The fields of an activity as read (`provider` is the key of a registered name), and what is wrong."""

    values: dict = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def problem(self, column: str, code: str, text: str) -> None:
        self.findings.append(Finding(code, text, column=column))


def read_activity(
    typed: TypedActivity, ledger: Ledger, *, providers: Mapping[str, str], today: date
) -> ReadActivity:
    """`providers`: {key of a name or an alias: key of the provider}."""
    read = ReadActivity()
    for name, reader in READERS.items():
        read.values[name] = reader(read, getattr(typed, name), name, ledger)
    read.values["provider"] = _provider(read, typed.provider, providers)
    read.values |= _sittings(read, typed.sittings, ledger.kinds.get(read.values["kind"]), today)
    read.values["venue_key"] = name_key(read.values["venue"])
    return read


def as_typed(activity) -> TypedActivity:
    """An activity of the ledger as it would be typed: what its form starts from."""
    plain = asdict(TypedActivity())
    given = {name: getattr(activity, name) for name in plain if name not in ("provider", "sittings")}
    texts = {name: value if isinstance(value, list) else str(value) for name, value in given.items()}
    sittings = [(each["on"], each["hours"]) for each in activity.sittings]
    return TypedActivity(**{**texts, "provider": activity.provider.name, "sittings": sittings})


# --- the fields


def _provider(read: ReadActivity, raw: str, providers: Mapping[str, str]) -> str:
    name = clean_name(raw)
    if name.problem or not name.value:
        read.problem("provider", name.code or "blank", name.problem or _("Say who organised it."))
    elif name.key not in providers:
        text = _("“%(name)s” is not in the register of providers. Add it there first.") % {"name": name.value}
        read.problem("provider", "unknown_provider", text)
    return providers.get(name.key, "")


def _one_of(name: str, *, is_needed: bool = True) -> Callable:
    """A code of one of the ledger's lists. If the list has one entry only, that one is meant."""

    def read_one(read: ReadActivity, raw: str, column: str, ledger: Ledger) -> str:
        options: Mapping[str, Named] = getattr(ledger, name)
        text = str(raw).strip()
        if not text and is_needed and len(options) == 1:
            return next(iter(options))
        if not text and not is_needed:
            return ""
        return _code(read, text, column, options)

    return read_one


def _code(read: ReadActivity, text: str, column: str, options: Mapping[str, Named]) -> str:
    by_name = {name_key(each.name): each.code for each in options.values()}
    code = text if text in options else by_name.get(name_key(text), "")
    if not code:
        names = _(", ").join(each.name for each in options.values())
        said = _("%(label)s: choose one of %(names)s.") % {"label": LABELS[column], "names": names}
        read.problem(column, "unknown_choice", said)
    return code


def _several_of(name: str) -> Callable:
    def read_several(read: ReadActivity, raw: Iterable[str], column: str, ledger: Ledger) -> list[str]:
        options: Mapping[str, Named] = getattr(ledger, name)
        codes = [_code(read, str(each).strip(), column, options) for each in raw if str(each).strip()]
        return [code for code in options if code in codes]  # in the order of the document, each once

    return read_several


def _count(*, least: int) -> Callable:
    def read_count(read: ReadActivity, raw: str, column: str, ledger: Ledger) -> int:
        if not least and not str(raw).strip():
            return 0
        count = parse_count(raw, unit="人次" if least else "人")
        problem = count.problem or (_("nothing is filled in; type a number") if count.value is None else "")
        if count.value is not None and not least <= count.value <= ATTENDANCES_AT_MOST:
            limits = {"least": least, "most": ATTENDANCES_AT_MOST}
            problem = _("type a whole number from %(least)s to %(most)s") % limits
        if problem:
            text = _("%(label)s: %(problem)s.") % {"label": LABELS[column], "problem": problem.rstrip(".。")}
            read.problem(column, count.code or "out_of_range", text)
        return count.value or 0

    return read_count


def _text(limit: int, *, multiline: bool = False) -> Callable:
    def read_text(read: ReadActivity, raw: str, column: str, ledger: Ledger) -> str:
        text = clean_text(raw, limit=limit, label=LABELS[column], multiline=multiline)
        if text.problem:
            read.problem(column, text.code, text.problem)
        return text.value

    return read_text


def _names(read: ReadActivity, raw: Iterable[str], column: str, ledger: Ledger) -> list[str]:
    """Names of others, each once."""
    found: dict[str, str] = {}
    for each in raw:
        name = clean_name(each)
        if name.problem:
            read.problem(column, name.code, f"{LABELS[column]}: {name.problem}")
        elif name.value:
            found.setdefault(name.key, name.value)
    if len(found) > CO_ORGANISERS_AT_MOST:
        read.problem(
            column, "too_many", _("At most %(limit)s can be named.") % {"limit": CO_ORGANISERS_AT_MOST}
        )
    return list(found.values())


READERS: dict[str, Callable] = {
    "kind": _one_of("kinds"),
    "attendances": _count(least=1),
    "volunteers": _count(least=0),
    "venue_kind": _one_of("venues", is_needed=False),
    "venue": _text(NAME_LIMIT),
    "scenarios": _several_of("scenarios"),
    "channel": _one_of("channels"),
    "language": _text(LANGUAGE_LIMIT),
    "tags": _several_of("tags"),
    "co_organisers": _names,
    "explanation": _text(EXPLANATION_LIMIT, multiline=True),
}


# --- the sittings

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_HOURS = re.compile(r"(\d{1,2}(?:\.[05])?)\s*(?:个)?(?:学时|课时)?")


def _sittings(read: ReadActivity, raw: Sequence[tuple[str, str]], kind, today: date) -> dict:
    """The days in order, their sum, the first and the last. Hours may be blank where the kind asks for none."""
    given = [(str(on).strip(), str(hours).strip()) for on, hours in raw]
    given = [each for each in given if any(each)][: SITTINGS_AT_MOST + 1] or [("", "")]
    if len(given) > SITTINGS_AT_MOST:
        limit = {"limit": SITTINGS_AT_MOST}
        read.problem("sittings", "too_many", _("A course has at most %(limit)s sittings here.") % limit)
    needs_hours = kind is not None and kind.class_hours is not None
    found = [
        (
            _day(read, on, f"sitting-{number}-on", today),
            _hours(read, hours, f"sitting-{number}-hours", needs_hours),
        )
        for number, (on, hours) in enumerate(given, start=1)
    ]
    days = sorted((on, hours) for on, hours in found if on is not None)
    first = days[0][0] if days else today
    return {
        "sittings": [{"on": on.isoformat(), "hours": str(hours)} for on, hours in days],
        "class_hours": sum((hours for _on, hours in days), Decimal(0)),
        "starts_on": first,
        "ends_on": days[-1][0] if days else first,
    }


def _day(read: ReadActivity, raw: str, column: str, today: date) -> date | None:
    found = _DAY.fullmatch(raw)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        read.problem(column, "not_a_date", _("Date: give a day as 2022-03-05."))
    elif day > today:
        read.problem(column, "future", _("Date: that day is yet to come. The ledger records what was held."))
    return day


def _hours(read: ReadActivity, raw: str, column: str, is_needed: bool) -> Decimal:
    if not raw and not is_needed:
        return Decimal(0)
    found = _HOURS.fullmatch(raw.translate(_FULL_WIDTH))
    hours = Decimal(found[1]) if found else None
    if hours is None or hours > HOURS_AT_MOST or (is_needed and not hours):
        read.problem(column, "not_hours", _("Class hours: give whole or half hours up to 24, as 2.5."))
        return Decimal(0)
    return hours


_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0E: "."}
