"""A return filled in by file, in Chromium and in Chinese: download, fill in, upload, preview, confirm, submit.

Pictures of the pages: PORTAL_PICTURES=<folder> script/test tests/imports/test_journey.py
"""

import io
import os
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from reporting.models import Filing

from .. import live
from ..factories import membership
from ..live import zh
from ..test_journey import CLERK, EXPLANATION, button, chromium, new_page, sign_in, stage  # noqa: F401 -- fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]

FIGURES = [(1, 42, 1, 17, 0, 0, 0), (1, 46, 0, 0, 0, 0, 0), (1, 38, 0, 0, 0, 0, 0), (1, 41, 1, 15, 0, 0, 0),
           (1, 52, 1, 19, 1, 0, 0), (1, 61, 1, 23, 0, 0, 1)]  # fmt: skip
PICTURES = os.environ.get("PORTAL_PICTURES", "")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_return_is_filled_in_by_file(new_page, tmp_path, settings, javascript):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "files"
    live.play_the_year()
    page = new_page(java_script_enabled=javascript, accept_downloads=True)
    sign_in(page, CLERK)
    button(page, "Fill in").first.click()
    page.get_by_role("link", name=zh("Fill in by file")).click()
    expect(page.get_by_role("link", name=zh("Download for filling in"))).to_be_visible()
    looked_at(page, "empty")
    with page.expect_download() as waited:
        page.get_by_role("link", name=zh("Download for filling in")).click()
    assert waited.value.suggested_filename.endswith("（2022年第一季度）—椒江区教育局.xlsx")
    waited.value.save_as(tmp_path / "下载.xlsx")

    upload(page, filled_in(tmp_path / "下载.xlsx", C9="约38", H13=9, B7=1.5))
    expect(page.get_by_role("alert")).to_contain_text(zh("Download my file, marked"))
    assert page.locator(".import-problems tbody tr").count() == 3
    looked_at(page, "problems")
    with page.expect_download() as waited:
        page.get_by_role("link", name=zh("Download my file, marked")).click()
    waited.value.save_as(tmp_path / "标注.xlsx")

    page.get_by_role("link", name=zh("Upload the corrected file")).click()
    upload(page, corrected(tmp_path / "标注.xlsx", C9="３８", H13=1, B7=1))
    expect(page.locator("h1")).to_contain_text("椒江")
    expect(page.locator(".import-notices")).to_contain_text("３８")
    looked_at(page, "preview")
    page.get_by_role("button", name=zh("Take over into the draft")).click()
    expect(page.locator("[name=row-3-training_attendances]")).to_have_value("３８")
    submit(page)
    filing = Filing.objects.get(tenant=membership("jiaojiang-preparer").tenant, period__code="2022Q1")
    assert filing.latest.lines.count() == len(FIGURES)
    assert [line.values["training_attendances"] for line in filing.latest.lines.all()] == [
        row[1] for row in FIGURES
    ]


def filled_in(path: Path, **wrong: object) -> Path:
    """The downloaded file after somebody typed the figures into it."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    for row, figures in enumerate(FIGURES, start=7):
        for column, value in enumerate(figures, start=2):
            sheet.cell(row, column).value = value
    return saved(workbook, path, wrong)


def corrected(path: Path, **right: object) -> Path:
    workbook = load_workbook(io.BytesIO(path.read_bytes()))
    assert workbook.worksheets[0]["C9"].comment
    return saved(workbook, path, right)


def saved(workbook, path: Path, values: dict) -> Path:
    for address, value in values.items():
        workbook.worksheets[0][address] = value
    target = path.with_name(f"填好的{path.name}")
    workbook.save(target)
    return target


def upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name=zh("Upload and preview")).click()


def submit(page: Page) -> None:
    button(page, "Check and submit…").click()
    for answer in page.locator("textarea[name^=explain-]").all():
        answer.fill(EXPLANATION)
        button(page, "Check and submit…").click()
    button(page, "Submit").click()
    expect(page.locator("main")).to_contain_text("taizhou-2022Q1-jiaojiang-1-")


def looked_at(page: Page, name: str) -> None:
    """Nothing is wider than the screen, at any size; the pictures on request."""
    for width, height in ((1440, 900), (1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/import-{name}-{width}.png", full_page=width == 390)
    page.set_viewport_size({"width": 1440, "height": 900})
