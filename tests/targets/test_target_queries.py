"""The reads of what was promised."""

import pytest

from targets import queries
from targets.models import Programme

pytestmark = pytest.mark.both_databases


def test_the_table_prints_stripped_text_and_keeps_the_source(taizhou):
    cell = queries.target_table(taizhou, 2021).rows[0].cells[2]
    assert (cell.text, cell.source_text) == ("20", " 20")


def test_the_table_names_its_document(taizhou):
    table = queries.target_table(taizhou, 2022)
    assert (table.document_number, table.year) == ("台教办函〔2021〕9号", 2022)
    assert table.caption == "各县（市、区）分解任务见下表："
    assert (table.corner, table.side, table.total_label) == (("区域", "项目"), "任务数", "合计")


def test_a_year_without_targets_has_no_rows(taizhou):
    assert queries.target_table(taizhou, 2020).rows == ()


def test_the_table_of_a_third_programme_needs_no_code(third):
    table = queries.target_table(third, 2023)
    assert [column.heading for column in table.columns] == ["东区", "西区"]
    assert [(row.heading, [cell.text for cell in row.cells], row.total) for row in table.rows] == [
        ("讲座（场）", ["6", "4"], 10),
        ("手册（册）", ["/", "1"], 1),
    ]


def test_targets_are_numbers_only_in_document_order(taizhou):
    targets = queries.targets_of(taizhou, 2021)
    assert [*targets][:: len(targets) - 1] == ["jiaojiang", "taizhou-rtvu"]
    assert targets["taizhou-rtvu"] == {
        "training_sessions": 10,
        "training_attendances": 500,
        "videos": 7,
        "textbooks": 1,
        "cases": 1,
    }
    assert queries.targets_of(taizhou, 2022)["taizhou-rtvu"]["outreach_sessions"] == 5


def test_two_queries_are_enough_for_any_table(taizhou, third, django_assert_num_queries):
    for programme, year in ((taizhou, 2021), (third, 2023)):
        with django_assert_num_queries(2):
            queries.target_table(programme, year)
        with django_assert_num_queries(1):
            queries.targets_of(programme, year)


def test_years_and_periods_come_in_order(taizhou):
    assert queries.target_years(taizhou) == [2021, 2022]
    codes = [period.code for period in queries.periods_of(taizhou, 2022)]
    assert codes == ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]


def test_an_unknown_programme_is_an_error(facts):
    with pytest.raises(Programme.DoesNotExist):
        queries.programme_for("atlantis")
