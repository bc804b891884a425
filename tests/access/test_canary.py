"""No answer of any route carries a text, a person or a figure of a tenant outside the persona's scope."""

import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.urls import reverse

from portal import actions as portal_actions
from portal import clock
from portal.models import Membership
from reporting import actions
from reporting.exports import KINDS
from reporting.models import (
    Activity,
    ActivityFile,
    Evidence,
    Filing,
    Import,
    Job,
    Material,
    MaterialFile,
    Operator,
    ServicePoint,
    SurveyFile,
    Version,
)
from reporting.reminders import delivery
from tests.factories import period, released

from . import canary, world
from .asking import asked, asker, undone
from .cast import CAST, CITY, COUNTY, SHANGHAI, SIBLING, person
from .matrix import MATRIX
from .routes import named
from .test_matrix import BY_ID, PERIODS, PROGRAMMES

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
    filings = list(Filing.objects.select_related("tenant", "period"))
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


# Here every object within sight is looked at; elsewhere one's own and some of everybody's.
EACH = {
    "filing-detail",
    "version-detail",
    "export-detail",
    "activity-detail",
    "material-detail",
    "material-file",
    "survey-file",
}


def addresses(planted, seen: set[str], own: set[str]) -> list[str]:
    """Every route with a GET: objects within sight and some of everybody else, all parameters."""
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
        elif name in BY_ID["evidence"]:
            things = list(Evidence.objects.select_related("tenant"))
        elif name in BY_ID["material"]:
            things = list(Material.objects.select_related("tenant"))
        elif name in BY_ID["import"]:
            things = list(Import.objects.select_related("tenant"))
        elif name in BY_ID["activity"]:
            things = list(Activity.objects.select_related("tenant"))
        elif name in BY_ID["activity file"]:
            things = list(ActivityFile.objects.select_related("tenant"))
        elif name in BY_ID["material file"]:
            things = list(MaterialFile.objects.select_related("tenant"))
        elif name in BY_ID["survey file"]:
            things = list(SurveyFile.objects.select_related("tenant"))
        elif name in BY_ID["service point"]:
            things = list(ServicePoint.objects.select_related("tenant"))
        elif name in BY_ID["operator"]:
            things = list(Operator.objects.select_related("tenant"))
        else:
            things = jobs if name in BY_ID["export"] else []
        for thing in things:
            code = thing.tenant if isinstance(thing.tenant, str) else thing.tenant.code
            if code in strangers | own or (code in seen and name in EACH):
                found.append(reverse(name, args=[thing.public_id]))
        if name in PROGRAMMES:
            pages = [reverse(name, args=[each]) for each in ("taizhou", "shanghai")]
        elif name in PERIODS:
            quarters = (world.PERIOD, world.CLOSED_PERIOD)
            pages = [
                reverse(name, args=[each, code]) for each in ("taizhou", "shanghai") for code in quarters
            ]
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
    for address in addresses(planted, seen, own):
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


@pytest.mark.parametrize("username", [f"{SIBLING}-preparer", "sh-huangpu-preparer"])
def test_a_release_shows_what_was_accepted_and_nothing_else(fresh_planted, username):
    """To everybody in the programme its accepted figures and who published; no draft, nothing submitted; to others nothing."""
    planted, _askers = fresh_planted
    marks = planted[0]
    release = released(world.PERIOD)
    accepted = set(
        Filing.objects.filter(accepted__isnull=False, tenant__path__startswith="0001").values_list(
            "tenant__code", flat=True
        )
    )
    scanner, found = canary.Scanner(marks, set(), set()), set()
    for name in BY_ID["release"]:
        answer, _written = asker(person(username)).ask("GET", reverse(name, args=[release.public_id]))
        found |= {tuple(each) for each in split(scanner.leaks(answer))}
    publisher, reader = (CITY, "reviewer"), (username.removesuffix("-preparer"), "text")  # names on the page
    of_others = found - {publisher, reader}
    is_shown = username.startswith(SIBLING)
    assert {code for code, _what in of_others} == (accepted if is_shown else set())
    assert {what for _code, what in of_others if not what.startswith("figure")} == set()
    assert (publisher in found) is is_shown


def test_a_mail_has_no_mark_but_of_whom_it_is_for(fresh_planted, settings):
    """Every preparer and head who owes the open third quarter is reminded; each address is its tenant's mark."""
    planted, _askers = fresh_planted
    marks, settings.HAS_EMAIL = planted[0], True
    lead, quarter = person(f"{CITY}-administrator"), period(world.CLOSED_PERIOD)
    by = Membership.objects.select_related("tenant", "user").get(user__username=lead.username)
    with clock.frozen(quarter.due_at - timedelta(days=1)):
        actions.change_reminders(quarter.programme, by_email=True, by_dingtalk=False, hour=9, by=by)
        for row in actions.remind(quarter, by=by):
            delivery.deliver(str(row.public_id))
    assert len(mail.outbox) > 10
    found = []
    for message in mail.outbox:
        own = next(code for code, each in marks.items() if f"x{each.shared}@example.org" in message.to)
        said = str(message.message()).replace(message.to[0], "") + message.subject + message.body
        for code, each in marks.items():
            of_them = [
                each.draft,
                *(() if code == own else (each.shared, each.reviewer, *map(str, each.primes))),
            ]
            found += [(own, code, mark) for mark in of_them if mark in said]
    assert found == []


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


# --- what else leaves the portal: answers to forms, pages of accounts, files, log lines

# What a form sends that is about nothing in particular, and what makes pages of accounts come back with a problem.
JUNK = {
    "revision": "1", "reason": "短", "username": "nobody", "password": "x", "oldpassword": "x", "code": "0",
    "membership": "x", "programme": "taizhou", "period": "2099Q9", "full_name": "", "tenant": "x", "is_active": "x",
}  # fmt: skip


def forms(planted) -> list[str]:
    """Every route with a POST, about a return and a person of some tenants, one of which may be one's own."""
    tenants = {CITY, COUNTY, "huangyan", "sh-eldercare", "sh-huangpu"}
    filings = [
        each for each in planted[2] if each.tenant.code in tenants and each.period.code == world.PERIOD
    ]
    people = [f"{code}-observer" for code in sorted(tenants)]
    places = {name for name, methods in MATRIX.items() if "POST" in methods}
    found = [reverse(name) for name in places if not named()[name].parameters]
    found += [reverse("invitation-accept", args=["no-such-token"])]
    for name in sorted(places & set(BY_ID["return"])):
        found += [reverse(name, args=[each.public_id]) for each in filings]
    for each in Activity.objects.filter(tenant__code__in=tenants):
        found += [reverse(name, args=[each.public_id]) for name in sorted(places & set(BY_ID["activity"]))]
    for each in Membership.objects.filter(user__username__in=people):
        found += [reverse(name, args=[each.public_id]) for name in sorted(places & set(BY_ID["person"]))]
    return found


@pytest.mark.parametrize("persona", [CAST[0], *SIGNED_IN], ids=lambda persona: persona.name)
def test_no_answer_to_a_form_shows_one(fresh_planted, persona):
    planted, _askers = fresh_planted
    marks = planted[0]
    seen, own = scope(persona, marks)
    scanner, found = canary.Scanner(marks, seen, own, over(own, marks)), []
    each = asker(persona)
    for address in forms(planted):
        with undone():
            answer, _written = each.ask("POST", address, JUNK)
        asked["scanned"] += 1
        found += [f"{address} as {persona.name}: {leak}" for leak in sorted(scanner.leaks(answer))]
        if answer.status_code >= 500:
            found.append(f"{address} as {persona.name}: {answer.status_code}")
    assert found == []
    assert mail.outbox == []


@pytest.mark.parametrize("code", [CITY, COUNTY, "huangyan", SHANGHAI, "sh-huangpu"])
def test_an_invitation_shows_its_own_tenants_only(fresh_planted, code):
    """Its holder reads whose it is and for whom; of everybody else nothing."""
    planted, _askers = fresh_planted
    marks = planted[0]
    by = Membership.objects.select_related("user", "tenant").get(user__username=f"{code}-administrator")
    name = f"邀{marks[code].shared}"
    _invitation, token = portal_actions.invite(tenant=by.tenant, role="observer", full_name=name, by=by)
    scanner, address = canary.Scanner(marks, {code}, set()), reverse("invitation-accept", args=[token])
    anonymous = asker(CAST[0])
    for method, status in (("GET", 200), ("POST", 422)):
        answer, _written = anonymous.ask(method, address, JUNK)
        asked["scanned"] += 1
        assert (answer.status_code, scanner.leaks(answer)) == (status, set())
    assert scanner.met == {f"{code}: text"}


@pytest.mark.parametrize("name", [f"{COUNTY}-preparer", f"{CITY}-reviewer", f"{SHANGHAI}-administrator"])
def test_the_pages_of_an_account_with_codes_show_none(fresh_planted, name):
    planted, _askers = fresh_planted
    marks, persona = planted[0], next(each for each in CAST if each.name == name)
    seen, own = scope(persona, marks)
    scanner = canary.Scanner(marks, seen, own, over(own, marks))
    each = asker(persona)
    world.set_up_codes(Membership.objects.filter(user__username=persona.username).first().user)
    pages = [
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "session-list",
    ]
    for page in pages:
        answer, _written = each.ask("GET", reverse(page))
        asked["scanned"] += 1
        assert (answer.status_code, scanner.leaks(answer)) == (200, set()), page
    for headers in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        answer, _written = each.ask("GET", reverse("session-state"), headers=headers)
        asked["scanned"] += 1
        assert (answer.json()["signed_in"], scanner.leaks(answer)) == (True, set())


def test_a_stored_file_has_the_marks_of_its_tenants_only(fresh_planted):
    """The files themselves, whoever may fetch them: each belongs to a job, and shows what the job's tenant sees."""
    planted, _askers = fresh_planted
    marks, jobs, _filings, _versions = planted
    names = default_storage.listdir("exports")[1]
    finished = Job.objects.filter(status=Job.Status.DONE).select_related("tenant")
    assert len(jobs) == Job.objects.count()
    assert len(names) == len(finished) == sum(job.state == "done" for job in jobs) > 4
    for job in finished:
        seen = {code for code, each in marks.items() if each.tenant.path.startswith(job.tenant.path)}
        found = {
            mark for text in canary.unpacked(job.file.open("rb").read()) for mark in canary.candidates(text)
        }
        scanner = canary.Scanner(marks, seen, set(), over({job.tenant.code}, marks))
        assert found & scanner.foreign.keys() == set()
        assert found & scanner.expected.keys()
        asked["scanned"] += 1


def test_no_log_line_has_a_mark_of_anybody(fresh_planted, caplog):
    """Not even of one's own: a log names nobody."""
    planted, _askers = fresh_planted
    marks = planted[0]
    files = [reverse("export-file", args=[job.public_id]) for job in planted[1]]
    security = logging.getLogger("portal.security")
    logging.disable(logging.NOTSET)
    security.propagate = True
    try:
        with caplog.at_level(logging.INFO):
            for name in (f"{CITY}-reviewer", f"{COUNTY}-preparer", f"{COUNTY}-administrator"):
                persona = next(each for each in CAST if each.name == name)
                each, (seen, own) = asker(persona), scope(persona, marks)
                for address in [*addresses(planted, seen, own)[::7], *files]:
                    each.ask("GET", address)
                with undone():
                    each.ask("POST", reverse("sign-out"))
    finally:
        security.propagate = False
    assert "downloaded" in caplog.text
    everybody = canary.Scanner(marks, set(), set())
    found = canary.candidates("\n".join(record.getMessage() for record in caplog.records))
    assert found & everybody.foreign.keys() == set()


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
