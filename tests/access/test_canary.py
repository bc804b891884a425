"""No answer of any route carries a text, a person or a figure of a tenant outside the persona's scope."""

import json
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
from reporting.models import Filing, Job
from reporting.reminders import actions as reminder_actions
from reporting.reminders import delivery

from ..factories import period, released
from ..selection import IS_WHOLE
from . import canary, world
from .addresses import JUNK, Planted, addresses, forms, over, scope, things_of
from .asking import asked, asker, undone
from .cast import CAST, CITY, COUNTY, SHANGHAI, SIBLING, person
from .doors import BY_ID

pytestmark = [pytest.mark.one_database("sqlite"), pytest.mark.slow("hundreds of pages for each of the cast")]

SIGNED_IN = [each for each in CAST if each.is_signed_in]
# The whole cast in script/assure; every day one of each standing: nobody, who files, a neighbour, who reviews, the
# other programme, and who is in both.
ONE_OF_EACH = [
    CAST[0].name,
    f"{COUNTY}-preparer",
    f"{SIBLING}-preparer",
    f"{CITY}-reviewer",
    "sh-huangpu-preparer",
]
ASKING = [
    each for each in (CAST[0], *SIGNED_IN) if IS_WHOLE or each.name in (*ONE_OF_EACH, "in both programmes")
]


@pytest.fixture(scope="module")
def planted(askers, own_files, django_db_blocker):
    """Every tenant's marks, two returns of each, and an export; made once."""
    with clock.frozen(world.NOW):
        marks = canary.make_marks()
        canary.plant(marks)
        jobs = world.make_exports()
    return Planted(marks, jobs, things_of(jobs))


@pytest.mark.parametrize("persona", ASKING, ids=lambda persona: persona.name)
def test_it_shows_no_mark_of_anybody_else(fresh_planted, persona):
    planted, _askers = fresh_planted
    marks = planted.marks
    seen, own = scope(persona, marks)
    scanner, found = canary.Scanner(marks, seen, own, over(own, marks)), []
    each = asker(persona)
    for address in addresses(planted, persona):
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
    marks = planted.marks
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
    marks, settings.HAS_EMAIL = planted.marks, True
    lead, quarter = person(f"{CITY}-administrator"), period(world.CLOSED_PERIOD)
    by = Membership.objects.select_related("tenant", "user").get(user__username=lead.username)
    with clock.frozen(quarter.due_at - timedelta(days=1)):
        reminder_actions.change_reminders(quarter.programme, by_email=True, by_dingtalk=False, hour=9, by=by)
        for row in reminder_actions.remind(quarter, by=by):
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
    marks, jobs, _things = planted
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


@pytest.mark.parametrize("persona", ASKING, ids=lambda persona: persona.name)
def test_no_answer_to_a_form_shows_one(fresh_planted, persona):
    planted, _askers = fresh_planted
    marks = planted.marks
    seen, own = scope(persona, marks)
    scanner, found = canary.Scanner(marks, seen, own, over(own, marks)), []
    each = asker(persona)
    for address in forms(planted, persona):
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
    marks = planted.marks
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
    marks, persona = planted.marks, next(each for each in CAST if each.name == name)
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
        assert (json.loads(answer.content)["signed_in"], scanner.leaks(answer)) == (True, set())


def test_a_stored_file_has_the_marks_of_its_tenants_only(fresh_planted):
    """The files themselves, whoever may fetch them: each belongs to a job, and shows what the job's tenant sees."""
    planted, _askers = fresh_planted
    marks, jobs, _things = planted
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
    marks = planted.marks
    files = [reverse("export-file", args=[job.public_id]) for job in planted.jobs]
    security = logging.getLogger("portal.security")
    logging.disable(logging.NOTSET)
    security.propagate = True
    try:
        with caplog.at_level(logging.INFO):
            for name in (f"{CITY}-reviewer", f"{COUNTY}-preparer", f"{COUNTY}-administrator"):
                persona = next(each for each in CAST if each.name == name)
                each = asker(persona)
                for address in [*addresses(planted, persona)[::7], *files]:
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
