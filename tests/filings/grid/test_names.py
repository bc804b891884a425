"""What a pasted block is besides data: headings, totals, what stands below; and the name of the register at one press."""

import pytest
from playwright.sync_api import expect

from reporting.entry.nothing import ALL as NOTHING
from reporting.providers import actions as provider_actions

from ...entry.test_totals import NAMES, TOTALS
from ...factories import membership
from .conftest import CLERK, cell, is_saved, line, paste, stored

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("postgresql"),
]
A, B = "training_sessions", "training_attendances"
SHEET = """附：\t\t\t\t\t\t\t
台州市老年人智能技术日常应用普及行动\t\t\t\t\t\t\t
提供服务的单位\t应用类短期培训（场)\t应用类短期培训（人次）\t“三入”服务培训（场次）\t“三入”服务培训（人次）\t建设智能技术应用视频（个）\t纸媒教材（本）\t优秀工作案例（个）
甲校\t1\t50\t1\t18\t0\t0\t0
乙校\t2\t90\t0\t0\t1\t0\t0
城区小计\t3\t140\t1\t18\t1\t0\t0
\t\t\t\t\t\t\t
丙校\t1\t40\t0\t0\t0\t0\t0
合　计\t4\t180\t1\t18\t1\t0\t0
填表人：\t甲\t\t负责人：\t乙\t\t\t
"""


@pytest.fixture
def page(open_grid):
    page = open_grid()
    is_saved(page)
    return page


def agree(page) -> str:
    """The sentence of the preview; then the block is pasted."""
    dialog = page.locator("dialog[data-paste]")
    expect(dialog).to_be_visible()
    said = dialog.locator("[data-paste-left]").inner_text()
    dialog.locator("button[value=paste]").click()
    return said


def test_the_page_knows_a_total_by_the_servers_patterns(page):
    known = page.evaluate("(names) => names.filter(window.portalGrid.isTotal)", [*TOTALS, *NAMES])
    assert known == TOTALS
    assert set(page.evaluate("window.portalGrid.nothing")) == NOTHING


def test_it_leaves_headings_and_totals_of_a_block_out_and_says_so(page, filing):
    cell(page, 1, B).focus()  # wherever it is pasted: the headings say where the columns go
    paste(page, SHEET)
    said = agree(page)
    assert [part in said for part in ("3 行", "城区小计、合　计", "1 行")] == [True] * 3
    assert line(page, 1) == ["甲校", "1", "50", "1", "18", "0", "0", "0"]
    assert [line(page, row)[0] for row in (2, 3, 4)] == ["乙校", "丙校", ""]
    expect(page.locator(f"[data-total={B}]")).to_have_text("180")
    is_saved(page)
    assert [each[0] for each in stored(filing)] == ["甲校", "乙校", "丙校"]


def test_it_reads_columns_in_another_order_by_their_headings_and_leaves_strange_ones_out(page):
    cell(page, 2, A).fill("7")
    cell(page, 2).focus()
    paste(page, "备注\t应用类短期培训（人次）\t提供服务的单位\n新\t50\t甲校\n\t90\t乙校")
    assert "备注" in agree(page)
    assert line(page, 2)[:3] == ["甲校", "7", "50"]
    assert line(page, 3)[:3] == ["乙校", "", "90"]


def test_it_leaves_a_total_out_of_a_block_without_headings(page):
    cell(page, 1).focus()
    paste(page, "甲校\t1\t50\n合计村成人学校\t1\t40\n合计\t2\t90")
    assert "合计" in agree(page)
    assert [line(page, row)[0] for row in (1, 2, 3)] == ["甲校", "合计村成人学校", ""]


def test_a_block_of_nothing_but_a_total_changes_nothing(page):
    cell(page, 1).focus()
    paste(page, "合计\t2\t90")
    agree(page)
    assert line(page, 1) == [""] * 8
    expect(cell(page, 1)).to_be_focused()


def test_no_sum_counts_a_row_of_a_total(page):
    for row, name, figure in ((1, "甲校", "50"), (2, "小计", "50"), (3, "乙校", "没有")):
        cell(page, row).fill(name)
        cell(page, row, B).fill(figure)
    expect(page.locator(f"[data-total={B}]")).to_have_text("50")
    expect(page.locator("[data-points]")).to_contain_text("小计")


def test_an_alias_is_replaced_at_one_press_and_all_else_stays(open_grid, filing):
    clerk = membership(CLERK)
    known = provider_actions.add_provider(clerk.tenant, "下陈街道成校", by=clerk)
    provider_actions.change_provider(
        known, name=known.name, aliases=["下陈"], is_active=True, revision=known.revision, by=clerk
    )
    page = open_grid()
    for column, text in (("provider", "下陈"), (A, "1"), (B, "50")):
        cell(page, 1, column).fill(text)
    cell(page, 2).fill("甲校")
    expect(page.locator("[data-take]")).to_have_count(1)
    cell(page, 1, "provider").focus()  # what is found of a cell stands below it
    page.locator("[data-take]").click()
    assert line(page, 1)[:3] == ["下陈街道成校", "1", "50"]
    assert line(page, 2)[0] == "甲校"
    is_saved(page)
    expect(page.locator("[data-take]")).to_have_count(0)
    assert [each[:3] for each in stored(filing)] == [["下陈街道成校", "1", "50"], ["甲校", "", ""]]
