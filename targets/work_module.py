"""A programme's rules for its work module, its first phase and the two sums: `Programme.module`, read. Pure.

Everything here is data of the programme: another one has another module, or none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ALL = "all"  # the headline that is the sum of every channel
UNRECORDED = "unrecorded"  # typed by who has to record in the module: part of no other channel
POINT, GROUP, OPERATOR = "point", "group", "operator"


@dataclass(frozen=True)
class HeadlineChoice:
    """A sum that may stand first, with the sentence of the document that speaks for it."""

    code: str
    sentence: str


@dataclass(frozen=True)
class ServicePointKind:
    """A kind of service point; a group is one of volunteers. `units`: whose kind it is; none named: everybody's."""

    code: str
    name: str
    units: tuple[str, ...]
    is_group: bool

    @property
    def subject(self) -> str:
        return GROUP if self.is_group else POINT

    def is_for(self, unit: str, kind: str) -> bool:
        """Units are named by the code of a tenant, or by the kind that several are of."""
        return not self.units or unit in self.units or kind in self.units


@dataclass(frozen=True)
class Check:
    """Something to be verified before service begins, of whom; without a sentence it is the platform's own."""

    code: str
    text: str
    sentence: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Tag:
    """A programme whose means are used (“灵活运用……等项目资源”)."""

    code: str
    name: str
    sentence: str


@dataclass(frozen=True)
class AtLeastOne:
    """“各区民政局……至少开展一次相关培训或教学活动”: which tenants, counted by which figure."""

    tenant_kind: str
    indicator: str
    sentence: str


@dataclass(frozen=True)
class FirstPhase:
    """Until when, and what the document says of it. Its rules are questions of the ledger: they ask and never block."""

    until: date
    sentence: str
    at_least_one: AtLeastOne | None


@dataclass(frozen=True)
class WorkModule:
    name: str
    slogan: str
    sentence: str
    headlines: tuple[HeadlineChoice, ...]
    outside: Mapping[str, str]
    kinds: tuple[ServicePointKind, ...]
    areas: tuple[str, ...]
    tags: tuple[Tag, ...]
    checks: tuple[Check, ...]
    first_phase: FirstPhase | None

    def kinds_for(self, unit: str, kind: str) -> list[ServicePointKind]:
        return [each for each in self.kinds if each.is_for(unit, kind)]

    def kind(self, code: str) -> ServicePointKind | None:
        return next((each for each in self.kinds if each.code == code), None)

    def headline(self, code: str) -> HeadlineChoice | None:
        return next((each for each in self.headlines if each.code == code), None)

    def checks_of(self, subject: str) -> list[Check]:
        return [each for each in self.checks if subject in each.of]


def read(data: Mapping[str, Any]) -> WorkModule | None:
    """The module of a programme, or None if it has none. Raises KeyError, TypeError or ValueError if it is not one."""
    if not data:
        return None
    return WorkModule(
        name=data["name"],
        slogan=data.get("slogan", ""),
        sentence=data.get("sentence", ""),
        headlines=tuple(HeadlineChoice(each["code"], each["sentence"]) for each in data.get("headlines", ())),
        outside=dict(data.get("outside", {})),
        kinds=tuple(
            ServicePointKind(
                each["code"], each["name"], tuple(each.get("units", ())), bool(each.get("is_group"))
            )
            for each in data.get("kinds", ())
        ),
        areas=tuple(data.get("areas", ())),
        tags=tuple(
            Tag(each["code"], each["name"], each.get("sentence", "")) for each in data.get("tags", ())
        ),
        checks=tuple(
            Check(each["code"], each["text"], each.get("sentence", ""), tuple(each["of"]))
            for each in data.get("checks", ())
        ),
        first_phase=_first_phase(data.get("first_phase")),
    )


def _first_phase(data: Mapping[str, Any] | None) -> FirstPhase | None:
    if not data:
        return None
    one = data.get("at_least_one")
    return FirstPhase(
        until=date.fromisoformat(data["until"]),
        sentence=data["sentence"],
        at_least_one=AtLeastOne(one["tenant_kind"], one["indicator"], one["sentence"]) if one else None,
    )


def repeated(found: WorkModule) -> Iterator[str]:
    """Codes that stand twice in one of the lists."""
    lists: list[Sequence[Any]] = [found.headlines, found.kinds, found.tags, found.checks]
    for each in lists:
        codes = [one.code for one in each]
        yield from sorted({code for code in codes if codes.count(code) > 1})
