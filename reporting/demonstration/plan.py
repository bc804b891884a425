"""Which activities are the figures of the demonstration's year the sum of? Invented (演示数据), the same at every loading.

`fixtures/demonstration/ledger.json` describes some one by one; the rest of a figure is held on usual occasions, spread over
the working days of the quarter. No ORM here beyond the period that is handed in.
"""

import json
import zlib
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from targets.models import Period

from ..ledger.reading import TypedActivity
from ..reminders.calendar import working_day

FIXTURE = Path(settings.BASE_DIR) / "fixtures" / "demonstration" / "ledger.json"
NIL = "（零报告）"  # in a file of the year, where a provider's name stands else
DAY = timedelta(days=1)
FRIDAY = 4
WEEK, MONTH, QUARTER = "week", "month", "quarter"  # whose list is recorded together
RECORDED = time(17, 10)  # on its last working day
SITTINGS_AT_MOST = 3


@dataclass(frozen=True)
class Held:
    """An activity as its person typed it, and when. `change`: when it was put right, and how; `duplicate`: why it was
    decided to be the one recorded before it; not `is_counted`: no figure of the year holds it; `has_file`: a file shows
    it."""

    typed: TypedActivity
    recorded_at: datetime
    is_counted: bool = True
    change: tuple[datetime, TypedActivity] | None = None
    duplicate: str = ""
    has_file: bool = False

    @property
    def ends_on(self) -> str:
        return max(on for on, _hours in self.typed.sittings)

    @property
    def attendances(self) -> int:
        """In the end."""
        return int((self.change[1] if self.change else self.typed).attendances)


@dataclass(frozen=True)
class Season:
    """The part of a quarter in which its activities are held: working days, before the return is filed; and whose list is
    written down together."""

    period: Period
    days: Sequence[date]
    lists: str = WEEK
    by_day: Sequence[str] = ()  # columns of which a provider records each day's sum

    @classmethod
    def of(cls, period: Period, last_day: date, *, lists: str = WEEK, by_day: Sequence[str] = ()) -> "Season":
        number = (last_day - period.starts_on).days + 1
        days = [period.starts_on + place * DAY for place in range(number)]
        return cls(period, [day for day in days if working_day(day) == day], lists, by_day)

    @property
    def room(self) -> int:
        """On how many of its days something can begin, with days left to end."""
        return len(self.days) - SITTINGS_AT_MOST + 1


@cache
def book() -> dict[str, Any]:
    """The fixture. A misspelt field of an activity is refused here, not passed over."""
    found = json.loads(FIXTURE.read_text(encoding="utf-8"))
    known = {each.name for each in fields(TypedActivity)}
    for each in found["told"]:
        if unknown := set(each["activity"]) - known:
            raise ValueError(f"{FIXTURE.name}: {each['what']}: {sorted(unknown)}")
    return found


def keeper(tenant: str, period: str) -> dict[str, Any] | None:
    """What the fixture says of a tenant that keeps a ledger in that period: since when, if not all, which of its providers,
    and whose list it writes down together."""
    found = (each for each in book()["keepers"] if each["tenant"] == tenant and each["since"] <= period)
    return next(found, None)


def about_provider(name: str) -> dict[str, Any]:
    """Its kind and tags, its usual venue and the place that it is named after, by how its name ends."""
    for ending, found in book()["providers"].items():
        if name.endswith(ending):
            return {**found, "place": name.removesuffix(ending) + found.get("place", "")}
    raise ValueError(f"{FIXTURE.name}: {name}")


def plan(tenant: str, season: Season, rows: Sequence[dict]) -> list[Held]:
    """The activities that the rows of a return are the sum of, and those that count in none, as they were recorded."""
    stories = book()["told"]
    singles = [
        _single(each) for each in stories if (each["tenant"], each["period"]) == (tenant, season.period.code)
    ]
    usual = [each for row in rows for each in _usual(tenant, season, row, singles)]
    return sorted([*singles, *usual], key=lambda each: each.recorded_at)


# --- described one by one in the fixture


def _single(each: Mapping[str, Any]) -> Held:
    given = {"sittings": [tuple(pair) for pair in each["activity"]["sittings"]]}
    typed, at = TypedActivity(**{**each["activity"], **given}), each.get("changed_at")
    return Held(
        typed=replace(typed, **each.get("first_typed", {})),
        recorded_at=datetime.fromisoformat(each["recorded_at"]),
        is_counted=each.get("is_counted", True),
        change=(datetime.fromisoformat(at), typed) if at else None,
        duplicate=each.get("duplicate", ""),
        has_file=each.get("has_file", False),
    )


# --- the rest of a figure


def _usual(tenant: str, season: Season, row: dict, singles: Sequence[Held]) -> Iterator[Held]:
    """What is left of a row's figures, by columns of attendances."""
    rest = Counter({code: int(value) for code, value in row["values"].items() if value != "/"})
    kinds = season.period.programme.ledger_rules.kinds
    for held in singles:
        if held.is_counted and held.typed.provider == row["provider"]:
            kind = kinds[held.typed.kind]
            rest.subtract({kind.sessions: 1, kind.attendances: held.attendances})
    for column, sessions in {each.attendances: each.sessions for each in kinds.values()}.items():
        seed = f"{tenant} {season.period.code} {row['provider']} {column}"
        how = f"{column}_by_day" if column in season.by_day else column
        sizes = _sizes(rest[column], rest[sessions] if sessions else None, how, season, seed)
        for place, size in enumerate(sizes):
            begins = _begins(season, place, len(sizes), seed)
            occasions = book()["occasions"][season.period.programme.code][how]
            occasion = occasions[(_pick(seed, len(occasions)) + place) % len(occasions)]
            yield _held(season, row["provider"], occasion, size, begins)


def _sizes(total: int, parts: int | None, how: str, season: Season, seed: str) -> list[int]:
    """How many came to each: whole numbers around their mean that add up to the total. Where sessions are not counted,
    as many as the usual number asks for, no more than there are rooms: at most 20 people at a training of Shanghai's
    first phase, one record a service point's day."""
    spread = 0
    if parts is None:
        day = season.period.starts_on.isoformat()
        usual, spread = next(each for each in book()["sizes"] if day <= each["until"])[how]
        parts = min(-(-total // usual), season.room * book()["a_day_at_most"][how])
    sizes = [total // parts + (place < total % parts) for place in range(parts)]
    for place in range(0, parts - 1, 2):
        moved = _pick(f"{seed} {place}", spread + 1)
        sizes[place], sizes[place + 1] = sizes[place] + moved, sizes[place + 1] - moved
    return sizes


def _begins(season: Season, place: int, number: int, seed: str) -> int:
    """The place of its first day: evenly over the season, each provider on days of its own, with days left to end."""
    room = season.room
    return (place * room // number + _pick(seed, max(room // number, 1))) % room


def _held(season: Season, provider: str, occasion: Mapping[str, Any], size: int, begins: int) -> Held:
    about, hours = about_provider(provider), occasion["hours"]
    days = season.days[begins : begins + len(hours)]
    given = {name: value for name, value in occasion.items() if name != "hours"}
    typed = TypedActivity(
        **{
            "venue_kind": about.get("venue_kind", ""),
            **given,
            "provider": provider,
            "sittings": [(day.isoformat(), each) for day, each in zip(days, hours, strict=True)],
            "attendances": str(size),
            "venue": occasion["venue"].format(place=about["place"]),
            "channel": "on_site",
        }
    )
    return Held(typed, _recorded_at(days[-1], season))


def _recorded_at(ends_on: date, season: Season) -> datetime:
    """On the Friday of its week, the last day of its month or of the season, or the last working day before it; the
    season's last ones on its last day."""
    ends = {
        WEEK: ends_on + (FRIDAY - ends_on.weekday()) % 7 * DAY,
        MONTH: ends_on.replace(day=monthrange(ends_on.year, ends_on.month)[1]),
        QUARTER: season.days[-1],
    }
    day = max(ends_on, min(working_day(ends[season.lists]), season.days[-1]))
    return timezone.make_aware(datetime.combine(day, RECORDED))


def _pick(seed: str, number: int) -> int:
    """One of so many, the same on every machine."""
    return zlib.crc32(seed.encode()) % number
