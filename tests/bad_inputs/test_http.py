"""Every request of the table: answered with a status that is right, never with a fault of ours, and nothing is written."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

from portal.models import HistoryEntry, Invitation, Membership
from reporting.models import Draft, Filing, Job, Version

from ..factories import membership, started
from ..routes import World, routes
from ..selection import few, one_of_each
from .http import FIELD_NAMES, METHODS, ROWS, Bad

pytestmark = pytest.mark.one_database("postgresql")

ROUTES = routes()
FORM_TYPE = {"content_type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def one_host():
    with override_settings(ALLOWED_HOSTS=["testserver", "localhost"]):
        yield


def send(scene: World, bad: Bad):
    browser = Client(enforce_csrf_checks=bad.checks_csrf, raise_request_exception=False)
    if bad.who:
        browser.force_login(membership(bad.who).user)
    path = bad.path.format_map(
        {
            "filing": scene.filing.public_id,
            "version": scene.filing.accepted.public_id,
            "export": scene.export.public_id,
        }
    )
    headers = dict(bad.headers)
    extra = {}
    if "Content-Length" in headers:
        extra["CONTENT_LENGTH"] = headers.pop("Content-Length")
    if "Host" in headers:
        extra["HTTP_HOST"] = headers.pop("Host")
    if "Cookie" in headers:
        extra["HTTP_COOKIE"] = headers.pop("Cookie")
    content_type = headers.pop("Content-Type", "")
    return browser.generic(bad.method, path, bad.body, content_type=content_type, headers=headers, **extra)


def written() -> list[int]:
    return [
        model.objects.count() for model in (HistoryEntry, Filing, Draft, Version, Job, Invitation, Membership)
    ]


@pytest.mark.parametrize(
    "bad",
    one_of_each(ROWS, lambda bad: (bad.row, bad.method, *sorted(bad.statuses), bad.who)),
    ids=lambda bad: f"{bad.row} {bad.method} {bad.path[:60]}",
)
def test_a_bad_request_is_refused_and_writes_nothing(bad: Bad, scene, db):
    before = written()
    response = send(scene, bad)
    assert response.status_code in bad.statuses
    assert written() == before
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "evil" not in response.headers.get("Location", "").split("next=")[0]
    assert "bad" not in response.cookies
    assert b"Traceback" not in getattr(response, "content", b"")


@pytest.mark.parametrize("name", few(FIELD_NAMES, 2))
def test_a_draft_takes_a_form_with_a_field_of_any_name(name, neighbour, as_):
    filing = started(neighbour)
    form = f"revision={filing.revision}&do=save&{name}=%00x".encode()
    response = as_(neighbour).generic("POST", f"/filings/{filing.public_id}/edit/", form, **FORM_TYPE)
    assert response.status_code == 302
    assert as_(neighbour).get(f"/filings/{filing.public_id}/edit/").status_code == 200


@pytest.mark.parametrize("method", few(METHODS, 1))
@pytest.mark.parametrize("who", [None, "taizhou-education-reviewer"], ids=["anonymous", "reviewer"])
@pytest.mark.slow("every address there is")
def test_no_address_takes_a_method_that_no_page_offers(method, who, scene, db):
    answers = {
        route.name: send(scene, Bad("E06", method, scene.address(route), {405}, who=who)).status_code
        for route in ROUTES
    }
    assert answers == dict.fromkeys(answers, 405)


@pytest.mark.parametrize(("row", "status"), [("E21", 413), ("E21", 400), ("E18", 400), ("E29", 403)])
def test_what_is_refused_gets_a_page_of_ours_in_the_persons_language(row, status, scene, db):
    bad = next(each for each in ROWS if each.row == row and each.statuses == {status})
    page = send(scene, bad).content.decode()
    assert '<html lang="zh-hans">' in page
    assert "<h1>" in page


def test_there_is_no_admin_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
