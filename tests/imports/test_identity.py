"""Whose return a file is, and of which period: every usual spelling of the same is the same, anything else is refused."""

import datetime

import pytest
from django.utils import translation

from portal.models import Tenant
from reporting.imports.identity import lines_of, named_period, other_unit
from targets.models import Period

LAYOUT = {"opening": "附：", "title_lines": ["台州市老年人智能技术日常应用普及行动", "进展情况统计表"]}
LEAD = Tenant(code="taizhou", path="0001", name="台州市教育局", short_name="台州市")
OWN = Tenant(code="huangyan", path="00010002", name="黄岩区教育局", short_name="黄岩")
OTHERS = [
    Tenant(code="wenling", path="00010005", name="温岭市教育局", short_name="温岭"),
    Tenant(code="rtvu", path="0001000A", name="市本级（台州电大）", short_name="市本级（台州电大）", bureau_line="市本级（台州电大）"),
    Tenant(code="taizhouwan", path="0001000B", name="台州湾新区社发局", short_name="台州湾新区"),
    LEAD,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def named(name: str, first: str, last: str) -> Period:
    days = [datetime.date.fromisoformat(each) for each in (first, last)]
    return Period(name=name, starts_on=days[0], ends_on=days[1])


QUARTER = named("2022年第一季度", "2022-01-01", "2022-03-31")
MONTH = named("2023年1月", "2023-01-01", "2023-01-31")
HALF = named("2022年上半年", "2022-01-01", "2022-06-30")
YEAR = named("2022年度", "2022-01-01", "2022-12-31")
TERM = named("2022年春季学期", "2022-02-01", "2022-06-30")
AUTUMN = named("2022年秋季学期", "2022-09-01", "2023-01-31")


def sheet(*rows: str | tuple[str, ...]):
    """The official form with these rows below its titles; several texts in a row stand in several cells."""
    given = ["附：", *LAYOUT["title_lines"], *rows]
    cells = [(each,) if isinstance(each, str) else each for each in given]
    return lines_of(
        [
            (f"{'ABCD'[column]}{row}", text)
            for row, texts in enumerate(cells, start=1)
            for column, text in enumerate(texts)
        ]
    )


def verdict(period: Period, *rows: str | tuple[str, ...]) -> str:
    """named, asks, or the cell of the refusal."""
    found = named_period(sheet(*rows), period, [AUTUMN], LAYOUT)
    return found.problem.cell if found.problem else "named" if found.is_named else "asks"


# --- the period

SAME = [
    "2022年第1季度", "2022年一季度", "二〇二二年第一季度", "二○二二年一季度", "二零二二年第一季度", "２０２２年第一季度",
    "（2022年第一季度）", "2022年第一季度（1-3月）", "2022年第Ⅰ季度", "2022年第I季度", "2022年第①季度", "2022年第壹季度",
    "填报时间：2022年第一季度", "2022年第一季度　填报时间：2022年3月28日", "填表日期：2022-03-28 2022年第一季度",
    "2022年第一季度 2022.3.25", "2022年第一季度 2022年3月", "2022年1—3月", "2022年1至3月", "2022年1月至3月", "2022.1-3月",
    "2022年1、2、3月", "2022年一至三月", "2022年01-03月份", "2022年1月1日至3月31日", "2022.01.01-2022.03.31", "2022Q1",
    "2022年Q1", "22年第一季度", "第一季度（2022年）", "（2022年度）第一季度", "2022 年 第 一 季 度", "2022一季度", "2022年1季",
    "2022年第一季度（累计）", "报告期：2022年第一季度", "台教办函〔2021〕9号附件 2022年第一季度", "2022年首季度",
]  # fmt: skip


@pytest.mark.parametrize("line", SAME)
def test_the_same_period_in_another_spelling_is_the_same(line):
    assert verdict(QUARTER, line, "黄岩区教育局") == "named"


OTHER = [
    "2021年第四季度", "2022年第二季度", "2022年2季度", "2021年一季度", "二〇二一年第一季度", "2022年第Ⅱ季度", "2022Q2", "第二季度",
    "2022年1-6月", "2022年4-6月", "2022年上半年", "2022年前三季度", "2022年第一至第三季度（累计）", "2021年", "2022年3月", "2022年全年",
    "2021年1月1日至3月31日", "第二季度（2022年）",
]  # fmt: skip


@pytest.mark.parametrize("line", OTHER)
def test_another_period_is_refused_at_its_line(line):
    assert verdict(QUARTER, "", line, "黄岩区教育局") == "A5"


@pytest.mark.parametrize(
    "line", ["      年第    季度 ", "", "2022年", "第一季度", "填报时间：2022年3月28日", "填报日期：2022年3月", "报送：3月28日"]
)  # fmt: skip
def test_a_line_that_names_no_period_is_asked_about(line):
    assert verdict(QUARTER, line, "黄岩区教育局") == "asks"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("2022年", "第一季度")], "named"),
        (["2022年", "第一季度"], "named"),
        (["黄岩区教育局", "", "2022年第一季度", ""], "named"),
        ([("2021年", "第四季度")], "A4"),
        (["2021年", "第一季度"], "A4"),
        (["黄岩区教育局", ("单位：黄岩", "2022年", "第四季度")], "B5"),
        (["2022年第一季度", "2022年第二季度"], "A5"),
    ],
)
def test_it_finds_the_period_wherever_it_stands(rows, expected):
    assert verdict(QUARTER, *rows) == expected


@pytest.mark.parametrize(
    ("period", "line", "expected"),
    [
        (MONTH, "2023年01月", "named"),
        (MONTH, "二〇二三年一月", "named"),
        (MONTH, "２０２３年１月份 填报时间：2023年2月3日", "named"),
        (MONTH, "2023年1月（2021年版）", "named"),
        (MONTH, "2023年2月", "A4"),
        (MONTH, "2023年第一季度", "A4"),
        (MONTH, "2022年1月", "A4"),
        (HALF, "2022年1-6月", "named"),
        (HALF, "2022年下半年", "A4"),
        (YEAR, "２０２２年", "named"),
        (YEAR, "2021年度", "A4"),
        (YEAR, "2022年上半年", "A4"),
        (TERM, "（2022年春季学期）", "named"),
        (TERM, "2022年秋季学期", "A4"),
        (TERM, "", "asks"),
    ],
)
def test_it_knows_other_kinds_of_periods(period, line, expected):
    assert verdict(period, line) == expected


def test_the_refusal_quotes_the_line_that_it_is_about():
    found = named_period(sheet("填报单位：黄岩区教育局", "2021年第四季度"), QUARTER, [], LAYOUT)
    assert found.problem.cell == "A5"
    assert "“2021年第四季度”" in found.problem.text and "2022年第一季度" in found.problem.text


# --- the unit


def unit(*rows: str | tuple[str, ...], own: Tenant = OWN):
    others = [each for each in [*OTHERS, OWN] if each is not own]
    return other_unit(sheet("2022年第一季度", *rows), own, others, LAYOUT)


@pytest.mark.parametrize(
    "line",
    [
        "温岭市教育局（公章）", "填报单位（盖章）：温岭市教育局", "温岭教育局", "温岭", "温 岭 市 教 育 局", "台州市温岭市教育局", "填报单位：温岭　黄岩",
        "温岭\u200b市教育局", "报送单位:温岭市教育局 填报人：甲",
    ],
)  # fmt: skip
def test_another_units_name_is_refused_and_named(line):
    found = unit("", line)
    assert found.cell == "A6"
    assert "温岭市教育局" in found.text and "黄岩区教育局" in found.text


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([("填报单位：", "温岭市", "教育局")], "B5"),
        ([("温岭", "市教育局")], "A5"),
        ([("温", "岭")], "A5"),
        (["黄岩区教育局", "制表：温岭市教育局"], "A6"),
        (["台州市教育局（汇总）"], "A5"),
        (["填报单位：台州电大"], "A5"),
        (["台州湾新区社发局"], "A5"),
    ],
)
def test_it_finds_the_name_wherever_it_stands(rows, cell):
    assert unit(*rows).cell == cell


@pytest.mark.parametrize(
    "line",
    [
        "黄岩区教育局", "黄岩区教育局（公章）", "填报单位（盖章）：黄岩区教育局", "黄岩教育局", "台州市黄岩区教育局", "报：台州市教育局  填报：黄岩区教育局",
        "         县（市、区）教育局             ", "", "填报单位：", "填报人：甲",
    ],
)  # fmt: skip
def test_ones_own_name_however_it_is_spelt_is_ones_own(line):
    assert unit(line) is None


def test_ones_own_name_may_be_a_part_of_anothers():
    bay = Tenant(code="bay", path="0001000C", name="台州湾新区社发局", short_name="台州湾新区")
    own = Tenant(code="new", path="0001000D", name="新区", short_name="新区")
    assert other_unit(sheet("填报单位：台州湾新区"), own, [bay], LAYOUT).cell == "A4"
    assert other_unit(sheet("填报单位：新区"), own, [bay], LAYOUT) is None


def test_ones_own_name_may_hold_anothers():
    own = Tenant(code="bay", path="0001000B", name="台州湾温岭教育局", short_name="台州湾")
    assert unit("台州湾温岭教育局", own=own) is None
    assert unit("温岭教育局", own=own) is not None
