"""Who works here, and who no longer does; who did what."""

import pytest
from django.urls import reverse

from portal.models import HistoryEntry, Membership, Tenant, User

from ..factories import accepted, membership, started, submitted
from ..screen import Screen

PEOPLE, HISTORY = reverse("people-list"), reverse("history-list")


def set_active(client, who: Membership, value: str | None):
    given = {} if value is None else {"is_active": value}
    return client.post(reverse("person-set-active", args=[who.public_id]), given)


@pytest.fixture
def county_administrator(db) -> Membership:
    return membership("jiaojiang-administrator")


def everybody_below(tenant: Tenant) -> set[str]:
    return set(
        User.objects.filter(memberships__tenant__path__startswith=tenant.path).values_list(
            "username", flat=True
        )
    )


def names_on(client, address: str) -> set[str]:
    """The user names on all pages of the list."""
    found, number = set(), 1
    while True:
        page = Screen(client.get(f"{address}?page={number}"))
        names = {row[1] for row in page.tables[0][1:]}
        if names <= found:
            return found
        found, number = found | names, number + 1


def test_it_lists_everybody_at_the_tenant_and_below(as_, administrator, county_administrator):
    assert names_on(as_(administrator), PEOPLE) == everybody_below(administrator.tenant)
    assert names_on(as_(county_administrator), PEOPLE) == everybody_below(county_administrator.tenant)
    assert "huangyan-preparer" in everybody_below(administrator.tenant) - everybody_below(
        county_administrator.tenant
    )


def test_it_takes_effect_on_the_very_next_request(as_, clerk, county_administrator):
    working = as_(clerk)
    filing = started(clerk)
    address = reverse("filing-edit", args=[filing.public_id])
    assert working.get(address).status_code == 200
    assert set_active(as_(county_administrator), clerk, "0").headers["Location"] == PEOPLE
    assert working.get(address).status_code == 302  # the session has ended with the membership
    assert working.post(address, {"revision": filing.revision}).status_code in (302, 401)
    assert as_(clerk).get(address).status_code == 404
    assert (
        as_(clerk).get(reverse("home")).status_code == 200
    )  # which says that the account belongs to no tenant
    filing.refresh_from_db()
    assert filing.revision == 1


def test_it_ends_the_session_of_a_deactivated_account(as_, clerk):
    working = as_(clerk)
    User.objects.filter(pk=clerk.user_id).update(is_active=False)
    assert working.get(reverse("home")).status_code == 302


def test_it_brings_somebody_back_and_writes_both_down(as_, clerk, county_administrator):
    client = as_(county_administrator)
    set_active(client, clerk, "0")
    set_active(client, clerk, "1")
    clerk.refresh_from_db()
    assert clerk.is_active
    found = HistoryEntry.objects.filter(subject_id=clerk.public_id).values_list("action", "by__username")
    assert list(found) == [("deactivate", "jiaojiang-administrator"), ("activate", "jiaojiang-administrator")]


def test_it_says_409_to_the_second_who_presses(as_, clerk, county_administrator):
    set_active(as_(county_administrator), clerk, "0")
    assert set_active(as_(county_administrator), clerk, "0").status_code == 409


@pytest.mark.parametrize(
    ("username", "whom", "status"),
    [
        ("jiaojiang-administrator", "huangyan-preparer", 404),
        ("jiaojiang-administrator", "taizhou-education-reviewer", 404),
        ("jiaojiang-administrator", "jiaojiang-administrator", 403),
        ("jiaojiang-preparer", "jiaojiang-head", 403),
        ("taizhou-education-reviewer", "jiaojiang-head", 403),
        ("taizhou-education-observer", "jiaojiang-head", 403),
    ],
)
def test_it_deactivates_nobody_beyond_ones_reach(as_, db, username, whom, status):
    whom = membership(whom)
    assert set_active(as_(membership(username)), whom, "0").status_code == status
    whom.refresh_from_db()
    assert whom.is_active


@pytest.mark.parametrize("value", [None, "", "no", "2"])
def test_it_deactivates_nobody_by_half_a_form(as_, clerk, county_administrator, value):
    assert set_active(as_(county_administrator), clerk, value).status_code == 400
    clerk.refresh_from_db()
    assert clerk.is_active


# --- history


def lines(client) -> list[list[str]]:
    return Screen(client.get(HISTORY)).tables[0][1:]


def test_it_shows_a_county_its_own_history_only(as_, clerk, neighbour):
    accepted(clerk)
    submitted(neighbour)
    ours = lines(as_(clerk))
    assert {line[3] for line in ours} == {clerk.tenant.short_name}
    assert {line[3] for line in lines(as_(neighbour))} == {neighbour.tenant.short_name}
    assert len(ours) == HistoryEntry.objects.filter(tenant=clerk.tenant).count() >= 4


@pytest.mark.parametrize("who", ["taizhou-education-reviewer", "taizhou-education-administrator"])
def test_it_shows_those_above_no_work_on_drafts(as_, clerk, who):
    submitted(clerk)
    recorded = list(HistoryEntry.objects.filter(tenant=clerk.tenant).values_list("action", flat=True))
    assert recorded.count("save") == 1
    assert len(lines(as_(clerk))) == len(recorded)
    assert len(lines(as_(membership(who)))) == recorded.count("submit") == 1


def test_it_shows_another_programme_nothing(as_, clerk, shanghai_reviewer):
    submitted(clerk)
    assert clerk.tenant.short_name not in {line[3] for line in lines(as_(shanghai_reviewer)) if len(line) > 2}


def test_what_was_left_out_is_named(as_, county_administrator):
    answer = as_(county_administrator).post(reverse("person-invite"), {"full_name": "", "role": "observer"})
    assert answer.status_code == 422
    text = Screen(answer).text
    assert "请填写姓名。" in text
    assert "请选择单位。" in text
    assert "必填" not in text
