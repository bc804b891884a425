"""How long a session lasts, how many there are, who ends them, and what the person is told."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from portal import actions, sessions
from portal.models import User

from .conftest import PASSWORD, is_signed_in, later

STATE = "/account/session/"
NEW = "Haitang-9-yuanlin"


def said(client: Client, address: str = "/") -> list[str]:
    """The messages of the sign-in page that the client is sent to."""
    page = client.get(address, follow=True)
    assert page.redirect_chain[0][0].startswith("/sign-in/?next=")
    return [str(message) for message in page.context["messages"]]


def change_password(client: Client):
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("password-change"), typed)


# --- limits


def test_it_ends_after_half_an_hour_without_activity(clerk, sign_in):
    client = sign_in(clerk).client
    assert is_signed_in(client)
    with later(minutes=29):
        assert client.get("/").status_code == 200
    with later(minutes=58):
        assert client.get("/").status_code == 200
    with later(minutes=89):
        assert said(client) == [str(sessions.WHY["idle"])]


def test_it_ends_after_twelve_hours_whatever_happens(clerk, sign_in):
    client = sign_in(clerk).client
    for minutes in range(0, 12 * 60, 25):
        with later(minutes=minutes):
            assert client.get("/").status_code == 200
    with later(hours=12):
        assert said(client) == [str(sessions.WHY["absolute"])]


def test_what_a_page_asks_by_itself_is_no_activity(clerk, sign_in):
    client = sign_in(clerk).client
    client.get("/")
    for minutes in (10, 20, 29):
        with later(minutes=minutes):
            assert (
                client.get(STATE, headers={"X-Portal-Background": "1"}).json()["left"] == (30 - minutes) * 60
            )
    with later(minutes=30):
        assert client.get(STATE, headers={"X-Portal-Background": "1"}).status_code == 401


def test_a_click_on_stay_counts_as_activity(clerk, sign_in):
    client = sign_in(clerk).client
    client.get("/")
    with later(minutes=29):
        assert client.post(STATE).json()["left"] == 30 * 60
    with later(minutes=58):
        assert is_signed_in(client)


def test_it_marks_the_last_hour_that_cannot_be_extended(clerk, sign_in):
    client = sign_in(clerk).client
    for minutes in range(0, 12 * 60 - 1, 25):
        with later(minutes=minutes):
            client.get("/")
    with later(minutes=719):
        state = client.post(STATE).json()
    assert (state["left"], state["is_last"]) == (60, True)


def test_the_state_tells_a_stranger_nothing(client):
    answer = client.get(STATE)
    assert (answer.status_code, answer.json()) == (401, {"signed_in": False})


def test_a_script_gets_a_status_and_no_redirect(client):
    assert client.get("/", headers={"Accept": "application/json"}).status_code == 401
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401


def test_a_tampered_session_is_anonymous(clerk, sign_in):
    client = sign_in(clerk).client
    key = client.cookies["sessionid"].value
    client.cookies["sessionid"] = key[:-1] + ("1" if key.endswith("0") else "0")
    assert not is_signed_in(client)


def test_activity_is_written_at_most_once_a_minute(clerk, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(clerk).client
    client.get("/")

    def writes() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("session-list"))
        return sum(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries.captured_queries)

    assert writes() == 0
    with later(minutes=2):
        assert writes() == 2


# --- how many


def test_the_fourth_session_ends_the_first_and_says_why(clerk, sign_in):
    clients = [sign_in(clerk).client for _ in range(3)]
    assert all(is_signed_in(client) for client in clients)
    fourth = sign_in(clerk).client
    assert is_signed_in(fourth)
    assert said(clients[0]) == [str(sessions.WHY["too_many"])]
    assert all(is_signed_in(client) for client in [*clients[1:], fourth])


def test_signing_out_clears_the_pages_that_the_browser_kept_and_no_typing(clerk, sign_in):
    """Its storage may hold what another account has typed and not sent."""
    answer = sign_in(clerk).client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_signing_in_again_in_one_browser_does_not_add_up(clerk, sign_in):
    client = sign_in(clerk).client
    for _ in range(5):
        client.get("/")
        client.post("/sign-out/")
        sign_in(clerk, client=client)
    client.get("/")
    assert UserSession.objects.filter(user=clerk.user).count() == 1


# --- the list


def test_the_list_shows_device_and_a_masked_address(clerk, sign_in):
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0"
    other = Client(headers={"User-Agent": windows})
    sign_in(clerk, client=other, address="198.51.100.7")
    other.get("/", REMOTE_ADDR="198.51.100.7")
    page = sign_in(clerk).client.get("/account/sessions/")
    assert [(row["device"], row["address"], row["is_current"]) for row in page.context["rows"]][1:] == [
        ("Edge · Windows", "198.51.*.*", False)
    ]
    assert "100.7" not in page.content.decode()


@pytest.mark.parametrize(
    ("address", "shown"),
    [("203.0.113.9", "203.0.*.*"), ("2001:db8::7", "2001:0db8:0000:*")],
)
def test_it_masks_addresses(address, shown):
    assert sessions.masked(address) == shown


def test_one_ends_a_session_elsewhere(clerk, sign_in):
    other, here = sign_in(clerk).client, sign_in(clerk).client
    other.get("/"), here.get("/")
    rows = here.get("/account/sessions/").context["rows"]
    here.post("/account/sessions/end/", {"session": rows[1]["session"].pk})
    assert is_signed_in(here)
    assert said(other) == [str(sessions.WHY["ended"])]


def test_one_ends_all_others(clerk, sign_in):
    clients = [sign_in(clerk).client for _ in range(3)]
    assert all(is_signed_in(client) for client in clients)
    clients[1].post("/account/sessions/end/", {"session": "others"})
    assert [is_signed_in(client) for client in clients] == [False, True, False]


@pytest.mark.parametrize("session", ["", "0", "x", "9" * 40, "１"])
def test_nobody_ends_a_session_of_somebody_else(clerk, neighbour, sign_in, session):
    other = sign_in(neighbour).client
    other.get("/")
    theirs = UserSession.objects.get(user=neighbour.user).pk
    here = sign_in(clerk).client
    assert here.post("/account/sessions/end/", {"session": theirs}).status_code == 404
    assert here.post("/account/sessions/end/", {"session": session}).status_code == 404
    assert is_signed_in(other)


# --- what ends all of them


def test_a_new_password_ends_all_others(clerk, sign_in):
    other, here = sign_in(clerk).client, sign_in(clerk).client
    assert is_signed_in(other) and is_signed_in(here)
    assert change_password(here).headers["Location"] == reverse("password-change-done")
    assert is_signed_in(here)
    assert said(other) == [str(sessions.WHY["password"])]
    assert UserSession.objects.filter(user=clerk.user).count() == 1


def test_a_wrong_present_password_changes_nothing(clerk, sign_in):
    here = sign_in(clerk).client
    answer = here.post(reverse("password-change"), {"oldpassword": "x", "password1": NEW, "password2": NEW})
    assert answer.status_code == 422
    assert User.objects.get(pk=clerk.user_id).check_password(PASSWORD)


def test_an_ended_membership_ends_all_sessions(clerk, administrator, sign_in):
    client = sign_in(clerk).client
    assert is_signed_in(client)
    actions.set_active(clerk, is_active=False, by=administrator)
    assert said(client) == [str(sessions.WHY["deactivated"])]


def test_a_deactivated_account_is_out_at_the_next_request(clerk, sign_in):
    client = sign_in(clerk).client
    assert is_signed_in(client)
    User.objects.filter(pk=clerk.user_id).update(is_active=False)
    assert not is_signed_in(client)
