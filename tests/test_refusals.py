"""What an answer says to whom it refuses. Who gets in where is asked, cell by cell, by tests/access; the why of it:

A page opens to its roles and is refused to the others of the same programme (403), with the name of their role.
A draft is its own tenant's: nobody above reads what was never submitted.
A stranger, from another county or another programme, is answered as if there were nothing: the very same bytes as
for an id that nothing has, so that nobody learns what exists. A programme is hidden from those who take no part in
it, and a roll-up sums up nothing beyond one's own tenant and those below, whatever tenant the address names.
Who has not signed in is sent to the sign-in page, from a return as from an id that nothing has.
What changes something is a POST, what shows something a GET; methods that no page uses are refused and the
offered ones named (405). An observer looks on: every POST is refused and nothing is written.
An export belongs to who asked for it alone: to a colleague it does not exist.
"""

import pytest
from django.urls import reverse

from portal.models import Membership
from reporting.models import Filing

from .factories import accepted, membership, nil, started, submitted
from .screen import Screen

CLERK, HEAD, NEIGHBOUR = "jiaojiang-preparer", "jiaojiang-head", "huangyan-preparer"
COUNTY_ADMINISTRATOR, COUNTY_OBSERVER = "jiaojiang-administrator", "jiaojiang-observer"
REVIEWER, ADMINISTRATOR = "taizhou-education-reviewer", "taizhou-education-administrator"
OBSERVER = "taizhou-education-observer"
COUNTY = {CLERK, HEAD, COUNTY_ADMINISTRATOR, COUNTY_OBSERVER}
CITY = {REVIEWER, ADMINISTRATOR, OBSERVER}
EVERYBODY = COUNTY | CITY
OBSERVERS = {OBSERVER, COUNTY_OBSERVER}

# Pages about no object that are not for everybody, and who may open them.
PAGES = {
    "/taizhou/reminders/": {REVIEWER, ADMINISTRATOR},
    "/taizhou/reminders/send/": {REVIEWER, ADMINISTRATOR},
    "/taizhou/reminders/settings/": {ADMINISTRATOR},
    "/people/": {ADMINISTRATOR, COUNTY_ADMINISTRATOR},
    "/history/": EVERYBODY - OBSERVERS,
}
# Pages about a submitted return of 椒江.
FILERS = {CLERK, HEAD}
OF_A_RETURN = {"filing-recall": FILERS, "filing-accept": {REVIEWER}, "filing-send-back": {REVIEWER}}


def address(name: str, filing: Filing) -> str:
    return reverse(name, args=[filing.public_id])


def refused(pages: dict[str, set[str]]) -> list[tuple[str, str]]:
    return [(page, who) for page, allowed in pages.items() for who in sorted(EVERYBODY - allowed)]


REFUSED, REFUSED_OF_A_RETURN = refused(PAGES), refused(OF_A_RETURN)


def says_the_role(answer, who: Membership) -> bool:
    return f"{who.get_role_display()}" in Screen(answer).text.split(who.user.username, 1)[1]


@pytest.mark.parametrize(("page", "username"), REFUSED)
def test_it_names_the_role_to_whom_it_refuses(as_, db, page, username):
    who = membership(username)
    answer = as_(who).get(page)
    assert answer.status_code == 403
    assert says_the_role(answer, who)


@pytest.mark.parametrize(("name", "username"), REFUSED_OF_A_RETURN)
def test_it_names_the_role_beside_a_return_too(as_, clerk, name, username):
    who, page = membership(username), address(name, submitted(clerk))
    answer = as_(who).get(page)
    assert answer.status_code == 403
    assert says_the_role(answer, who)


def test_it_lists_to_a_county_its_own_returns_only(as_, clerk, neighbour, reviewer):
    submitted(clerk), submitted(neighbour)
    started(membership("luqiao-preparer"))
    listed = {
        who.user.username: {row[0] for row in Screen(as_(who).get("/filings/")).tables[0][1:]}
        for who in (clerk, neighbour, reviewer)
    }
    assert listed == {CLERK: {"椒江"}, NEIGHBOUR: {"黄岩"}, REVIEWER: {"椒江", "黄岩"}}


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


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_it_ignores_a_method_hidden_in_the_request(as_, clerk, header):
    filing = started(clerk)
    page = reverse("filing-detail", args=[filing.public_id])
    assert as_(clerk).get(page, headers={header: "DELETE"}).status_code == 200
    assert as_(clerk).post(page, {"_method": "GET"}, headers={header: "GET"}).status_code == 405
