"""A stamped copy in Chromium: dropped onto the field, attached, removed, put back; without scripts as well; axe on the pages."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from portal.demonstration import PASSWORD
from reporting.models import Evidence

from ..conftest import NOW
from ..factories import attached, membership, row, started, submitted
from . import files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("sqlite"),
]
PICTURES = os.environ.get("PORTAL_TEST_PICTURES")  # a folder: to look at


@pytest.fixture
def browser(live_server, monkeypatch):
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=quiet)
        yield found, live_server.url
        found.close()


def signed_in(browser, username: str, **context):
    found, url = browser
    page = found.new_context(base_url=url, locale="zh-CN", **context).new_page()
    page.goto("/sign-in/")
    page.fill("[name=username],[name=login]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{url}/")
    return page


def photograph(page, name: str) -> None:
    if not PICTURES:
        return
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 720})


def complaints(page) -> list[str]:
    return [
        f"{each['id']} {each['nodes'][0]['html'][:120]}" for each in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("scripts", [True, False])
def test_files_are_attached_removed_and_put_back(browser, scripts):
    clerk = membership("jiaojiang-preparer")
    filing = started(clerk)
    page = signed_in(browser, clerk.user.username, java_script_enabled=scripts)
    page.goto(reverse("filing-detail", args=[filing.public_id]))
    given = [
        ("方案.pdf", "application/pdf", files.pdf()),
        ("现场 照片.jpg", "image/jpeg", files.photograph()),
    ]
    page.set_input_files("#files", [{"name": n, "mimeType": m, "buffer": c} for n, m, c in given])
    page.click(".evidence-form button")
    rows = page.locator(".evidence-list tbody tr")
    expect(rows).to_have_count(2)
    page.click(".evidence-list tr:nth-child(1) .evidence-do a")
    expect(page.locator("h1")).to_contain_text("方案.pdf")
    page.click("form.card button.is-danger")
    expect(rows).to_have_count(1)
    page.click(".evidence-removed summary")
    page.click(".evidence-removed button")
    expect(rows).to_have_count(2)
    with page.expect_download() as download:
        page.click(".evidence-list tr:nth-child(1) td a")
    assert download.value.suggested_filename == "方案.pdf"
    if scripts:
        page.reload()  # without the message of what was just done
        expect(rows).to_have_count(2)
        assert complaints(page) == []
        photograph(page, "draft")


def test_a_bad_file_is_told_and_the_stamped_copy_reaches_the_reviewer(browser):
    clerk = membership("jiaojiang-preparer")
    attached(started(clerk), clerk, "签到汇总.pdf", files.pdf())
    filing = submitted(clerk, row("海门街道社区学校", 1, 51))
    page = signed_in(browser, clerk.user.username)
    page.goto(reverse("evidence-new", args=[filing.public_id]))
    page.set_input_files("#files", [{"name": "盖章件.pdf", "mimeType": "x/y", "buffer": b"MZ" + b"\0" * 200}])
    page.click(".evidence-form button")
    expect(page.get_by_role("alert")).to_contain_text("盖章件.pdf")
    assert complaints(page) == []
    photograph(page, "refused")
    page.set_input_files("#files", [{"name": "盖章件.jpg", "mimeType": "x/y", "buffer": files.photograph()}])
    page.click(".evidence-form button")
    expect(page.locator(".evidence-list tbody tr")).to_have_count(2)
    photograph(page, "submitted")
    page.click(".evidence-do a")
    expect(page.locator("form.card button.is-danger")).to_be_visible()
    photograph(page, "remove")
    assert complaints(page) == []
    assert Evidence.objects.attached().count() == 2
    reviewer = signed_in(browser, "taizhou-education-reviewer")
    reviewer.goto(reverse("filing-detail", args=[filing.public_id]))
    expect(reviewer.locator(".evidence-list")).to_contain_text("盖章件.jpg")
    assert complaints(reviewer) == []
    photograph(reviewer, "review")
