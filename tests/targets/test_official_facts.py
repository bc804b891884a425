"""The fixtures against the documents, cell by cell: the two printed tables, copied by hand, blanks and all."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from targets.loading import official_paths
from targets.models import Target, TargetTotal
from targets.queries import target_table

SHANGHAI_TIME = ZoneInfo("Asia/Shanghai")
COLUMNS = "椒江|黄岩|路桥|临海|温岭|玉环|天台|仙居|三门|市本级（台州电大）"

# Each row: its label, the ten cells, the printed 合计.
PRINTED = {
    2021: """
应用类短期培训（场）|20 |20| 20|25 |25|20|20|20|20|10|200
应用类短期培训（人次）|1000|1000|1000|1250|1250|1000|1000|1000|1000|500|10000
“三入”服务培训（场次）|10|10|10|15|15|10|10|10|10|/|100
智能技术应用视频（个）|/|/|/|1|1|1|/|/|/|7|10
纸媒教材（讲义、读本）（本）|/|/|/|/|/|/|/|/||1|1
优秀工作案例（个）|/|/|/|/|/|/|/|/|/|1|1
""",
    2022: """
应用类短期培训（场）|30 |30| 30|40 |40|30|30|30|30|10|300
应用类短期培训（人次）|1500|1500|1500|2000|2000|1500|1500|1500|1500|500|15000
“三入”服务培训（场次）|15|15|15|20|20|15|15|15|15|5|150
智能技术应用视频（个）|/|/|/|1|1|1|/|/|/|7|10
纸媒教材（讲义、读本）（本）|/|/|/|/|/|/|/|/||1|1
优秀工作案例（个）|/|/|/|/|/||/|/|/|1|1
""",
}

PROSE = {
    2021: [(200, False), (10000, True), (100, False), (10, False), (1, True), (1, True)],
    2022: [(300, False), (15000, True), (150, False), (10, False), (1, True), (1, True)],
}


def printed_rows(year):
    return [line.split("|") for line in PRINTED[year].strip().splitlines()]


@pytest.mark.parametrize("year", [2021, 2022])
def test_the_table_is_the_document_cell_by_cell(taizhou, year):
    table = target_table(taizhou, year)
    assert "|".join(column.heading for column in table.columns) == COLUMNS
    assert [
        [row.heading, *(cell.source_text for cell in row.cells), str(row.total)] for row in table.rows
    ] == printed_rows(year)


@pytest.mark.parametrize("year", [2021, 2022])
def test_each_cell_has_the_state_and_value_of_its_text(taizhou, year):
    states = {"/": "no_task", "": "blank"}
    for row, printed in zip(target_table(taizhou, year).rows, printed_rows(year), strict=True):
        for cell, text in zip(row.cells, printed[1:-1], strict=True):
            number = int(text) if text.strip().isdigit() else None
            assert (cell.state, cell.value) == (states.get(text, "number"), number)


@pytest.mark.parametrize("year", [2021, 2022])
def test_the_prose_is_kept_beside_the_printed_total(taizhou, year):
    totals = TargetTotal.objects.filter(programme=taizhou, year=year).order_by("indicator__position")
    assert [(total.prose, total.is_floor) for total in totals] == PROSE[year]
    assert all(total.is_floor == ("以上" in total.sentence) for total in totals)


def test_three_cells_are_blank_in_the_document(taizhou):
    blank = Target.objects.filter(programme=taizhou, state=Target.State.BLANK).order_by(
        "year", "tenant__path"
    )
    assert [(target.year, target.tenant.code, target.indicator.code) for target in blank] == [
        (2021, "sanmen", "textbooks"),
        (2022, "yuhuan", "cases"),
        (2022, "sanmen", "textbooks"),
    ]


def test_every_target_pair_is_fifty_attendances_a_session(taizhou):
    for year in (2021, 2022):
        sessions, attendances = target_table(taizhou, year).rows[:2]
        assert [cell.value * 50 for cell in sessions.cells] == [cell.value for cell in attendances.cells]


def test_a_quarter_is_due_through_the_28th_and_closes_after_the_10th(taizhou):
    periods = {period.code: period for period in taizhou.periods.all()}
    assert len(periods) == 8
    first, last = periods["2021Q1"], periods["2022Q4"]
    assert first.starts_on == date(2021, 3, 1)
    assert first.due_at == datetime(2021, 3, 29, tzinfo=SHANGHAI_TIME)
    assert first.closes_at == datetime(2021, 4, 11, tzinfo=SHANGHAI_TIME)
    assert last.due_at == datetime(2022, 12, 29, tzinfo=SHANGHAI_TIME)
    assert last.closes_at == datetime(2023, 2, 1, tzinfo=SHANGHAI_TIME)


def test_the_attachment_is_named_and_headed_as_printed(taizhou):
    assert taizhou.layout["title_lines"] == ["台州市老年人智能技术日常应用普及行动", "进展情况统计表"]
    assert taizhou.layout["blank_period_line"] == "      年第    季度 "
    assert taizhou.layout["blank_bureau_line"] == "         县（市、区）教育局             "
    assert list(taizhou.indicators.values_list("attachment_heading", flat=True)) == [
        "应用类短期培训（场)",  # closed by a half-width bracket
        "应用类短期培训（人次）",
        "“三入”服务培训（场次）",
        "“三入”服务培训（人次）",
        "建设智能技术应用视频（个）",
        "纸媒教材（本）",
        "优秀工作案例（个）",
    ]


def test_nine_counties_are_ranked_and_ten_tenants_expected(taizhou):
    duties = taizhou.duties.order_by("tenant__path")
    assert duties.filter(is_ranked=True).count() == 9
    assert duties.filter(duty="required").count() == 10
    assert [duty.tenant.code for duty in duties.filter(duty="voluntary")] == [
        "taizhouwan",
        "taizhou-universities",
    ]


def test_shanghais_pillars_add_up_to_a_million(shanghai):
    (row,) = target_table(shanghai, 2021).rows
    assert [cell.value for cell in row.cells] == [400_000, 250_000, 200_000, 150_000]
    assert (row.total, row.is_total_printed) == (1_000_000, False)
    assert list(shanghai.milestones.values_list("on", "value", "kind")) == [
        (date(2021, 6, 30), 600_000, "expected"),
        (date(2021, 9, 30), 1_000_000, "annual"),
    ]


def test_the_open_university_is_credited_with_training_only(shanghai):
    duties = {duty.tenant.code: duty for duty in shanghai.duties.all()}
    assert {code for code, duty in duties.items() if duty.not_credited} == {"sh-open-university"}
    assert duties["sh-open-university"].not_credited == ["assistance_attendances"]
    assert {code for code, duty in duties.items() if duty.recording_channel == "self_reported"} == {
        "sh-bigdata",
        "sh-open-university",
        "sh-others",
    }


def test_the_facts_hold_no_telephone_number():
    for path in official_paths():
        text = path.read_text(encoding="utf-8")
        assert "source_text" in text or "portal.tenant" in text
        assert not re.search(r"1[3-9]\d{9}|0\d{2,3}[-—－ ]\d{7,8}|telephone|head_name", text)
