"""The demonstration's surveys and materials, recorded and decided through the actions at the dates it happened.

All of it is invented (演示数据), and agrees with the figures of the demonstration year: ten videos, a textbook, a case.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from portal import clock
from portal.demonstration import member
from portal.models import Membership
from targets.models import Programme

from ..materials import actions as material_actions
from ..models import Material, Provider
from ..models.material_states import MaterialMove
from ..survey import actions as survey_actions
from ..survey.answers import FILE, questions_of

# Whose return comes from the register, from this day on.
FED_BY_REGISTER = ("taizhou-rtvu", "linhai", "wenling", "yuhuan")
FED_SINCE = "2021-03-08"
LINES = "；"  # between the lines of a list, in the file


@dataclass(frozen=True)
class Event:
    at: datetime
    happens: Callable[[], object]


class Course:
    """What happens beside the returns, in the order of time."""

    def __init__(self, events: list[Event]):
        self.left = deque(sorted(events, key=lambda each: each.at))

    def play_until(self, at: datetime) -> None:
        while self.left and self.left[0].at < at:
            event = self.left.popleft()
            with clock.frozen(event.at):
                event.happens()


def course_of(programme: str, folder: Path) -> Course:
    """The events of a programme that has files for them; of any other, none."""
    found = Programme.objects.filter(code=programme).first()
    events: list[Event] = []
    if found and (surveys := folder / f"{programme}_surveys.csv").exists():
        events += _surveys(found, surveys)
    if found and (materials := folder / f"{programme}_materials.csv").exists():
        events += _switched(found)
        events += _materials(found, materials)
    return Course(events)


def _surveys(programme: Programme, path: Path) -> Iterator[Event]:
    for row in _rows(path):
        by, at = row.pop("tenant"), _instant(row.pop("submitted_on"), hour=15)
        yield Event(at, partial(_answer, programme, by, row))


def _answer(programme: Programme, code: str, row: dict[str, str]) -> None:
    by = _preparer(code)
    codes = [each.code for each in questions_of(programme.survey) if each.kind != FILE]
    typed = {name: row[name].replace(LINES, "\n") for name in codes}
    survey = survey_actions.save_survey(by.tenant, programme, typed, revision=0, by=by)
    survey_actions.submit_survey(survey, revision=survey.revision, by=by)


def _switched(programme: Programme) -> Iterator[Event]:
    for code in FED_BY_REGISTER:
        yield Event(_instant(FED_SINCE, hour=9), partial(_switch_on, programme, code))


def _switch_on(programme: Programme, code: str) -> None:
    by = _preparer(code)
    material_actions.switch_register(by.tenant, programme, is_on=True, by=by)


def _materials(programme: Programme, path: Path) -> Iterator[Event]:
    reviewer = f"{programme.lead.code}-reviewer"
    for row in _rows(path):
        yield Event(_instant(row["recorded_on"], hour=10), partial(_record, programme, row))
        for column, move in (("selected_on", MaterialMove.SELECT), ("promoted_on", MaterialMove.PROMOTE)):
            if row[column]:
                yield Event(_instant(row[column], hour=11), partial(_move, row, move, reviewer))
        if row["withdrawn_on"]:
            yield Event(_instant(row["withdrawn_on"], hour=9), partial(_withdraw, row))


def _record(programme: Programme, row: dict[str, str]) -> None:
    by = _preparer(row["tenant"])
    original = _material(row["tenant"], row["version_of"]) if row["version_of"] else None
    facts = material_actions.MaterialFacts(
        kind=row["kind"],
        title=row["title"],
        maker=row["maker"],
        year=int(row["year"]),
        finished_on=date.fromisoformat(row["finished_on"]) if row["finished_on"] else None,
        provider=Provider.objects.get(tenant=by.tenant, name=row["provider"]),
        link=row["link"],
        version_of=original,
        language=row["language"],
    )
    material_actions.record_material(by.tenant, programme, facts, by=by)


def _move(row: dict[str, str], move: MaterialMove, reviewer: str) -> None:
    material = _material(row["tenant"], row["title"])
    material_actions.move_material(material, move, revision=material.revision, by=member(reviewer))


def _withdraw(row: dict[str, str]) -> None:
    material = _material(row["tenant"], row["title"])
    reason, by = row["withdrawal_reason"], _preparer(row["tenant"])
    material_actions.withdraw_material(material, reason=reason, revision=material.revision, by=by)


def _material(tenant: str, title: str) -> Material:
    return Material.objects.get(tenant__code=tenant, title=title)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _instant(day: str, *, hour: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00")


def _preparer(code: str) -> Membership:
    return member(f"{code}-preparer")
