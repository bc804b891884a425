"""The pages for what went wrong: there is always one, even when making it goes wrong too."""

import sqlite3
from contextlib import closing

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.template import loader
from django.test import Client

from portal.throttle import LONGEST_WAIT
from portal.views.errors import LAST_RESORT, bad_request, too_many_requests

from ..factories import started

sqlite = pytest.mark.one_database("sqlite")


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
    assert page.status_code == 503
    assert "数据库没有应答" in page.content.decode()


# --- a database that takes nothing: its own refusals, by a limit to its size and by somebody who holds it


ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def full(db):
    """SQLite says the same when the disk is full."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")


@sqlite
def test_on_a_full_disk_a_page_keeps_what_was_typed_and_says_why(request, clerk):
    filing = started(clerk)
    browser = Client(raise_request_exception=False)
    browser.force_login(clerk.user)
    request.getfixturevalue("full")
    typed = [f"{place}" * 900 for place in range(100, 300)]
    form = {f"row-{row}-provider": name for row, name in enumerate(typed)}
    form |= {"revision": filing.revision, "do": "save"}
    page = browser.post(f"/filings/{filing.public_id}/edit/", form, **ORIGIN)
    assert page.status_code == 503
    assert "磁盘已满" in page.content.decode()
    assert all(each in page.content.decode() for each in typed)
    assert page["Retry-After"]


def test_a_session_that_cannot_be_kept_is_not_a_bad_request(rf):
    """Django makes one of it, with advice that helps nobody here."""
    refused = SessionInterrupted("the session was deleted")
    refused.__context__ = OperationalError("database or disk is full")
    page = bad_request(rf.get("/"), refused)
    assert page.status_code == 503
    assert "磁盘已满" in page.content.decode()
    assert "工作簿" not in page.content.decode()


@sqlite
@pytest.mark.django_db(transaction=True)
def test_beside_somebody_who_holds_the_database_a_page_says_so_in_seconds(clerk):
    filing = started(clerk)
    browser = Client(raise_request_exception=False)
    browser.force_login(clerk.user)
    connection.close()
    waits, connection.settings_dict["OPTIONS"]["timeout"] = connection.settings_dict["OPTIONS"]["timeout"], 1
    try:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
            other.execute("BEGIN IMMEDIATE")
            form = {"revision": filing.revision, "do": "save", "row-0-provider": "海门街道社区学校"}
            page = browser.post(f"/filings/{filing.public_id}/edit/", form, **ORIGIN)
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"]["timeout"] = waits
    assert page.status_code == 503
    assert "正忙" in page.content.decode()
    assert "海门街道社区学校" in page.content.decode()
    assert browser.post(f"/filings/{filing.public_id}/edit/", form, **ORIGIN).status_code == 302


@pytest.mark.parametrize("name", ["413.html", "429.html"])
def test_every_refusal_has_a_page_in_our_look_with_a_way_on(name):
    page = loader.render_to_string(name, {"form": 2, "upload": 6})
    assert 'class="site-header"' in page
    assert '<a class="button" href="/">' in page


def test_too_many_requests_are_told_how_long_to_wait(rf, db):
    page = too_many_requests(rf.get("/"))
    assert (page.status_code, page["Retry-After"]) == (429, str(LONGEST_WAIT))
