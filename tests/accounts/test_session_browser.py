"""The session ends under the hands of somebody who types, in Chromium: nothing typed is lost."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal import clock
from portal.demonstration import PASSWORD
from reporting.models import Filing

from ..conftest import NOW
from ..factories import membership, started

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]

CLERK, NEIGHBOUR = "jiaojiang-preparer", "huangyan-preparer"
SAVE = ".action-bar [name=do][value=save]"
SHOWN = {
    "soon": "[data-show=soon]",
    "over": "[data-show=over]",
    "other": "[data-show=other]",
    "again": "[data-show=again]",
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def filing(live_server, monkeypatch) -> Filing:
    """A return that the clerk has begun; the server's clock shows the tests' time."""
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())
    with clock.frozen(NOW):
        return started(membership(CLERK))


@pytest.fixture
def open_page(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """`open_page(javascript=False)`: a browser of its own. Nothing may go wrong on its console."""
    contexts, complaints = [], []

    def new(javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="zh-CN", java_script_enabled=javascript
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def quick(settings):
    """Open pages look at their session every second."""
    settings.SESSION_CHECK = 1


def sign_in(page: Page, username: str) -> None:
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    form = page.locator("form.card")
    form.locator("[name=username]").fill(username)
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button").first.click()


def cell(page: Page, row: int, code: str):
    return page.locator(f"[name=row-{row}-{code}]")


def saved(filing: Filing) -> list[dict]:
    return Filing.objects.get(pk=filing.pk).draft.rows


def end_every_session() -> None:
    Session.objects.all().delete()


def test_signing_in_again_in_place_loses_nothing(open_page, filing, quick):
    page = open_page()
    sign_in(page, CLERK)
    page.goto(reverse("filing-edit", args=[filing.public_id]))
    cell(page, 1, "provider").fill("海门街道社区学校")
    cell(page, 1, "training_sessions").fill("3")
    end_every_session()
    cell(page, 1, "training_attendances").fill("123")
    expect(page.locator(SHOWN["over"])).to_be_visible()
    cell(page, 1, "outreach_sessions").fill("2")  # and goes on typing
    cell(page, 1, "outreach_attendances").fill("51")
    page.locator(SAVE).click()  # is held back
    expect(cell(page, 1, "training_attendances")).to_have_value("123")

    with page.context.expect_page() as opened:
        page.locator("[data-again]").click()
    tab = opened.value
    sign_in(tab, CLERK)
    tab.wait_for_url("**/account/session/again/")
    tab.close()

    expect(page.locator(SHOWN["again"])).to_be_visible()
    page.locator(SAVE).click()
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    values = saved(filing)[0]
    assert values["provider"] == "海门街道社区学校"
    assert [values["values"][code] for code in ("training_sessions", "training_attendances")] == ["3", "123"]
    assert [values["values"][code] for code in ("outreach_sessions", "outreach_attendances")] == ["2", "51"]


def test_without_scripts_what_was_typed_comes_back(open_page, filing):
    page = open_page(javascript=False)
    sign_in(page, CLERK)
    page.goto(reverse("filing-edit", args=[filing.public_id]))
    cell(page, 1, "provider").fill("海门街道社区学校")
    cell(page, 1, "training_attendances").fill("约50\u3000人")
    end_every_session()
    page.locator(SAVE).click()
    expect(page.locator("input[type=hidden][name=row-1-provider]")).to_have_value("海门街道社区学校")
    with page.context.expect_page() as opened:
        page.locator("main a[target=_blank]").click()
    sign_in(opened.value, CLERK)
    for _ in range(2):  # the first time the page still carries the token of the old session
        page.locator("main form button").click()
        page.wait_for_load_state()
    assert saved(filing)[0]["values"]["training_attendances"] == "约50\u3000人"


def test_nothing_is_sent_as_somebody_else(open_page, filing, quick):
    page = open_page()
    sign_in(page, CLERK)
    page.goto(reverse("filing-edit", args=[filing.public_id]))
    cell(page, 1, "training_attendances").fill("12")
    page.wait_for_timeout(3000)
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")
    before = saved(filing)
    tab = page.context.new_page()
    tab.goto("/")
    tab.locator("form[action='/sign-out/'] button").dispatch_event("click")
    tab.wait_for_url("**/sign-in/**")
    sign_in(tab, NEIGHBOUR)
    expect(page.locator(SHOWN["other"])).to_be_visible()
    cell(page, 1, "training_attendances").fill("123")
    page.locator(SAVE).click()
    page.wait_for_timeout(2000)
    expect(cell(page, 1, "training_attendances")).to_have_value("123")
    assert saved(filing) == before


def test_it_warns_before_the_end_and_one_can_stay(open_page, filing, settings):
    settings.SESSION_IDLE, settings.SESSION_WARNING, settings.SESSION_CHECK = 120, 118, 1
    page = open_page()
    sign_in(page, CLERK)
    expect(page.locator(SHOWN["soon"])).to_be_visible()
    settings.SESSION_IDLE = 1800  # staying brings the whole time back
    page.locator("[data-stay]").click()
    expect(page.locator(SHOWN["soon"])).to_be_hidden()
    assert page.locator("[data-session]").is_hidden()
