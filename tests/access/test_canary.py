"""No answer of any route carries a text, a person or a figure of a tenant outside the persona's scope."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from portal.models import Membership
from reporting.exports import KINDS
from reporting.models import Filing, Version

from . import canary, world
from .asking import asked, asker
from .cast import CAST, CITY, COUNTY, SHANGHAI
from .matrix import MATRIX
from .routes import named
from .test_matrix import BY_ID, PROGRAMMES

SIGNED_IN = [each for each in CAST if each.is_signed_in]
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
    "board": ["?", "?year=2021", "?year=2022", "?year=x"],
    "progress": ["?", "?period=2021Q3", "?period=2021Q4"],
    "target-table": ["?", "?year=2021"],
    "filing-list": ["?", "?page=2", "?page=999", *[f"?sort={each}" for each in ("tenant", "-period", "status", "version", "x")]],
    "history-list": ["?", "?page=2", "?page=3", "?sort=tenant", "?sort=-by", "?sort=reason", "?sort=x"],
    "people-list": ["?", "?page=2", "?sort=tenant", "?sort=name", "?sort=-username"],
    "export-list": ["?", "?sort=status", "?page=2"],
}  # fmt: skip
QUERIES["rollup-attachment"] = QUERIES["rollup"]
QUERIES["export-now"] = [
    f"?programme={programme}&kind={kind.code}&format={name}&period=2021Q4&cumulative=1"
    for programme in ("taizhou", "shanghai")
    for kind in KINDS.values()
    for name in kind.formats
]


@pytest.fixture(scope="module")
def planted(askers, tmp_path_factory, django_db_blocker):
    """Every tenant's marks, two returns of each, and an export; made once."""
    from django.conf import settings

    from portal import clock

    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    with clock.frozen(world.NOW):
        marks = canary.make_marks()
        canary.plant(marks)
        jobs = world.make_exports()
    filings = list(Filing.objects.select_related("tenant"))
    versions = list(Version.objects.select_related("tenant"))
    return marks, jobs, filings, versions


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


def addresses(planted, seen: set[str]) -> list[str]:
    """Every route with a GET: all objects within sight, some of everybody else, all parameters."""
    _marks, jobs, filings, versions = planted
    strangers = {COUNTY, "huangyan", "sh-huangpu", "sh-xuhui"}
    found = []
    for name, methods in MATRIX.items():
        if "GET" not in methods:
            continue
        if name in BY_ID["return"]:
            things = filings
        elif name in BY_ID["version"]:
            things = versions
        else:
            things = jobs if name in BY_ID["export"] else []
        for thing in things:
            code = thing.tenant if isinstance(thing.tenant, str) else thing.tenant.code
            if code in strangers or code in seen:
                found.append(reverse(name, args=[thing.public_id]))
        if name in PROGRAMMES:
            pages = [reverse(name, args=[each]) for each in ("taizhou", "shanghai")]
        else:
            pages = [] if named()[name].parameters else [reverse(name)]
        found += [page + query for page in pages for query in QUERIES.get(name, ["?"])]
    return found


@pytest.mark.parametrize("persona", [CAST[0], *SIGNED_IN], ids=lambda persona: persona.name)
def test_it_shows_no_mark_of_anybody_else(fresh_planted, persona):
    planted, _askers = fresh_planted
    marks = planted[0]
    seen, own = scope(persona, marks)
    scanner, found = canary.Scanner(marks, seen, own, over(own, marks)), []
    each = asker(persona)
    for address in addresses(planted, seen):
        answer, _written = each.ask("GET", address)
        asked["scanned"] += 1
        leaks = scanner.leaks(answer)
        found += [f"{address} as {persona.name}: {leak}" for leak in sorted(leaks)]
        if answer.status_code >= 500:
            found.append(f"{address} as {persona.name}: {answer.status_code}")
    assert found == []
    assert mail.outbox == []
    assert_presence(persona, scanner, marks, seen)


def assert_presence(persona, scanner, marks, seen) -> None:
    """What may be seen is seen: the reviewer at the top meets the text and a figure of everybody below."""
    met = {(code, "figure" if "figure" in what else what.strip()) for code, what in split(scanner.met)}
    if persona.name in (f"{CITY}-reviewer", f"{SHANGHAI}-reviewer"):
        below = {code for code in seen if len(marks[code].tenant.path) > 4}
        assert {(code, "text") for code in below} <= met
        assert {code for code, what in met if what == "figure"} >= below
    if persona.name == f"{COUNTY}-preparer":
        assert {(COUNTY, "text"), (COUNTY, "draft text"), (COUNTY, "figure")} <= met


def split(met: set[str]) -> list[list[str]]:
    return [re.split(": ", each, maxsplit=1) for each in met]


@pytest.fixture
def fresh_planted(planted, fresh):
    return planted, fresh


def test_the_scan_sees_a_mark_in_a_workbook_in_a_zip(fresh_planted):
    """The export of the city, scanned as if its neighbour had got it."""
    planted, _askers = fresh_planted
    marks, jobs, _filings, _versions = planted
    reviewer = next(each for each in CAST if each.name == f"{CITY}-reviewer")
    answer, _written = asker(reviewer).ask("GET", reverse("export-file", args=[jobs[0].public_id]))
    found = canary.Scanner(marks, set(), set()).leaks(answer)
    accepted = Membership.objects.filter(
        tenant__filings__accepted__isnull=False, tenant__path__startswith="0001"
    )
    codes = set(accepted.values_list("tenant__code", flat=True))
    assert codes
    assert {code for code, what in split(found) if what == "text"} == codes


@pytest.mark.parametrize(
    "text",
    [
        "1000003",
        "1,000,003",
        "合计1,000,003人次",
        "[1,1000003]",
        "12，1，000，003",
        'value="1000003"',
        "1000003.0",
    ],
)
def test_the_scan_finds_a_figure_however_it_is_printed(text):
    assert "1000003" in canary.candidates(text)
    assert "1000003" not in canary.candidates(
        text.replace("1000003", "11000003").replace("1,000", "11,000").replace("1，000", "11，000")
    )
