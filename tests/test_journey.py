"""A quarter's return from sign-in to the figures, in Chromium and in Chinese; with and without scripts; with axe.

The pictures in docs/screenshots are taken on the way: PORTAL_SCREENSHOTS=1 PORTAL_TEST_ONLY=postgresql script/test tests/test_journey.py
"""

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from portal.demonstration import PASSWORD
from reporting.exports import jobs
from reporting.models import Job

from . import live
from .barriers import barriers
from .conftest import NOW
from .live import zh

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]

CLERK, REVIEWER = "jiaojiang-preparer", "taizhou-education-reviewer"
ACCEPT = "Accept"
NEIGHBOUR = "huangyan-preparer"
SCREEN = {"width": 1440, "height": 900}
PICTURES = live.ROOT / "docs" / "screenshots"
# What the clerk of 椒江 types beside last year's providers: 场 and 人次 of both pairs, then videos, textbooks, cases.
FIGURES = [
    (1, 42, 1, 17, 0, 0, 0),
    (1, 46, 0, 0, 0, 0, 0),
    (1, 8, 0, 0, 0, 0, 0),
    (1, 41, 1, 15, 0, 0, 0),
    (1, 52, 1, 19, 1, 0, 0),
    (1, 61, 1, 23, 0, 0, 1),
]
TOTALS = [sum(column) for column in zip(*FIGURES, strict=True)]
PROVIDERS = [
    "椒江区社区学院",
    "葭沚街道成校",
    "洪家街道成校",
    "下陈街道成校",
    "章安街道成校",
    "大陈镇社区学校",
]
EXPLANATION = "当日台风预警，报名四十人，实到八人，签到表可查。"

expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    quiet = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def stage(monkeypatch, live_server):
    """The facts and the accounts, and a server whose clock shows what the tests' does."""
    monkeypatch.setenv("PORTAL_NOW", NOW.isoformat())


@pytest.fixture
def new_page(chromium, live_server) -> Iterator[Callable[..., Page]]:
    """A page in a browser of its own. Nothing may be said on its console, by the end of the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**options) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.set_default_navigation_timeout(30_000)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def complaint(message: ConsoleMessage) -> list[str]:
    """What the browser complains of. That a rejected form is answered with 422 is no complaint of ours."""
    is_rejected_form = "status of 422" in message.text
    return [] if message.type not in ("error", "warning") or is_rejected_form else [message.text]


def test_a_return_from_sign_in_to_the_figures(new_page):
    live.play_the_year()
    clerk = new_page()
    clerk.goto("/")
    expect(clerk.locator("html")).to_have_attribute("lang", "zh-hans")
    looked_at(clerk, "sign-in")
    sign_in(clerk, CLERK)
    expect(heading(clerk)).to_have_text(zh("My tasks"))
    looked_at(clerk, "my-tasks-clerk")

    button(clerk, "Fill in").click()
    assert [clerk.locator(f"[name=row-{row}-provider]").input_value() for row in range(1, 7)] == PROVIDERS
    type_figures(clerk)
    mend_what_was_rejected(clerk)
    explain_what_is_unusual(clerk)

    expect(heading(clerk)).to_contain_text("椒江")
    expect(heading(clerk)).to_contain_text("2022年第一季度")
    expect(official_total(clerk)).to_have_text(list(map(str, TOTALS)))
    looked_at(clerk, "confirm")
    button(clerk, "Submit").click()
    expect(heading(clerk)).to_have_text(zh("Receipt of version %(number)s", number=1))
    expect(clerk.locator("main")).to_contain_text("taizhou-2022Q1-jiaojiang-1-")
    expect(official_total(clerk)).to_have_text(list(map(str, TOTALS)))
    looked_at(clerk, "receipt")
    sign_out(clerk)
    expect(heading(clerk)).to_have_text(zh("Sign in"))

    reviewer = new_page()
    sign_in(reviewer, REVIEWER)
    review_and_accept(reviewer)
    find_the_figures(reviewer)


def type_figures(page: Page) -> None:
    """By keyboard alone; two slips of the hand among them."""
    slips = {(0, 1): "约50", (1, 0): "-1"}
    page.locator("[name=row-1-training_sessions]").focus()
    for row, figures in enumerate(FIGURES):
        for column, figure in enumerate(figures):
            page.keyboard.type(slips.get((row, column), str(figure)))
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")  # past the next row's provider
    expect(page.locator("[data-total=outreach_attendances]")).to_have_text(str(TOTALS[3]))


def mend_what_was_rejected(page: Page) -> None:
    """Each open point is a link to its place; the button says why it does not go on; everything typed is there."""
    submit, points = button(page, "Check and submit…"), page.locator("#points").get_by_role("link")
    expect(points).to_have_count(3)
    expect(points.nth(0)).to_contain_text("约50")
    expect(submit).to_be_disabled()
    expect(page.locator("#why-not")).to_contain_text("2")
    expect(submit).to_have_attribute("aria-describedby", "why-not")
    looked_at(page, "filing-grid-with-problems")
    expect(page.locator("[name=row-6-outreach_attendances]")).to_have_value("23")
    for name, figure in [("row-1-training_attendances", 42), ("row-2-training_sessions", 1)]:
        cell = page.locator(f"[name={name}]")
        expect(cell).to_have_attribute("aria-invalid", "true")
        expect(points.nth(0)).to_have_attribute("href", f"#{name}")
        points.nth(0).click()
        expect(cell).to_be_focused()
        cell.press("Control+a")
        page.keyboard.type(str(figure))
        expect(points.nth(0)).not_to_have_attribute("href", f"#{name}")
    expect(page.locator("[data-total=training_attendances]")).to_have_text(str(TOTALS[1]))


def explain_what_is_unusual(page: Page) -> None:
    """Eight people in one session: not wrong, but it has to be explained before anything is submitted."""
    expect(heading(page)).to_contain_text("2022年第一季度")
    submit, questions = button(page, "Check and submit…"), page.locator("textarea[name^=explain-]")
    expect(questions).to_have_count(1)
    expect(submit).to_be_disabled()
    questions.fill("属实")
    expect(questions).to_have_attribute("aria-invalid", "true")
    looked_at(page)
    questions.fill(EXPLANATION)
    expect(submit).to_be_enabled()
    submit.click()
    expect(page).to_have_url(re.compile("/submit/(#|$)"))
    expect(page.locator("main")).to_contain_text(EXPLANATION)


def review_and_accept(page: Page) -> None:
    """The return waits on the reviewer's first page; accepting asks once more."""
    waiting = page.get_by_role("listitem").filter(has_text="椒江区")
    expect(waiting).to_contain_text("2022年第一季度")
    looked_at(page, "my-tasks-reviewer")
    waiting.get_by_role("link", name=zh("Review"), exact=True).click()
    under_review = page.locator("table.review-table tr.total").get_by_role("cell")
    expect(under_review).to_have_text([re.compile(rf"^\s*{total}\b") for total in TOTALS])
    expect(page.locator("main")).to_contain_text(EXPLANATION)
    looked_at(page, "review")
    page.once("dialog", lambda dialog: dialog.accept())
    button(page, ACCEPT).click()
    expect(
        page.get_by_text(zh("The %(return)s is accepted; its figures now count.", **{"return": "季报"}))
    ).to_be_visible()


def find_the_figures(page: Page) -> None:
    """In the statistics table, in targets and progress, and in the official workbook."""
    in_navigation(page, "Statistics table")
    county = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="椒江区教育局"))
    expect(county.locator("td.number")).to_have_text(list(map(str, TOTALS)))
    expect(page.locator("tr.total td.number")).to_have_text(list(map(str, TOTALS)))

    county.get_by_role("link").first.click()
    expect(official_total(page)).to_have_text(list(map(str, TOTALS)))
    name, sheet = downloaded(page)
    assert name == "台州市老年人智能技术日常应用普及行动进展情况统计表（2022年第一季度）—椒江区教育局.xlsx"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7, max_row=13, max_col=8)]
    typed = [[provider, *figures] for provider, figures in zip(PROVIDERS, FIGURES, strict=True)]
    assert rows == [*typed, ["合计", *TOTALS]]

    in_navigation(page, "Targets and progress")
    heat = page.get_by_role("region", name=zh("Every tenant"))
    county = heat.get_by_role("row").filter(has=page.get_by_role("rowheader", name="椒江"))
    shown = [re.search(r"(\d+) / \d+", cell) for cell in county.get_by_role("cell").all_inner_texts()]
    assert [int(each[1]) for each in shown if each] == TOTALS[:3]  # no task for the rest


def test_the_same_return_without_scripts(new_page):
    """Nothing on the way needs JavaScript: adding rows, the checks, submitting, accepting."""
    clerk = new_page(java_script_enabled=False)
    sign_in(clerk, NEIGHBOUR)
    button(clerk, "Fill in").click()
    rows = clerk.locator("[name^=row-][name$=-provider]")
    before = rows.count()
    clerk.locator("[name=row-1-provider]").fill("黄岩区社区学院")
    clerk.locator("[name=row-1-training_sessions]").fill("2")
    button(clerk, "Add rows").click()
    expect(rows).not_to_have_count(before)
    expect(clerk.locator("[name=row-1-training_sessions]")).to_have_value("2")
    clerk.locator("[name=row-1-training_attendances]").fill("２万")
    button(clerk, "Check and submit…").click()
    expect(clerk.get_by_role("alert").get_by_role("link")).not_to_have_count(0)
    clerk.locator("[name=row-1-training_attendances]").fill("88")
    button(clerk, "Fill blank cells of named rows with 0").click()
    expect(clerk.locator("[name=row-1-cases]")).to_have_value("0")
    button(clerk, "Check and submit…").click()
    expect(official_total(clerk)).to_have_text(["2", "88", "0", "0", "0", "0", "0"])
    button(clerk, "Submit").click()
    expect(heading(clerk)).to_have_text(zh("Receipt of version %(number)s", number=1))

    reviewer = new_page(java_script_enabled=False)
    sign_in(reviewer, REVIEWER)
    reviewer.get_by_role("link", name=zh("Review"), exact=True).click()
    button(reviewer, ACCEPT).click()
    expect(
        reviewer.get_by_text(zh("The %(return)s is accepted; its figures now count.", **{"return": "季报"}))
    ).to_be_visible()
    in_navigation(reviewer, "Statistics table")
    expect(reviewer.locator("tr.total td.number")).to_have_text(["2", "88", "0", "0", "0", "0", "0"])


def test_the_pages_of_the_city_have_no_barriers(new_page):
    live.play_the_year()
    page = new_page()
    sign_in(page, REVIEWER)
    for address, name in [
        ("/taizhou/rollup/?period=2021Q4&cumulative=1", "statistics-table"),
        ("/taizhou/rollup/?period=2021Q4&tenant=sanmen", ""),
        ("/taizhou/progress/?period=2021Q4", "progress-city"),
        ("/taizhou/board/?year=2021", "board"),
        ("/taizhou/targets/?year=2021", "target-table"),
        ("/taizhou/definitions/", ""),
        ("/filings/", ""),
        ("/exports/", ""),
        ("/account/password/", ""),
    ]:
        page.goto(address)
        looked_at(page, name)
    page.goto("/taizhou/progress/?period=2021Q4")
    page.get_by_role("region", name=zh("Every tenant")).scroll_into_view_if_needed()
    picture(page, "heat-map")


def test_the_pages_of_other_roles_have_no_barriers(new_page):
    live.play_the_year()
    shanghai = new_page()
    sign_in(shanghai, "shanghai-civil-affairs-reviewer")
    shanghai.goto("/shanghai/progress/?period=2021Q4")
    looked_at(shanghai, "progress-shanghai")
    shanghai.goto("/shanghai/rollup/?period=2021Q4")
    looked_at(shanghai)
    administrator = new_page()
    sign_in(administrator, "taizhou-education-administrator")
    for address in ("/people/", "/history/", "/taizhou/assessment/weights/"):
        administrator.goto(address)
        looked_at(administrator)


def test_a_quarter_is_published_and_read(new_page):
    """From the list to the preview to the release, which a county then reads; none of it with a barrier."""
    live.play_the_year()
    city = new_page()
    sign_in(city, "taizhou-education-administrator")
    in_navigation(city, "Releases")
    looked_at(city, "releases")
    city.get_by_role("link", name="2021年第2期").click()
    expect(city.get_by_role("heading", level=2).first).to_contain_text("2 ")
    city.locator(".release-changed summary").click()
    looked_at(city, "release")
    city.goto("/taizhou/releases/")
    city.get_by_role("link", name=zh("Publish a period…")).click()
    expect(button(city, "Publish")).to_be_visible()
    looked_at(city, "release-preview")
    city.once("dialog", lambda dialog: dialog.accept())
    button(city, "Publish").click()
    expect(city.get_by_text("299", exact=True)).not_to_have_count(0)

    county = new_page()
    sign_in(county, CLERK)
    in_navigation(county, "Releases")
    expect(county.locator("main table tbody tr")).to_have_count(3)
    county.locator("main table tbody a").first.click()
    expect(county.locator("article.release")).to_contain_text("珠岙镇成校")
    looked_at(county)


def test_a_figure_of_the_assessment_says_how_it_was_reckoned(new_page):
    """When it is pointed at, and by keyboard alone."""
    live.play_the_year()
    page = new_page()
    sign_in(page, REVIEWER)
    page.goto("/taizhou/assessment/?through=2021Q4")
    figure = page.locator(".told", has_text="88.5%")
    told = page.locator(".why", has_text="885 ÷ 1000 = 88.5%")
    expect(told).to_be_hidden()
    figure.hover()
    expect(told).to_be_visible()
    page.mouse.move(0, 0)
    expect(told).to_be_hidden()
    page.locator("main .table-frame").focus()
    for _stop in range(60):
        page.keyboard.press("Tab")
        if told.is_visible():
            break
    expect(figure).to_be_focused()
    looked_at(page, "assessment")


def test_an_exports_progress_renews_itself(new_page, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")
    page = new_page()
    sign_in(page, REVIEWER)
    in_navigation(page, "Exports")
    page.get_by_role("button", name=f"{zh('Official attachments')} ZIP", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    looked_at(page)

    jobs.run(str(Job.objects.get().public_id))

    download = page.get_by_role("link", name=zh("Download"), exact=True)
    expect(download).to_be_visible()
    with page.expect_download() as begun:
        download.click()
    assert begun.value.suggested_filename.endswith("（2022年第一季度）—台州市.zip")


# --- where things are, and how they are done


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=username]:visible").fill(username)
    page.locator("input[name=password]:visible").fill(PASSWORD)
    button(page, "Sign in").click()
    expect(heading(page)).to_have_text(zh("My tasks"))


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").last.click()
    button(page, "Sign out").click()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def button(page: Page, text: str) -> Locator:
    return page.get_by_role("button", name=zh(text), exact=True)


def in_navigation(page: Page, text: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=zh(text), exact=True).click()
    expect(heading(page)).to_contain_text(zh(text))


def official_total(page: Page) -> Locator:
    """The figures of the row 合计 of the official table."""
    total = page.get_by_role("rowheader", name="合计", exact=True)
    return page.locator("section.official").get_by_role("row").filter(has=total).get_by_role("cell")


def downloaded(page: Page) -> tuple[str, Worksheet]:
    """The name and the first sheet of the official workbook that the page offers."""
    with page.expect_download() as begun:
        page.get_by_role("link", name=zh("Official Excel attachment"), exact=True).click()
    return begun.value.suggested_filename, load_workbook(
        io.BytesIO(begun.value.path().read_bytes())
    ).worksheets[0]


def looked_at(page: Page, name: str = "") -> None:
    """No barrier that axe knows of; and a picture, if it has a name."""
    if name:
        picture(page, name)
    assert barriers(page) == [], page.url


def picture(page: Page, name: str) -> None:
    if os.environ.get("PORTAL_SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
