"""Who gets in where: strangers, wrong roles, wrong states, wrong methods, and those whose page it is."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Membership
from reporting import jobs
from reporting.models import Filing
from tests.factories import accepted, membership, nil, period, started, submitted
from tests.pages.screen import Screen

CLERK, HEAD, NEIGHBOUR = "jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer"
COUNTY_ADMINISTRATOR, COUNTY_OBSERVER = "jiaojiang-administrator", "jiaojiang-observer"
REVIEWER, ADMINISTRATOR = "taizhou-education-reviewer", "taizhou-education-administrator"
OBSERVER, SHANGHAI = "taizhou-education-observer", "shanghai-civil-affairs-reviewer"
COUNTY = {CLERK, HEAD, COUNTY_ADMINISTRATOR, COUNTY_OBSERVER}
CITY = {REVIEWER, ADMINISTRATOR, OBSERVER}
EVERYBODY = COUNTY | CITY
OBSERVERS = {OBSERVER, COUNTY_OBSERVER}

# Pages about no object, and who may open them.
PAGES = {
    "/": EVERYBODY,
    "/filings/": EVERYBODY,
    "/components/": EVERYBODY,
    "/account/password/": EVERYBODY,
    "/account/password/done/": EVERYBODY,
    "/taizhou/rollup/": EVERYBODY,
    "/taizhou/rollup/?cumulative=1&include_submitted=1": EVERYBODY,
    "/taizhou/rollup/attachment/": EVERYBODY,
    "/taizhou/board/": EVERYBODY,
    "/taizhou/reminders/": {REVIEWER, ADMINISTRATOR},
    "/taizhou/reminders/send/": {REVIEWER, ADMINISTRATOR},
    "/taizhou/reminders/settings/": {ADMINISTRATOR},
    "/account/reminders/": EVERYBODY,
    "/taizhou/progress/": EVERYBODY,
    "/taizhou/targets/": EVERYBODY,
    "/taizhou/definitions/": EVERYBODY,
    "/exports/": EVERYBODY,
    "/exports/now/": EVERYBODY,
    "/people/": {ADMINISTRATOR, COUNTY_ADMINISTRATOR},
    "/history/": EVERYBODY - OBSERVERS,
}
# Pages about a submitted return of 椒江.
FILERS = {CLERK, HEAD}
OF_A_RETURN = {
    "filing-detail": EVERYBODY,
    "filing-recall": FILERS,
    "filing-accept": {REVIEWER},
    "filing-send-back": {REVIEWER},
    "version-detail": EVERYBODY,
    "version-attachment": EVERYBODY,
}
# Pages about its draft, before it was ever submitted: its tenant's alone.
OF_A_DRAFT = {"filing-detail": COUNTY, "filing-edit": FILERS, "filing-nil": FILERS}


def address(name: str, filing: Filing) -> str:
    owner = filing.latest if name.startswith("version") else filing
    return reverse(name, args=[owner.public_id])


def matrix(pages: dict[str, set[str]]) -> list[tuple[str, str, bool]]:
    return [(page, who, who in allowed) for page, allowed in pages.items() for who in sorted(EVERYBODY)]


def says_the_role(answer, who: Membership) -> bool:
    return f"{who.get_role_display()}" in Screen(answer).text.split(who.user.username, 1)[1]


@pytest.mark.parametrize(("page", "username", "is_allowed"), matrix(PAGES))
def test_it_opens_to_its_roles_and_names_the_role_to_the_others(as_, db, page, username, is_allowed):
    who = membership(username)
    answer = as_(who).get(page)
    assert answer.status_code == (200 if is_allowed else 403)
    assert is_allowed or says_the_role(answer, who)


@pytest.mark.parametrize(("name", "username", "is_allowed"), matrix(OF_A_RETURN))
def test_it_opens_a_return_to_its_roles(as_, clerk, name, username, is_allowed):
    who, page = membership(username), address(name, submitted(clerk))
    answer = as_(who).get(page)
    assert answer.status_code == (200 if is_allowed else 403)
    assert is_allowed or says_the_role(answer, who)


@pytest.mark.parametrize(("name", "username", "is_allowed"), matrix(OF_A_DRAFT))
def test_it_opens_a_draft_to_its_own_tenant(as_, clerk, name, username, is_allowed):
    answer = as_(membership(username)).get(address(name, started(clerk)))
    assert answer.status_code in ([200] if is_allowed else [403, 404])  # the matrix says which, cell by cell


# --- strangers


FILING_PAGES = [
    "filing-detail", "filing-edit", "filing-submit", "filing-nil", "filing-recall", "filing-accept",
    "filing-send-back", "filing-correct", "version-detail", "version-attachment",
]  # fmt: skip


def comparable(answer, public_id) -> bytes:
    """The body without what differs from request to request: the form token, and the address that was asked for."""
    body = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]*', rb"\1", answer.content)
    return body.replace(str(public_id).encode(), b"ID")


@pytest.mark.parametrize("stranger", [NEIGHBOUR, SHANGHAI])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", FILING_PAGES)
def test_it_answers_a_stranger_as_if_there_were_nothing(as_, clerk, name, method, stranger):
    filing = submitted(clerk)
    page, nowhere = address(name, filing), uuid.uuid4()
    real = filing.latest.public_id if name.startswith("version") else filing.public_id
    assert as_(clerk).get(page).status_code != 404
    client = as_(membership(stranger))
    answer = getattr(client, method)(page)
    missing = getattr(client, method)(reverse(name, args=[nowhere]))
    assert (answer.status_code, missing.status_code) in {(404, 404), (405, 405)}
    assert comparable(answer, real) == comparable(missing, nowhere)
    assert {**answer.headers, "X-Request-Id": ""} == {**missing.headers, "X-Request-Id": ""}


@pytest.mark.parametrize(
    "page",
    [
        "/taizhou/rollup/",
        "/taizhou/rollup/attachment/",
        "/taizhou/board/",
        "/taizhou/progress/",
        "/taizhou/targets/",
    ],
)
def test_it_hides_a_programme_from_those_who_take_no_part(as_, reviewer, shanghai_reviewer, page):
    assert as_(reviewer).get(page).status_code == 200
    assert as_(shanghai_reviewer).get(page).status_code == 404
    missing = as_(shanghai_reviewer).get(page.replace("taizhou", "nowhere"))
    assert missing.status_code == 404


@pytest.mark.parametrize("code", ["huangyan", "taizhou-education", "sh-bigdata", "nowhere"])
def test_it_sums_up_nothing_beyond_ones_own_tenant(as_, clerk, neighbour, code):
    accepted(neighbour)
    assert as_(clerk).get("/taizhou/rollup/?tenant=jiaojiang").status_code == 200
    assert as_(clerk).get(f"/taizhou/rollup/?tenant={code}").status_code == 404
    assert as_(clerk).get(f"/taizhou/rollup/attachment/?tenant={code}").status_code == 404


def test_it_lists_to_a_county_its_own_returns_only(as_, clerk, neighbour, reviewer):
    submitted(clerk), submitted(neighbour)
    started(membership("luqiao-preparer"))
    listed = {
        who.user.username: {row[0] for row in Screen(as_(who).get("/filings/")).tables[0][1:]}
        for who in (clerk, neighbour, reviewer)
    }
    assert listed == {CLERK: {"椒江"}, NEIGHBOUR: {"黄岩"}, REVIEWER: {"椒江", "黄岩"}}


@pytest.mark.parametrize("page", [*PAGES, "/nowhere/", "/taizhou/nowhere/"])
def test_it_sends_strangers_to_the_sign_in_page(db, page):
    answer = Client().get(page)
    if "nowhere" in page:
        assert answer.status_code == 404
        return
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/?next=/")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", FILING_PAGES)
def test_it_sends_strangers_to_the_sign_in_page_of_a_return_too(clerk, name, method):
    filing = submitted(clerk)
    real = getattr(Client(), method)(address(name, filing))
    missing = getattr(Client(), method)(reverse(name, args=[uuid.uuid4()]))
    assert (real.status_code, missing.status_code) == (302, 302)
    assert Filing.objects.get().revision == filing.revision


# --- wrong state, wrong method


STATES = {
    "draft": lambda clerk: started(clerk),
    "submitted": lambda clerk: submitted(clerk),
    "accepted": lambda clerk: accepted(clerk),
    "nil": lambda clerk: nil(clerk),
}


@pytest.mark.parametrize(
    ("name", "username", "states"),
    [
        ("filing-submit", CLERK, "submitted accepted nil"),
        ("filing-nil", CLERK, "submitted accepted nil"),
        ("filing-recall", CLERK, "draft accepted"),
        ("filing-correct", HEAD, "draft submitted nil"),
        ("filing-accept", REVIEWER, "accepted"),
        ("filing-send-back", REVIEWER, "accepted"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_names_the_state_that_forbids_a_move(as_, clerk, name, username, states, method):
    state = states.split()[0]
    filing = STATES[state](clerk)
    client, data = as_(membership(username)), {"revision": filing.revision, "reason": "数字有误，请核对。"}
    answer = getattr(client, method)(address(name, filing), data)
    assert answer.status_code == 409
    page = Screen(answer)
    assert filing.get_status_display() in page.text
    assert filing.get_absolute_url() in [link.href for link in page.links]
    assert Filing.objects.get().revision == filing.revision


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("page", [*PAGES, "/filings/start/", "/membership/", "/people/invite/", "/sign-out/"])
def test_it_refuses_methods_that_no_page_uses(as_, administrator, page, method):
    answer = getattr(as_(administrator), method)(page)
    assert answer.status_code == 405
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("filing-list", "post"), ("home", "post"), ("people-list", "post"), ("history-list", "post"),
        ("filing-start", "get"), ("person-invite", "get"), ("membership-switch", "get"), ("components", "post"),
    ],
)  # fmt: skip
def test_it_changes_by_post_and_shows_by_get(as_, administrator, name, method):
    assert getattr(as_(administrator), method)(reverse(name)).status_code == 405


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_it_ignores_a_method_hidden_in_the_request(as_, clerk, header):
    filing = started(clerk)
    page = reverse("filing-detail", args=[filing.public_id])
    assert as_(clerk).get(page, headers={header: "DELETE"}).status_code == 200
    assert as_(clerk).post(page, {"_method": "GET"}, headers={header: "GET"}).status_code == 405


# --- an observer looks on


OBSERVED = [*FILING_PAGES[1:8], "filing-start", "person-invite", "export-list"]


@pytest.mark.parametrize("name", OBSERVED[:-1])
@pytest.mark.parametrize("username", sorted(OBSERVERS))
def test_it_lets_an_observer_post_nothing(as_, clerk, name, username):
    filing = submitted(clerk)
    page = address(name, filing) if name in FILING_PAGES else reverse(name)
    data = {
        "revision": filing.revision,
        "reason": "观察员无权操作。",
        "programme": "taizhou",
        "period": "2022Q1",
    }
    assert as_(membership(username)).post(page, data).status_code == 403
    again = Filing.objects.get()
    assert (again.status, again.revision) == (filing.status, filing.revision)


# --- exports belong to who asked


def test_it_gives_an_export_to_who_asked_for_it_alone(as_, clerk, reviewer, administrator):
    accepted(clerk)
    job = jobs.request_export(period(), by=reviewer)
    jobs.run(str(job.public_id))
    pages = [reverse(name, args=[job.public_id]) for name in ("export-detail", "export-file")]
    assert [as_(reviewer).get(page).status_code for page in pages] == [200, 200]
    assert [as_(administrator).get(page).status_code for page in pages] == [404, 404]
    assert [as_(clerk).get(page).status_code for page in pages] == [404, 404]
    assert [as_(membership(SHANGHAI)).get(page).status_code for page in pages] == [404, 404]
    assert [Client().get(page).status_code for page in pages] == [302, 302]
    missing = reverse("export-file", args=[uuid.uuid4()])
    client = as_(administrator)
    assert comparable(client.get(pages[1]), job.public_id) == comparable(
        client.get(missing), missing.split("/")[2]
    )
