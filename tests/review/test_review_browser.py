"""The review in Chromium: a click on a cell, a reason, its mark on the clerk's table; axe on every page of it."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from portal.demonstration import PASSWORD

from ..barriers import barriers
from ..conftest import NOW
from ..factories import membership, row, submitted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("sqlite"),
]

REVIEWER, CLERK, ADMINISTRATOR = (
    "taizhou-education-reviewer",
    "jiaojiang-preparer",
    "taizhou-education-administrator",
)


@pytest.fixture
def signed_in(live_server, monkeypatch):
    """A page of somebody, in a browser of its own; its scripts may complain of nothing."""
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)

        def sign_in(username: str):
            page = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto("/sign-in/")
            page.fill("[name=username],[name=login]", username)
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("/")
            return page

        yield sign_in
        browser.close()
    assert complaints == []


def violations(page, *addresses: str) -> list[str]:
    found = []
    for address in addresses or ("",):
        if address:
            page.goto(address)
        found += [f"{address or page.url}: {rule} {where}" for rule, where in barriers(page)]
    return found


def test_a_click_on_a_cell_gives_a_reason(signed_in):
    filing = submitted(membership(CLERK), row("海门街道社区学校", 1, 5), row("洪家街道成校", 1, 30))
    page = signed_in(REVIEWER)
    page.goto(filing.get_absolute_url())
    page.locator("td[data-note] .now").nth(1).click()
    page.keyboard.type("签到表只有4人，请核对。")
    page.keyboard.press("Escape")
    expect(page.locator("td.is-noted")).to_have_count(1)
    expect(page.locator("[data-reason-count]")).not_to_be_empty()
    assert violations(page) == []
    page.locator("[data-review] .action-bar .is-danger").click()
    page.wait_for_url(filing.get_absolute_url())
    clerk = signed_in(CLERK)
    assert violations(clerk, "/", f"/filings/{filing.public_id}/edit/") == []
    expect(clerk.locator("td .reason-mark")).to_have_count(1)
    expect(clerk.locator("#reply-1-1")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_periods_and_reviews(signed_in):
    filing = submitted(membership(CLERK), row("海门街道社区学校", 1, 5))
    assert violations(signed_in(REVIEWER), "/reviews/", f"/filings/{filing.public_id}/send-back/") == []
    period = "/taizhou/periods/2022Q1/"
    pages = ["/taizhou/periods/", period, *[f"{period}{name}/" for name in ("close", "extend")]]
    assert violations(signed_in(ADMINISTRATOR), *pages, "/taizhou/periods/2021Q4/reopen/") == []
    version = f"/versions/{filing.latest.public_id}/"
    assert violations(signed_in(CLERK), "/taizhou/periods/2021Q4/unlock/", version, f"{version}print/") == []
