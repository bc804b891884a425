"""What activity did this person type? The one reader for the form, the day's grid, a sheet and the demonstration.

Everything found wrong is reported at once, each at its field; nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from targets.ledger import Ledger

from ..entry.names import clean_name, name_key
from ..entry.visual_names import visual_key
from .fields import ACTIVITY_FIELDS, READERS, ReadActivity

SITTINGS_AT_MOST = 60
HOURS_AT_MOST = Decimal(24)


@dataclass
class TypedActivity:
    """An activity as typed (`fields` says of each what it is). Codes may be given by their names; a sitting is (day, class
    hours)."""

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


def read_activity(
    typed: TypedActivity, ledger: Ledger, *, providers: Mapping[str, str], today: date
) -> ReadActivity:
    """`providers`: {key of a name or an alias, and what it looks like: key of the provider}."""
    read = ReadActivity()
    for name, reader in READERS.items():
        read.values[name] = reader(read, getattr(typed, name), ACTIVITY_FIELDS[name], ledger)
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


def _provider(read: ReadActivity, raw: str, providers: Mapping[str, str]) -> str:
    name = clean_name(raw)
    found = providers.get(name.key) or providers.get(visual_key(name.key), "")
    if name.problem or not name.value:
        read.problem("provider", name.code or "blank", name.problem or _("Say who organised it."))
    elif not found:
        text = _("“%(name)s” is not in the register of providers. Add it there first.") % {"name": name.value}
        read.problem("provider", "unknown_provider", text)
    return found


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
