"""打印盖章稿: one A4 sheet across for a normal return, printed by Chromium and counted; the head repeats on long ones."""

import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from portal.demonstration import PASSWORD

from ..conftest import NOW
from ..factories import membership, row, submitted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("sqlite"),
]

LONG_NAME = "街道成人文化技术学校"
ACROSS = (842, 595)  # A4 in points


@pytest.fixture
def page(live_server, monkeypatch):
    """椒江's clerk, signed in, in Chromium."""
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        page = browser.new_context(base_url=live_server.url, locale="zh-CN").new_page()
        page.goto("/sign-in/")
        page.fill("[name=username],[name=login]", "jiaojiang-preparer")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("/")
        yield page
        browser.close()


@pytest.mark.parametrize(("rows", "sheets"), [(1, 1), (9, 1), (15, 1), (40, 2)])
def test_a_normal_return_is_one_sheet(page, rows, sheets):
    names = [f"椒江区第{number}{LONG_NAME}" for number in range(1, rows + 1)]
    filing = submitted(membership("jiaojiang-preparer"), *[row(name, 1, 41, 1, 18) for name in names])
    page.goto(f"/versions/{filing.latest.public_id}/print/")
    said = page.inner_text(".stamped")
    for words in ("填报人：", "负责人：", "联系电话：", "填报日期：", "单位（盖章）：", filing.latest.digest):
        assert words in said
    printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [tuple(round(float(each)) for each in size) for size in sizes] == [ACROSS] * len(sizes)
    assert len(sizes) == 1 if sheets == 1 else len(sizes) > 1
