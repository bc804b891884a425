"""What every answer carries, whoever asks and whatever came of it."""

import pytest
from django.test import Client
from django.urls import reverse

from ..factories import submitted
from ..screen import Screen


@pytest.mark.django_db
def test_it_says_that_it_is_up_and_nothing_else(client):
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, b"ok", "text/plain")
    assert client.post(reverse("healthz")).status_code == 405


ANSWERS = [
    ("/", 200),
    ("/filings/", 200),
    ("/taizhou/rollup/", 200),
    ("/nowhere/", 404),
    ("/people/", 403),
    ("/filings/start/", 405),
    ("/taizhou/rollup/?tenant=nowhere", 404),
]


@pytest.mark.parametrize(("address", "status"), ANSWERS)
def test_it_carries_a_strict_policy_and_is_stored_nowhere(as_, clerk, address, status):
    answer = as_(clerk).get(address)
    assert answer.status_code == status
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_it_stores_no_download_and_no_refused_move(as_, clerk):
    filing = submitted(clerk)
    download = as_(clerk).get(reverse("version-attachment", args=[filing.latest.public_id]))
    refused = as_(clerk).get(reverse("filing-correct", args=[filing.public_id]))
    assert (download.status_code, refused.status_code) == (200, 409)
    assert {each.headers["Cache-Control"] for each in (download, refused)} == {"private, no-store"}
    assert all("Content-Security-Policy" in each.headers for each in (download, refused))


@pytest.mark.django_db
def test_it_carries_the_policy_to_strangers_too(client):
    answer = client.get(reverse("sign-in"))
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_carries_the_policy_when_something_breaks(as_, clerk, monkeypatch):
    monkeypatch.setattr("reporting.home.views.turns.turns_of", lambda *about: 1 / 0)
    client = as_(clerk)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "ZeroDivision" not in answer.content.decode()
    assert Screen(answer).links[-1].href == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example"])
def test_it_answers_to_its_own_name_only(settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    assert client.get(reverse("healthz")).status_code == 200
    assert client.get(reverse("sign-in"), headers={"host": host}).status_code == 400
