"""The filing page without barriers: axe in each of its states, 200 % zoom, findings at the cell, a clerk at the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from reporting.models import Filing

from ...barriers import barriers
from .conftest import CLERK, HEAD, cell, is_saved, paste, stored
from .test_saving import type_row

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]
A, B = "training_sessions", "training_attendances"
NINE = [
    (f"第{name}街道社区学校", (1, 40 + number, 1, 15 + number, 0, 0, 0))
    for number, name in enumerate("甲乙丙丁戊己庚辛壬")
]


def has_no_barriers(page: Page) -> None:
    assert barriers(page) == []


def test_it_has_no_barriers_in_any_state(open_grid, filing):
    page = open_grid()
    is_saved(page)
    has_no_barriers(page)
    type_row(page, 1, "海门街道社区学校", ["约50", 8, 1, 1])
    type_row(page, 2, "海门街道社区学", [1, 8])
    is_saved(page)
    cell(page, 1, A).focus()
    expect(page.locator(".has-error .cell-message").first).to_be_visible()
    has_no_barriers(page)
    cell(page, 3).focus()
    page.keyboard.press("Control+/")
    has_no_barriers(page)
    page.keyboard.press("Escape")
    cell(page, 1, A).focus()
    paste(page, "1\t2")
    has_no_barriers(page)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    cell(page, 1, A).fill("9")
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "offline")
    has_no_barriers(page)


def test_it_has_no_barriers_while_it_asks(open_grid, filing):
    one, other = open_grid(CLERK), open_grid(HEAD)
    is_saved(one)
    type_row(one, 1, "海门街道社区学校", [1, 41])
    is_saved(one)
    other.reload()
    is_saved(other)
    one.context.set_offline(True)
    cell(one, 1, B).fill("43")
    cell(other, 1, B).fill("42")
    is_saved(other)
    one.context.set_offline(False)
    cell(one, 1, B).focus()
    expect(one.locator("[data-conflict]")).to_be_visible(timeout=30_000)
    has_no_barriers(one)


def test_it_can_be_used_at_twice_the_size(open_grid):
    page = open_grid(viewport={"width": 640, "height": 360}, device_scale_factor=2)
    is_saved(page)
    cell(page, 1, A).focus()
    page.keyboard.type("7")
    expect(cell(page, 1, A)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-submit]")).to_be_in_viewport()


def test_it_says_what_is_open_and_why_it_does_not_submit(open_grid):
    page = open_grid()
    is_saved(page)
    type_row(page, 1, "海门街道社区学校", ["约50", 8, 1, 15, 0, 0, 0])
    cell(page, 2).focus()
    point = page.locator("#points a").first
    expect(point).to_contain_text("约50")
    button = page.locator("[data-submit]")
    expect(button).to_be_disabled()
    assert page.locator(f"#{button.get_attribute('aria-describedby')}").inner_text()
    point.click()
    expect(cell(page, 1, A)).to_be_focused()
    described = cell(page, 1, A).get_attribute("aria-describedby")
    expect(page.locator(f"#{described}")).to_contain_text("约50")
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    link = page.locator(f"#row-1-{B}-message a")
    expect(link).to_be_visible()
    link.click()
    area = page.locator("textarea[name^=explain-]")
    expect(area).to_be_focused()
    page.keyboard.type("当日台风预警，报名四十人，实到八人，签到表可查。")
    expect(button).to_be_enabled()
    expect(page.locator("#points")).to_be_hidden()


def test_a_clerk_files_nine_rows_by_keyboard(open_grid, filing):
    """No more keystrokes than typing the same figures in a spreadsheet, plus ten."""
    page = open_grid()
    is_saved(page)
    cell(page, 1).focus()
    pressed = 0
    for provider, figures in NINE:
        for text in (provider, *map(str, figures)):
            page.keyboard.insert_text(text) if text == provider else page.keyboard.type(text)
            page.keyboard.press("Tab")
            pressed += len(text) + 1
    spreadsheet = sum(len(text) + 1 for provider, figures in NINE for text in (provider, *map(str, figures)))
    is_saved(page)
    expect(page.locator("[data-submit]")).to_be_enabled()
    page.locator("[data-submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/submit/")
    page.locator("main form button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/versions/**")
    assert pressed + 2 <= spreadsheet + 10
    assert Filing.objects.get(pk=filing.pk).latest.lines.count() == 9


def test_it_chooses_a_known_provider(open_grid, filing, django_db_blocker):
    from reporting.providers import actions
    from tests.factories import membership

    by = membership(CLERK)
    known = actions.add_provider(by.tenant, "海门街道社区学校", by=by)
    actions.change_provider(known, name=known.name, aliases=["海门成校"], is_active=True, revision=1, by=by)
    page = open_grid()
    is_saved(page)
    cell(page, 1).focus()
    page.keyboard.type("成校")
    options = page.locator(".cell-choices [role=option]")
    expect(options).to_have_count(1)
    expect(cell(page, 1)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(cell(page, 1)).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    has_no_barriers(page)
    page.keyboard.press("Enter")
    expect(cell(page, 1)).to_have_value("海门街道社区学校")
    is_saved(page)
    assert stored(filing)[0][0] == "海门街道社区学校"


def test_it_stays_quick_with_two_hundred_rows(open_grid, filing):
    page = open_grid()
    is_saved(page)
    cell(page, 1).focus()
    paste(page, "\n".join(f"第{number}校\t1\t40\t0\t0\t0\t0\t0" for number in range(1, 201)))
    page.wait_for_timeout(500)
    is_saved(page)
    page.reload()
    is_saved(page)
    took = page.evaluate(
        """async () => {
            const cell = document.querySelector("[name=row-100-videos]");
            const start = performance.now();
            cell.focus();
            for (const text of ["1", "12", "123"]) {
                cell.value = text;
                cell.dispatchEvent(new Event("input", {bubbles: true}));
                await new Promise((done) => requestAnimationFrame(done));
            }
            return performance.now() - start;
        }"""
    )
    timing = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    print(
        "typing",
        round(took),
        "ms; page",
        round(timing["responseEnd"]),
        "ms, ready",
        round(timing["domContentLoadedEventEnd"]),
        "ms",
    )
    assert took < 1500
