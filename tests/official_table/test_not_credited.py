"""Where a column does not count for a tenant (“上海开放大学……计划完成培训”), its cell is “/”, never 0."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from reporting.releases import content as release_content
from reporting.releases.workbook import write_release

from ..factories import membership, period
from ..screen import Screen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]

LEAD, UNIVERSITY, NAME = "shanghai-civil-affairs", "sh-open-university", "上海开放大学"
QUERY = "?period=2021Q3&cumulative=1"


def sheet_of(as_, who: str) -> dict[str, list]:
    address = reverse("rollup-attachment", args=["shanghai"]) + QUERY
    book = load_workbook(io.BytesIO(as_(membership(who)).get(address).content))
    return {row[0]: list(row[1:3]) for row in book.worksheets[0].values if row[0]}


def test_its_own_table_says_so_on_the_page_and_in_the_workbook(as_):
    screen = Screen(
        as_(membership(f"{UNIVERSITY}-preparer")).get(reverse("rollup", args=["shanghai"]) + QUERY)
    )
    page = {row[0]: row[1:3] for row in screen.tables[0] if row}
    assert page["社区学院（示例）"] == ["82000", "/"]
    assert page["合计"] == ["205000", "/"]
    sheet = sheet_of(as_, f"{UNIVERSITY}-preparer")
    assert (sheet["社区学院（示例）"], sheet["合计"]) == ([82_000, "/"], [205_000, "/"])


def test_so_does_the_citys_beside_zeros_of_those_that_have_the_task(as_):
    client = as_(membership(f"{LEAD}-reviewer"))
    screen = Screen(client.get(reverse("rollup", args=["shanghai"]) + QUERY))
    assert screen.rows(NAME)[0][-3:] == ["205,000", "/", "205,000"]
    sheet = sheet_of(as_, f"{LEAD}-reviewer")
    assert sheet[NAME] == [205_000, "/"]
    assert "/" not in sheet["合计"]


def test_the_command_names_what_is_no_task(capsys):
    call_command("rollup", programme="shanghai", year=2021, format="json")
    rows = {each["tenant"]: each for each in json.loads(capsys.readouterr().out)["rows"]}
    assert rows[UNIVERSITY]["no_task"] == ["assistance_attendances"]
    assert rows["sh-bases"]["no_task"] == []


def test_a_release_says_so():
    content = release_content.compose(period("2021Q3", "shanghai"), with_ranking=False, at=clock.now())
    (row,) = [each for each in content["cumulative"]["rows"] if each["tenant"] == UNIVERSITY]
    assert row["no_task"] == ["assistance_attendances"]
    assert row["values"]["assistance_attendances"] is None
    book = load_workbook(io.BytesIO(write_release(content, period("2021Q3", "shanghai").programme.layout)))
    (printed,) = [each for each in book.worksheets[1].iter_rows(values_only=True) if each[0] == NAME]
    assert printed[1:3] == (205_000, "/")
