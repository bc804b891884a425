"""Every address there is, and how one thing is asked for at all of its own."""

import uuid
from zlib import crc32

from django.urls import reverse

from ..selection import IS_WHOLE
from . import oracle, world
from .asking import Asker
from .cast import CITY, COUNTY, PILLAR
from .matrix import KEPT, MATRIX, SHOWN_ONCE, WITHOUT_ACCOUNT
from .routes import named

BY_ID = {
    "return": [
        name for name in MATRIX if name.startswith("filing-") and name not in ("filing-list", "filing-start")
    ]
    + ["import-template", "import-new", "evidence-new"],
    "evidence": ["evidence-file", "evidence-remove", "evidence-restore"],
    "import": ["import-detail", "import-file"],
    "version": ["version-detail", "version-attachment", "version-print", "version-activities"],
    "export": ["export-detail", "export-file", "export-cancel"],
    "release": ["release-detail", "release-workbook", "release-json"],
    "person": ["person-set-active", "person-reset-codes"],
    "reminder": ["reminder-again"],
    "provider": ["provider-edit", "provider-kind", "provider-ledger"],
    "activity": [
        "activity-detail",
        "activity-edit",
        "activity-withdraw",
        "activity-files",
        "duplicate-decide",
        "duplicate-answer",
    ],
    "activity file": ["activity-file", "activity-file-withdraw"],
    "material": ["material-detail", "material-edit", "material-withdraw", "material-move", "material-files"],
    "material file": ["material-file", "material-file-withdraw"],
    "survey file": ["survey-file"],
    "survey": ["survey-send-back"],
    "service point": ["service-point-edit", "service-point-check"],
    "operator": ["operator-check", "operator-end"],
}
THINGS = {name for names in BY_ID.values() for name in names}
PERIODS = [name for name, route in named().items() if "period" in route.parameters]
PROGRAMMES = [
    name for name, route in named().items() if "programme" in route.parameters and name not in PERIODS
]
PAGES = sorted(set(MATRIX) - THINGS - set(PROGRAMMES) - set(PERIODS) - {"invitation-accept"})
# In this state, and of this tenant, a thing is asked for by the whole cast, and by HEAD too, which follows GET.
PRINCIPAL = {
    "return": ("submitted", COUNTY),
    "version": ("submitted", COUNTY),
    "evidence": ("submitted", COUNTY),
    "import": ("waiting", COUNTY),
    "export": ("done", CITY),
    "release": ("published", CITY),
    "person": ("active", COUNTY),
    "reminder": ("waiting", COUNTY),
    "provider": ("active", COUNTY),
    "activity": ("counted", COUNTY),
    "activity file": ("counted", COUNTY),
    "material file": ("counted", COUNTY),
    "survey file": ("submitted", COUNTY),
    "survey": ("submitted", COUNTY),
    "material": ("collected", COUNTY),
    "service point": ("active", PILLAR),
    "operator": ("active", PILLAR),
}
UPLOADS = {"import-new", "evidence-new", "activity-files", "material-files"}
WITH_TENANT = ["rollup", "rollup-attachment"]
SIGN_IN = {"sign-in", "account_login"}  # who is signed in already is led on
NOWHERE = {"PUT", "PATCH", "DELETE", "OPTIONS"}  # refused before anybody asks who is there
NEED_ACCOUNT = [name for name in MATRIX if name not in WITHOUT_ACCOUNT]
OFFERED: dict[str, set[str]] = {}
ANSWERED: set[tuple[str, str, str]] = (
    set()
)  # (route, method, persona) of what was asked about a thing that is there


def findings(askers: list[Asker]) -> list[str]:
    return [line for each in askers for line in each.wrong]


def methods_of(name: str) -> list[str]:
    """The methods of the matrix, and in script/assure HEAD where the route turned out to offer it beside GET."""
    return [*MATRIX[name], *(["HEAD"] if IS_WHOLE and "HEAD" in OFFERED.get(name, ()) else [])]


def is_public(name: str) -> bool:
    return "anyone" in str(MATRIX[name])


def address_of(name: str) -> str:
    """An address of the route, of nothing in particular."""
    given = {
        "public_id": uuid.uuid4(),
        "programme": "taizhou",
        "period": world.PERIOD,
        "token": "no-such-token",
        "provider_id": "no-such-provider",
    }
    return reverse(name, kwargs={each: given[each] for each in named()[name].parameters})


def is_principal(thing: world.Thing) -> bool:
    return thing.state == "missing" or (thing.state, thing.tenant) == PRINCIPAL[thing.kind]


def audience(thing: world.Thing, askers: list[Asker]) -> list[Asker]:
    """The whole cast; or one of each standing, of whom strangers take turns from thing to thing."""
    if is_principal(thing):
        return askers
    turn, found = crc32(str(thing).encode()), {}
    for each in askers:
        found.setdefault(oracle.standing(each.persona, thing), []).append(each)
    return [each[turn % len(each)] for each in found.values()]


def ask_about(thing: world.Thing, askers: list[Asker]) -> None:
    for each in audience(thing, askers):
        for name in BY_ID[thing.kind]:
            for method in methods_of(name) if is_principal(thing) else MATRIX[name]:
                ask_for(name, method, thing, each)
                if thing.state != "missing":
                    ANSWERED.add((name, method, each.persona.name))


def ask_for(name: str, method: str, thing: world.Thing, each: Asker) -> None:
    address, missing = (reverse(name, args=[found]) for found in (thing.public_id, world.NOTHING))
    expected = oracle.for_thing(name, method, each.persona, thing)
    data = thing.data if method == "POST" else None
    if name == "filing-autosave":
        data = world.autosaved(each.persona.username)
    if method == "POST" and sends_no_file(name, expected, each, thing):
        data, expected = without_files(thing.data), oracle.REJECTED
    each.cell(
        method,
        address,
        expected,
        data=data,
        about=f"({thing})",
        missing=missing,
        moves=method == "POST"
        and expected == oracle.done(name, method)
        and expected < oracle.REJECTED
        and each.persona.is_signed_in,
        keeps=(name, method) in KEPT,
        marks=SHOWN_ONCE.get(name, ""),
    )


def sends_no_file(name: str, expected: int, each: Asker, thing: world.Thing) -> bool:
    """To look at a file takes a process of its own, so that of all who may send one its maker alone does. The others
    send the form without it and are told so (422), which is another answer than to those who may not."""
    if each.persona.username in thing.by:
        return False
    is_looked_at = expected == oracle.CONFLICT and (name, "POST") in KEPT
    return name in UPLOADS and each.persona.is_signed_in and (expected == 302 or is_looked_at)


def without_files(data: dict) -> dict:
    return {name: given for name, given in data.items() if not isinstance(given, world.Sent)}
