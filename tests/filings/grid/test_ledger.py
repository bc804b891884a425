"""Figures of the activity ledger in the grid: they follow the server, and no key types over them. What is pasted there is
kept and told, with the way to have it reported."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal import clock

from ...conftest import NOW
from ...factories import course, ledger_user, membership, recorded
from ..test_typed_beside_computed import workbook
from .conftest import CLERK, cell, is_saved, paste, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]
NAME = "海门街道社区学校"


@pytest.fixture
def recorder(filing):
    """Somebody who records activities in the ledger meanwhile."""

    def record(*activities) -> None:
        with clock.frozen(NOW):
            recorded(membership(CLERK), *activities)

    with clock.frozen(NOW):
        ledger_user(membership(CLERK), NAME)
    record(course(NAME, attendances=41), course(NAME, "2022-03-12", 39))
    return record


def looked_at(page, name: str) -> None:
    """Pictures on request: LEDGER_PICTURES=<folder>."""
    if "LEDGER_PICTURES" in os.environ:
        for width, height in ((1440, 900), (1280, 720), (390, 800)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(
                path=f"{os.environ['LEDGER_PICTURES']}/{name}-{width}.png", full_page=name != "ledger"
            )
        page.set_viewport_size({"width": 1440, "height": 900})


def figure(page, column: str):
    return page.locator(f"[name=row-1-{column}] ~ .computed-figure")


def test_it_is_shown_followed_and_not_typed_over(open_grid, filing, recorder):
    page = open_grid()
    expect(cell(page, 1)).to_have_value(NAME)
    expect(figure(page, "training_attendances")).to_have_text("80")
    expect(page.locator("[data-total=training_attendances]")).to_have_text("80")
    assert stored(filing) == []
    looked_at(page, "ledger")

    recorder(course(NAME, "2022-03-15", 1000))
    cell(page, 1, "videos").fill("2")
    is_saved(page)
    expect(figure(page, "training_attendances")).to_have_text("1,080")
    expect(page.locator("[data-total=training_attendances]")).to_have_text("1,080")

    cell(page, 1, "training_sessions").focus()
    page.keyboard.type("7")
    expect(page.locator(".cell-message.is-why")).to_be_visible()
    page.locator("[data-fill-zeros]").click()
    is_saved(page)
    expect(figure(page, "training_sessions")).to_have_text("3")
    (kept,) = stored(filing)
    assert kept[:5] == [NAME, "", "", "", ""] and kept[6:] == ["0", "0"]


def test_what_is_pasted_over_it_is_asked_kept_told_and_reported_when_typed(open_grid, filing, recorder):
    page = open_grid()
    is_saved(page)
    cell(page, 1, "training_sessions").focus()
    paste(page, "9\t500\t0\t/\t3")
    dialog = page.locator("dialog[data-paste]")
    expect(dialog.locator("[data-paste-computed]")).to_contain_text("2")
    dialog.locator("button[value=paste]").click()
    box = page.locator("[data-unread]")
    expect(box).to_contain_text(NAME)
    expect(figure(page, "training_attendances")).to_have_text("500 80")
    expect(page.locator("[data-total=training_attendances]")).to_have_text("80")
    is_saved(page)
    looked_at(page, "unread")
    assert stored(filing)[0][:6] == [NAME, "9", "500", "0", "/", "3"]

    cell(page, 1, "training_sessions").focus()
    page.keyboard.press("Delete")
    expect(figure(page, "training_sessions")).to_have_text("2")
    page.keyboard.press("Control+z")
    is_saved(page)
    page.locator("[data-ways] a[href$='/typing/']").click()
    looked_at(page, "typing")
    page.locator("[name=provider]").check()
    page.locator("main form.card button.is-primary").click()
    expect(page.locator("[data-total=training_attendances]")).to_have_text("500")
    expect(page.locator("[data-unread]")).to_be_hidden()
    is_saved(page)


def test_one_figure_pasted_into_a_computed_cell_is_asked_about(open_grid, filing, recorder):
    page = open_grid()
    is_saved(page)
    cell(page, 1, "training_sessions").focus()
    paste(page, "9")
    expect(page.locator("[data-paste-computed]")).to_contain_text("1")


def test_what_is_copied_out_of_the_sheet_holds_the_computed_figures(open_grid, filing, recorder):
    page = open_grid()
    is_saved(page)
    cell(page, 1, "training_sessions").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "2\t80"


def test_a_row_becomes_computed_when_it_is_named(open_grid, filing, recorder):
    page = open_grid()
    cell(page, 1).fill("白云街道社区学校")
    is_saved(page)
    expect(figure(page, "training_sessions")).to_have_count(0)
    cell(page, 1, "training_sessions").fill("2")
    is_saved(page)
    page.goto(reverse("filing-edit", args=[filing.public_id]))
    expect(cell(page, 2)).to_have_value(NAME)
    expect(page.locator("[name=row-2-training_sessions] ~ .computed-figure")).to_have_text("2")
    is_saved(page)  # the first look of the new page is answered
    assert stored(filing)[0][:2] == ["白云街道社区学校", "2"]


def test_on_a_phone_the_sums_lie_over_no_row(open_grid, filing, recorder):
    page = open_grid(viewport={"width": 390, "height": 800})
    is_saved(page)
    for _each in range(4):
        page.locator("[data-add-row]").click()
    above, below = page.locator("tr[data-row]").last, page.locator("tfoot .total")
    for scrolled in (0, 300, 600, 900):
        page.evaluate("(top) => window.scrollTo(0, top)", scrolled)
        ends = above.locator("th, td").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().bottom)"
        )
        begin = below.locator("th, td").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().top)"
        )
        assert min(begin) >= max(ends) - 2
        assert max(begin) - min(begin) < 1  # the whole row in one line


def test_labels_of_many_columns_are_whole(open_grid, filing, recorder):
    """A programme of thirteen indicators on a small screen: the state below the rate, nothing cut off."""
    page = open_grid(viewport={"width": 1280, "height": 720})
    is_saved(page)
    page.evaluate("""() => document.querySelectorAll("table.grid tr").forEach((row) => {
        const first = row.children[2];
        if (first) for (let added = 0; added < 6; added += 1) row.insertBefore(first.cloneNode(true), row.lastElementChild);
    })""")
    wide = page.locator("[data-label]").evaluate_all(
        """all => all.filter((each) => {
            const [label, cell] = [each.getBoundingClientRect(), each.closest("td").getBoundingClientRect()];
            return label.left < cell.left || label.right > cell.right + 1 || label.bottom > cell.bottom + 1;
        }).map((each) => each.textContent)"""
    )
    looked_at(page, "thirteen")
    assert page.locator("thead [data-column]").count() == 14 and wide == []


def test_a_file_waits_for_the_decision_and_is_reported_as_typed(
    open_grid, filing, recorder, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path / "files"
    page = open_grid()
    is_saved(page)
    page.goto(reverse("import-new", args=[filing.public_id]))
    rows = [(NAME, 5, 300, 1, 17, 0, 0, 0), ("白云街道社区学校", 1, 38, 0, 0, 0, 0, 0)]
    given = {"name": "季报.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(filing, *rows)}
    page.locator("input[type=file]").set_input_files(given)
    page.locator(".import-upload button").click()
    expect(page.locator(".import-preview del.is-unread")).to_have_count(4)
    looked_at(page, "import")
    page.locator("form.import-confirm button.is-primary").click()
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.name") == "decision"
    page.locator("#decision-typed").check()
    page.locator("form.import-confirm button.is-primary").click()
    expect(page.locator("[data-total=training_attendances]")).to_have_text("338")
    is_saved(page)
