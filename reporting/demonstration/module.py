"""The work module of the demonstration year, before its first activity: bases and venues with their kinds, operators,
service points, what was verified.

Everything is invented (演示数据) and done through the actions, as the units would have in January.
"""

import csv
from datetime import datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings

from portal import clock
from portal.demonstration import member
from portal.models import Membership
from targets.models import Channel, Programme, ReportingDuty

from ..models import Operator, Provider, ServicePoint
from ..providers import actions as provider_actions
from ..work_module import actions as work_module_actions
from ..work_module import queries as work_module_queries
from .ledger import classify
from .plan import NIL

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demonstration"
FILE, YEAR = FOLDER / "shanghai_2021_module.csv", FOLDER / "shanghai_2021_returns.csv"
PROGRAMME = "shanghai"
REGISTERED_AT = datetime.fromisoformat("2021-01-15T10:00:00+08:00")
DESIGNATED_AT = datetime.fromisoformat("2021-01-18T09:30:00+08:00")
CHECKED_AT = datetime.fromisoformat("2021-01-21T14:00:00+08:00")
# Has not designated anybody, and holds its first activity later than the document asks for.
LATECOMER = "sh-chongming"


def play() -> None:
    """Each unit designates its preparer, who writes the service points into the register and records the checks."""
    _register()
    programme = Programme.objects.select_related("lead").get(code=PROGRAMME)
    with FILE.open(encoding="utf-8") as file:
        rows = {code: list(found) for code, found in groupby(csv.DictReader(file), lambda row: row["tenant"])}
    for code in _units(programme, rows):
        preparer = member(f"{code}-preparer")
        with clock.frozen(DESIGNATED_AT):
            operator = work_module_actions.designate(programme, preparer, by=member(f"{code}-administrator"))
        with clock.frozen(CHECKED_AT):
            _check(operator, "all", preparer)
            for row in rows.get(code, ()):
                _check(_point(programme, row, preparer), row["checked"], preparer)


def _register() -> None:
    """The bases and venues of the year stand in the register of their unit, each with its kind and tags."""
    with YEAR.open(encoding="utf-8") as file, clock.frozen(REGISTERED_AT):
        names = dict.fromkeys((row["tenant"], row["provider"]) for row in csv.DictReader(file))
        for code, name in names:
            if name != NIL:
                preparer = member(f"{code}-preparer")
                classify(provider_actions.add_provider(preparer.tenant, name, by=preparer), by=preparer)


def _units(programme: Programme, rows: dict[str, list[dict]]) -> list[str]:
    """Who records in the module has to have an operator; who has service points keeps them."""
    duties = ReportingDuty.objects.filter(programme=programme).order_by("tenant__path")
    recording = duties.values_list("tenant__code", "recording_channel")
    return [
        code
        for code, channel in recording
        if (channel == Channel.MODULE or code in rows) and code != LATECOMER
    ]


def _point(programme: Programme, row: dict, by: Membership) -> ServicePoint:
    return work_module_actions.add_service_point(
        programme,
        by.tenant,
        kind=row["kind"],
        name=row["name"],
        area=row["area"],
        provider=Provider.objects.get(tenant=by.tenant, name=row["provider"]) if row["provider"] else None,
        headcount=int(row["headcount"]) if row["headcount"] else None,
        tags=row["tags"].split(";") if row["tags"] else (),
        by=by,
    )


def _check(subject: ServicePoint | Operator, checked: str, by: Membership) -> None:
    """`checked`: what was found in order, “all” of it or by code; nothing: nobody has looked yet."""
    if checked:
        codes = [each.code for each in work_module_queries.checks_for(subject)]
        items = {code: checked == "all" or code in checked.split(";") for code in codes}
        work_module_actions.record_checks(subject, items, checked_on=CHECKED_AT.date(), by=by)
