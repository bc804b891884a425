"""A form sent too late, without scripts: what was typed comes back, to be sent again. Never for a stranger's page."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from ..factories import grid, row, started
from .conftest import is_signed_in

HERE = {"Origin": "http://testserver"}
ROW = row("海门街道社区学校", 1, 51)


@pytest.fixture
def strict():
    """A browser that checks its tokens."""
    return Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.5")


def token(client: Client, address: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())[1]


def signed_in(client: Client, who) -> None:
    typed = {"username": who.user.username, "password": "demo-suishenxue-2022"}
    client.post("/sign-in/", {**typed, "csrfmiddlewaretoken": token(client, "/sign-in/")})


def hidden(page) -> dict:
    """The fields of the form that came back."""
    text = page.content.decode()
    form = text[text.index('<form class="card') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def test_it_comes_back_after_the_end_of_the_session_and_is_saved_when_sent_again(clerk, strict):
    signed_in(strict, clerk)
    filing = started(clerk)
    address = reverse("filing-edit", args=[filing.public_id])
    typed = grid(filing, ROW, do="save") | {"csrfmiddlewaretoken": token(strict, address)}
    Session.objects.all().delete()

    late = strict.post(address, typed, headers=HERE)
    assert late.status_code == 401
    assert hidden(late)["row-1-provider"] == "海门街道社区学校" and hidden(late)["do"] == "save"

    signed_in(strict, clerk)  # in another tab, which changes the token
    stale = strict.post(address, hidden(late), headers=HERE)
    assert stale.status_code == 403
    assert strict.post(address, hidden(stale), headers=HERE).status_code == 302
    filing.refresh_from_db()
    assert filing.draft.rows[0]["values"]["training_attendances"] == "51"


@pytest.mark.parametrize("origin", [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}])
def test_a_strangers_form_does_not_come_back(clerk, strict, origin):
    signed_in(strict, clerk)
    answer = strict.post(reverse("membership-switch"), {"membership": "x"}, headers=origin)
    assert answer.status_code == 403
    assert 'value="x"' not in answer.content.decode()
    strict.post("/sign-out/", {"csrfmiddlewaretoken": token(strict, "/")})
    assert not is_signed_in(strict)
    anonymous = Client().post(reverse("membership-switch"), {"membership": "x"}, headers=origin)
    assert anonymous.headers["Location"].startswith("/sign-in/?next=")


def test_passwords_do_not_come_back(strict):
    answer = strict.post("/sign-in/", {"username": "a", "password": "secret-one"}, headers=HERE)
    assert answer.status_code == 403
    assert "secret-one" not in answer.content.decode()
