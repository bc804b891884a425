"""The habits of a sheet, in Chromium: keys, blocks, pasting, undo, rows."""

import pytest
from playwright.sync_api import expect

from .conftest import cell, is_saved, line, paste, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]
A, B, C = "training_sessions", "training_attendances", "outreach_sessions"


@pytest.fixture
def page(open_grid):
    page = open_grid()
    is_saved(page)
    return page


def focused(page) -> str:
    return page.evaluate("document.activeElement.name")


def press(page, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def test_it_goes_from_cell_to_cell(page):
    cell(page, 1, A).focus()
    assert press(page, "ArrowDown") == f"row-2-{A}"
    assert press(page, "ArrowRight") == f"row-2-{B}"
    assert press(page, "Enter") == f"row-3-{B}"
    assert press(page, "Shift+Enter", "Shift+Enter") == f"row-1-{B}"
    assert press(page, "ArrowUp") == f"row-1-{B}"
    assert press(page, "Tab") == f"row-1-{C}"
    assert press(page, "Shift+Tab", "ArrowLeft", "ArrowLeft") == "row-1-provider"
    assert press(page, "End") == "row-1-cases"
    assert press(page, "Tab") == "row-2-provider"
    assert press(page, "Control+End") == "row-1-cases"
    assert press(page, "Control+Home") == "row-1-provider"


def test_it_replaces_edits_and_restores(page):
    cell(page, 1, A).focus()
    page.keyboard.type("12")
    press(page, "ArrowRight", "ArrowLeft")
    page.keyboard.type("34")  # replaces the whole text
    expect(cell(page, 1, A)).to_have_value("34")
    press(page, "Enter", "ArrowUp", "F2", "ArrowLeft")
    page.keyboard.type("0")  # inside the text
    expect(cell(page, 1, A)).to_have_value("304")
    assert press(page, "Escape") == f"row-1-{A}"
    expect(cell(page, 1, A)).to_have_value("34")


def test_typing_replaces_whatever_way_the_cell_was_chosen(page):
    """A click on the selected cell, a link, a script, Tab: only F2 and a double click go into the text."""
    cell(page, 1, A).fill("5")
    cell(page, 2, A).fill("2")
    is_saved(page)
    cell(page, 1, A).click()
    page.wait_for_timeout(600)  # not a double click
    cell(page, 1, A).click()
    page.keyboard.type("6")
    expect(cell(page, 1, A)).to_have_value("6")
    press(page, "Enter")
    page.keyboard.type("3")
    expect(cell(page, 2, A)).to_have_value("3")
    cell(page, 2, A).click()  # while it is typed: the caret goes into the text
    page.keyboard.type("1")
    expect(cell(page, 2, A)).to_have_value("13")
    press(page, "Enter")
    cell(page, 2, A).dblclick()
    page.keyboard.type("0")
    expect(cell(page, 2, A)).to_have_value("130")
    assert press(page, "ArrowLeft") == f"row-2-{A}"


def test_a_link_to_a_cell_selects_what_stands_there(page):
    cell(page, 1).fill("甲校")
    cell(page, 1, B).fill("约33")
    is_saved(page)
    page.locator(f"[data-points] a[href='#row-1-{B}']").click()
    assert focused(page) == f"row-1-{B}"
    page.keyboard.type("33")
    expect(cell(page, 1, B)).to_have_value("33")


def test_who_comes_back_to_the_window_goes_on_typing(page):
    cell(page, 1, A).focus()
    page.keyboard.type("4")
    page.evaluate("""() => {
        document.hasFocus = () => false;
        const cell = document.activeElement;
        cell.dispatchEvent(new FocusEvent("focusout", {bubbles: true}));
        delete document.hasFocus;
        cell.dispatchEvent(new FocusEvent("focusin", {bubbles: true}));
    }""")
    page.keyboard.type("2")
    expect(cell(page, 1, A)).to_have_value("42")


@pytest.mark.parametrize("again", ["Control+y", "Control+Shift+z"])
def test_what_was_taken_back_is_done_again(page, filing, again):
    for row, name in enumerate(("甲校", "乙校"), start=1):
        cell(page, row).fill(name)
    cell(page, 1, A).focus()
    paste(page, "1\t50\n2\t90")
    press(page, "Alt+ArrowDown", "Alt+Delete")
    states = [[line(page, row)[:3] for row in (1, 2)]]
    for _each in range(3):
        press(page, "Control+z")
        states.append([line(page, row)[:3] for row in (1, 2)])
    assert states == [
        [["乙校", "2", "90"], ["", "", ""]],
        [["乙校", "2", "90"], ["甲校", "1", "50"]],
        [["甲校", "1", "50"], ["乙校", "2", "90"]],
        [["甲校", "", ""], ["乙校", "", ""]],
    ]
    found = []
    for _each in range(3):
        press(page, again)
        found.append([line(page, row)[:3] for row in (1, 2)])
    assert found == states[2::-1]
    is_saved(page)
    assert stored(filing) == [["乙校", "2", "90", *[""] * 5]]
    press(page, "Control+z")
    cell(page, 1, A).focus()
    page.keyboard.type("7")
    press(page, "Enter", again)  # something was typed since: nothing is done again
    assert [line(page, row)[:2] for row in (1, 2)] == [["乙校", "7"], ["甲校", "1"]]


def test_it_moves_the_caret_inside_a_text_that_is_edited(page):
    cell(page, 1).focus()
    page.keyboard.type("海门学校")
    press(page, "ArrowLeft", "ArrowLeft")
    page.keyboard.type("街道")
    expect(cell(page, 1)).to_have_value("海门街道学校")
    assert press(page, "Home") == "row-1-provider"


def test_it_copies_a_block_and_pastes_it(page):
    cell(page, 1, A).focus()
    for figure in ("1", "50"):
        page.keyboard.type(figure)
        press(page, "Tab")
    cell(page, 1, A).focus()
    press(page, "Escape", "Shift+ArrowRight", "Shift+ArrowDown")
    assert page.locator(".is-selected").count() == 4
    press(page, "Control+c")
    assert page.evaluate("navigator.clipboard.readText()").replace("\r", "") == "1\t50\n\t"
    cell(page, 3, B).focus()
    press(page, "Control+v")
    assert line(page, 3)[2:4] == ["1", "50"]
    press(page, "Control+z")
    assert line(page, 3)[2:4] == ["", ""]


def test_it_fills_blank_cells_from_a_sheet_at_once_and_takes_it_back(page, filing):
    """A44: a block of 3×8 from WPS, with a quoted name; rows are added as they are needed."""
    cell(page, 5).focus()
    paste(
        page,
        '"甲 ""东"" 校"\t1\t50\t1\t18\t0\t0\t0\r\n乙校\t1\t40\t0\t0\t0\t0\t0\r\n丙校\t2\t90\t0\t0\t0\t0\t0\r\n',
    )
    assert line(page, 5) == ['甲 "东" 校', "1", "50", "1", "18", "0", "0", "0"]
    assert line(page, 7) == ["丙校", "2", "90", "0", "0", "0", "0", "0"]
    expect(page.locator("[data-total=training_attendances]")).to_have_text("180")
    is_saved(page)
    assert [each[0] for each in stored(filing)] == ["", "", "", "", '甲 "东" 校', "乙校", "丙校"]
    press(page, "Control+z")
    assert line(page, 5) == [""] * 8
    is_saved(page)
    assert not any("".join(each) for each in stored(filing))


def test_it_asks_before_it_overwrites_or_leaves_something_out(page):
    """A43: nothing is overwritten without a preview."""
    cell(page, 1, A).fill("7")
    cell(page, 1, "cases").fill("3")
    cell(page, 1, A).focus()
    paste(page, "1\t2\n3\t4")
    dialog = page.locator("dialog[data-paste]")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr")).to_have_count(1)
    expect(dialog.locator("tbody tr")).to_contain_text("7")
    dialog.locator("button[value='']").click()
    expect(cell(page, 1, A)).to_be_focused()
    assert line(page, 1)[1] == "7"
    paste(page, "1\t2\n3\t4")
    dialog.locator("button[value=paste]").click()
    expect(cell(page, 2, B)).to_have_value("4")
    assert (line(page, 1)[1:3], line(page, 2)[1:3]) == (["1", "2"], ["3", "4"])
    cell(page, 1, "cases").focus()
    paste(page, "5\t6")
    expect(dialog.locator("[data-paste-lost]")).to_contain_text("1")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "cases")).to_be_focused()
    assert line(page, 1)[-1] == "3"


def test_it_adds_moves_and_removes_rows_by_keyboard(page, filing):
    for row, name in enumerate(("甲校", "乙校", "丙校"), start=1):
        cell(page, row).fill(name)
    cell(page, 3).focus()
    assert press(page, "Alt+ArrowUp", "Alt+ArrowUp") == "row-1-provider"
    assert [line(page, row)[0] for row in (1, 2, 3)] == ["丙校", "甲校", "乙校"]
    is_saved(page)
    assert [each[0] for each in stored(filing)] == ["丙校", "甲校", "乙校"]
    press(page, "Control+z")
    assert [line(page, row)[0] for row in (1, 2, 3)] == ["甲校", "丙校", "乙校"]
    press(page, "Alt+Delete")
    is_saved(page)
    before = page.locator("tr[data-row]").count()
    press(page, "Alt+Insert")
    assert page.locator("tr[data-row]").count() == before + 1
    press(page, "Alt+Delete", "Control+z")
    assert page.locator("tr[data-row]").count() == before + 1


def test_it_stops_at_two_hundred_rows_and_says_so(page):
    cell(page, 1).focus()
    paste(page, "\n".join(f"第{number}校\t1\t40\t0\t0\t0\t0\t0" for number in range(1, 204)))
    dialog = page.locator("dialog[data-paste]")
    expect(dialog.locator("[data-paste-lost]")).to_contain_text("24")
    dialog.locator("button[value=paste]").click()
    expect(page.locator("tr[data-row]")).to_have_count(200)
    page.locator("[data-add-row]").click()
    expect(page.locator("[data-announce]")).to_contain_text("200")


def test_it_shows_the_keys(page):
    cell(page, 1).focus()
    press(page, "Control+/")
    expect(page.locator("dialog[data-keys]")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("dialog[data-keys]")).to_be_hidden()


def test_it_fills_blanks_with_0_and_takes_it_back(page):
    cell(page, 1).fill("甲校")
    cell(page, 1, A).fill("2")
    page.locator("[data-fill-zeros]").click()
    assert line(page, 1) == ["甲校", "2", "0", "0", "0", "0", "0", "0"]
    cell(page, 1, A).focus()
    press(page, "Control+z")
    assert line(page, 1) == ["甲校", "2", "", "", "", "", "", ""]
