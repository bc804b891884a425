"""Where the scan for marks looks: every page with all that it reads from its address, and every form."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from portal.models import Membership
from reporting.exports.kinds import OFFERED
from reporting.models import (
    Activity,
    ActivityFile,
    Evidence,
    Filing,
    Import,
    Material,
    MaterialFile,
    Operator,
    Provider,
    ServicePoint,
    SurveyFile,
    Version,
)

from . import world
from .canary import Marks
from .cast import CAST, CITY, COUNTY, DISTRICT, OTHER_DISTRICT, PROGRAMME, SHANGHAI, SIBLING, Persona
from .doors import BY_ID, PERIODS, PROGRAMMES
from .matrix import MATRIX
from .routes import named

# Everything that a page reads from its address, alone and together; foreign and mistyped values too.
QUERIES = {
    "rollup": [
        "?",
        "?cumulative=1",
        "?include_submitted=1",
        "?cumulative=1&include_submitted=1&period=2021Q4",
        "?period=2021Q3",
        *[
            f"?tenant={code}&include_submitted=1"
            for code in (CITY, COUNTY, "huangyan", SHANGHAI, "sh-eldercare", "sh-huangpu", "nowhere")
        ],
    ],
    "board": ["?", "?year=2021", "?year=2022", "?year=x", "?period=2021Q3", "?period=x", "?show=owing", "?show=late", "?show=x"],
    "reminder-list": ["?", "?page=2", "?sort=tenant", "?sort=-status", "?sort=x"],
    "reminder-send": ["?", "?period=2021Q4", "?period=2021Q3", "?period=x"],
    "progress": ["?", "?period=2021Q3", "?period=2021Q4"],
    "module": ["?", *[f"?unit={code}" for code in ("sh-eldercare", "sh-huangpu", "sh-xuhui", "jiaojiang", "nowhere")]],
    "channels": ["?", "?through=2021Q3", "?through=x"],
    "channels-export": ["?", "?through=2021Q3", "?format=csv", "?through=x"],
    "service-point-list": ["?", "?tag=time_bank", "?tag=x"],
    "target-table": ["?", "?year=2021"],
    "filing-list": ["?", "?page=2", "?page=999", *[f"?sort={each}" for each in ("tenant", "-period", "status", "version", "x")]],
    "history-list": ["?", "?page=2", "?page=3", "?sort=tenant", "?sort=-by", "?sort=reason", "?sort=x"],
    "people-list": ["?", "?page=2", "?sort=tenant", "?sort=name", "?sort=-username"],
    "activity-list": ["?", "?period=all", "?period=all&show=uncounted", "?show=counted", "?page=2", "?show=x"],
    "export-list": ["?", "?sort=status", "?page=2"],
    "material-list": ["?", "?year=2021", "?year=2022", "?year=x", "?year=2021&tenant=huangyan", "?kind=videos&state=unfinished", "?q=mk", "?state=x&page=2", "?year=2021&sort=-title", "?sort=x"],
    "material-export": ["?year=2021", "?year=2021&format=csv", "?year=2021&format=csv&tenant=huangyan", "?format=x"],
    "material-add": ["?", "?of=x", "?year=2021"],
}  # fmt: skip
QUERIES["rollup-attachment"] = QUERIES["rollup"]
QUERIES["export-now"] = [
    f"?programme={programme}&kind={kind.code}&format={name}&period=2021Q4&cumulative=1"
    for programme in ("taizhou", "shanghai")
    for kind in OFFERED.values()
    for name in kind.formats
]

# What is looked at by its id. Of people, reminders and releases there is no page of one that is not asked elsewhere.
MODELS = {
    "return": Filing,
    "version": Version,
    "evidence": Evidence,
    "material": Material,
    "import": Import,
    "activity": Activity,
    "activity file": ActivityFile,
    "material file": MaterialFile,
    "survey file": SurveyFile,
    "provider": Provider,
    "service point": ServicePoint,
    "operator": Operator,
}
# Here every object within sight is looked at; elsewhere one's own and some of everybody's.
EACH = {
    "filing-detail", "version-detail", "export-detail", "activity-detail", "material-detail", "material-file",
    "survey-file",
}  # fmt: skip
STRANGERS = {COUNTY, SIBLING, DISTRICT, OTHER_DISTRICT}


class Planted(NamedTuple):
    """The marks, the exports, and what bears marks: by kind the code of its tenant and its id."""

    marks: dict[str, Marks]
    jobs: list[world.Thing]
    things: dict[str, list[tuple[str, UUID]]]


def things_of(jobs: list[world.Thing]) -> dict[str, list[tuple[str, UUID]]]:
    found = {
        kind: list(model.objects.order_by("pk").values_list("tenant__code", "public_id"))
        for kind, model in MODELS.items()
    }
    return found | {"export": [(job.tenant, job.public_id) for job in jobs]}


def scope(persona, marks) -> tuple[set[str], set[str]]:
    """Whose submitted figures, and whose drafts, the persona sees: from the printed tree alone."""
    own = {code for code, _role in persona.at}
    seen = {code for code, each in marks.items() if own & {code, *above(each.tenant)}}
    return seen, own


def over(own: set[str], marks) -> frozenset[str]:
    return frozenset(code for each in own for code in above(marks[each].tenant))


def above(tenant) -> set[str]:
    paths = [tenant.path[:length] for length in range(4, len(tenant.path), 4)]
    return {each.code for each in type(tenant).objects.filter(path__in=paths)}


def looks_closer(persona: Persona, name: str) -> bool:
    """Of those at the same tenants, who see the same, the first whom the matrix lets onto the page."""
    at = {code for code, _role in persona.at}
    same = [each for each in CAST if each.at and {code for code, _role in each.at} == at]
    return next((each for each in same if MATRIX[name]["GET"][each.at[0][1]] != "denied"), None) is persona


def addresses(planted: Planted, persona: Persona) -> list[str]:
    """Every route with a GET: objects within sight and some of everybody else, all parameters."""
    seen, own = scope(persona, planted.marks)
    found: list[str] = []
    for name in [name for name, methods in MATRIX.items() if "GET" in methods]:
        is_close = looks_closer(persona, name)
        looked_at = own | (seen if name in EACH and is_close else seen & STRANGERS)
        things = next((found for kind, found in planted.things.items() if name in BY_ID[kind]), [])
        ids = [each for code, each in things if code in looked_at]
        # Of a stranger of either programme one is enough: the matrix compares that answer with the one about nothing.
        ids += {PROGRAMME[code]: each for code, each in things if code in STRANGERS - seen}.values()
        found += [reverse(name, args=[each]) for each in ids]
        found += _pages(name, own if is_close else set())
    return found


def _pages(name: str, own: set[str]) -> Iterator[str]:
    """The pages of the route; with all that their addresses may say to whom they are of one's own programme."""
    at_home = {"", *(PROGRAMME[code] for code in own)} if own else set()
    queries = QUERIES.get(name, ["?"])
    for programme, *rest in _arguments(name):
        page = reverse(name, args=[each for each in (programme, *rest) if each])
        for query in queries if programme in at_home else queries[:1]:
            yield page + query


def _arguments(name: str) -> list[tuple[str, ...]]:
    """What the address of a page takes: a programme, a period of it, or nothing."""
    both = ("taizhou", "shanghai")
    if name in PROGRAMMES:
        return [(each,) for each in both]
    if name in PERIODS:
        return [(each, code) for each in both for code in (world.PERIOD, world.CLOSED_PERIOD)]
    return [] if named()[name].parameters else [("",)]


# What a form sends that is about nothing in particular, and what makes pages of accounts come back with a problem.
JUNK = {
    "revision": "1", "reason": "短", "username": "nobody", "password": "x", "oldpassword": "x", "code": "0",
    "membership": "x", "programme": "taizhou", "period": "2099Q9", "full_name": "", "tenant": "x", "is_active": "x",
}  # fmt: skip


def forms(planted: Planted, persona: Persona) -> list[str]:
    """Every route with a POST, about what is one's own, and a county's and a district's: a stranger's or of one below."""
    tenants = {COUNTY, DISTRICT} | {code for code, _role in persona.at}
    places = sorted(name for name, methods in MATRIX.items() if "POST" in methods)
    found = [reverse(name) for name in places if not named()[name].parameters]
    found += [reverse("invitation-accept", args=["no-such-token"])]
    open_ones = set(Filing.objects.filter(period__code=world.PERIOD).values_list("public_id", flat=True))
    people = Membership.objects.filter(user__username__in=[f"{code}-observer" for code in tenants])
    things = {
        kind: [each for code, each in planted.things[kind] if code in tenants] for kind in planted.things
    }
    of = {
        "return": [each for each in things["return"] if each in open_ones],
        "activity": dict(each for each in planted.things["activity"] if each[0] in tenants).values(),
        "person": [each.public_id for each in people],
    }
    for kind, ids in of.items():
        found += [reverse(name, args=[each]) for name in places if name in BY_ID[kind] for each in ids]
    return found
