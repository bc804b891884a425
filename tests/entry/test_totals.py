"""Which names are headings of totals: by their shape, never by characters that a real name may hold as well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.entry.totals import is_total, parts_of

TOTALS = [
    "合计", "小计", "总计", "合\u3000计", "合计：", "合计:", "总 计", "合", "计", "总", "Σ",
    "城区小计", "街道合计", "本页合计", "本季合计", "全县总计", "以上合计", "总合计", "本年累计", "一至三季度累计", "城乡共计",
    "累计", "共计", "总数", "合计数", "总人次", "合计人次", "合计/总计", "全市",
    "小计（街道）", "城区（小计）", "城区小计（街道）", "（合计）", "【小计】", "*合计*", "－合计－", "“合计”",
    "合计:城区", "小计-街道", "合计·城区", "合计城区", "总计各街道", "合计7家", "合计（7家）", "共计十二所", "小计1",
    "其中：城区", "其中城区", "（其中）城区", "一、合计", "２．小计", "承前页", "过次页",
    "合計", "總計", "城區小計", "合\ufe0f计", "Total", "SUBTOTAL", "Total:",
]  # fmt: skip
NAMES = [
    "合计村成人学校", "合计村（成人学校）", "某校（合计村）", "小计村社区学校", "累计村文化礼堂", "汇总路社区学校", "共合村学校",
    "总工会职工学校", "黄岩区总工会", "总计划办公室", "总部学校", "中山总校", "总行", "累山社区学校", "共青团学校", "计生协会",
    "台州电大", "第一小学（东校区）", "全民健身中心", "全市老年大学", "城区", "街道", "市本级", "本校", "其他", "各街道", "和合社区", "Totalisator-Schule",
]  # fmt: skip


@pytest.mark.parametrize("name", TOTALS)
def test_it_knows_a_total_by_its_shape(name):
    assert is_total(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_leaves_a_name_that_only_holds_such_characters(name):
    assert not is_total(name)


@given(st.sampled_from(TOTALS), st.sampled_from([" ", "\u3000", "\u200b", "·"]))
def test_blanks_and_what_is_not_seen_make_no_difference(name, between):
    assert is_total(between.join(name))


@given(st.text())
def test_it_never_raises(name):
    assert is_total(name) in (True, False)


# --- by arithmetic

SUMS = {
    "the two above": (2, [[2, 60], [1, 35], [3, 95]], [0, 1]),
    "the two above, in the middle": (3, [[9, 400], [2, 60], [1, 35], [3, 95], [1, 30]], [1, 2]),
    "all above": (3, [[9, 400], [2, 60], [1, 35], [12, 495]], [0, 1, 2]),
    "a blank row between": (3, [[2, 60], [0, 0], [1, 35], [3, 95]], [0, 2]),
    "all others, above all": (0, [[3, 95], [2, 60], [1, 35]], [1, 2]),
    "some others below": (0, [[3, 95], [2, 60], [1, 35], [1, 1]], []),
    "one row twice": (1, [[2, 60], [2, 60]], []),
    "one row and blanks": (2, [[2, 60], [0, 0], [2, 60]], []),
    "one figure": (2, [[0, 1], [0, 1], [0, 2]], []),
    "one figure is not the sum": (2, [[2, 60], [1, 35], [3, 96]], []),
    "nothing": (2, [[0, 0], [0, 0], [0, 0]], []),
    "the only row": (0, [[2, 60]], []),
}


@pytest.mark.parametrize("case", SUMS)
def test_it_finds_the_rows_that_a_row_is_the_sum_of(case):
    place, figures, parts = SUMS[case]
    assert parts_of(place, figures) == parts
