"""The pages for what went wrong: there is always one, even when making it goes wrong too."""

import pytest
from django.db import OperationalError
from django.template import loader
from django.test import Client

from portal.throttle import LONGEST_WAIT
from portal.views.errors import LAST_RESORT, too_many_requests


def breaking(*args, **kwargs):
    raise RuntimeError("a fault of ours")


@pytest.fixture
def faulty(monkeypatch, clerk):
    """The browser of somebody who meets a page with a fault."""
    monkeypatch.setattr("portal.views.health.render", breaking)
    browser = Client(raise_request_exception=False)
    browser.force_login(clerk.user)
    return browser


def test_a_fault_of_ours_gets_our_page_and_no_detail(faulty):
    page = faulty.get("/components/")
    assert page.status_code == 500
    assert "<h1>" in page.content.decode()
    assert "RuntimeError" not in page.content.decode()


def test_when_the_page_for_a_fault_fails_too_a_plain_one_is_left(faulty, monkeypatch):
    monkeypatch.setattr(loader, "render_to_string", breaking)
    page = faulty.get("/components/")
    assert (page.status_code, page.content) == (500, LAST_RESORT)
    assert "系统出错" in page.content.decode()


def test_an_error_page_that_fails_ends_as_a_fault_of_ours(faulty, monkeypatch):
    monkeypatch.setattr("reporting.home.context.programmes_of", breaking)
    page = faulty.get("/nothing/here/")
    assert page.status_code == 500
    assert "<h1>" in page.content.decode()


def test_without_a_database_there_is_still_a_page(faulty, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("portal.middleware.memberships_of", gone)
    page = faulty.get("/")
    assert page.status_code == 500
    assert "<h1>" in page.content.decode()


@pytest.mark.parametrize("name", ["413.html", "429.html"])
def test_every_refusal_has_a_page_in_our_look_with_a_way_on(name):
    page = loader.render_to_string(name, {"form": 2, "upload": 6})
    assert 'class="site-header"' in page
    assert '<a class="button" href="/">' in page


def test_too_many_requests_are_told_how_long_to_wait(rf, db):
    page = too_many_requests(rf.get("/"))
    assert (page.status_code, page["Retry-After"]) == (429, str(LONGEST_WAIT))
