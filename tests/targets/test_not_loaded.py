"""Targets that were never loaded are not “/”, no task: a sign and a sentence of their own, wherever targets stand."""

import io
import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from portal import clock
from reporting.materials.shelf import shelf
from targets.models import Period, Target, TargetTotal
from targets.queries import loaded_targets, target_table

from ..factories import accepted, started
from ..screen import Screen

pytestmark = pytest.mark.django_db

SIGN, SENTENCE = "未载入", "任务数尚未载入"


@pytest.fixture
def without_targets():
    TargetTotal.objects.filter(programme__code="taizhou", year=2022).delete()
    Target.objects.filter(programme__code="taizhou", year=2022).delete()


@pytest.fixture
def one_cell_less():
    cell = Target.objects.filter(year=2022, tenant__code="jiaojiang", indicator__code="outreach_sessions")
    assert cell.delete()[0] == 1


def run(*arguments) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def row_of(screen: Screen, first: str) -> list[str]:
    """The first: the same figures follow once more as the table of a chart."""
    return screen.rows(first)[0]


def test_the_progress_of_who_files_says_so_in_each_target(as_, clerk, without_targets):
    accepted(clerk)
    screen = Screen(as_(clerk).get("/taizhou/progress/"))
    assert SENTENCE in screen.text
    assert row_of(screen, "应用类短期培训（场）")[1:] == [SIGN, "1", SIGN, SIGN, "任务数未载入"]
    assert "无任务）" in screen.text  # the sentence names what it is not
    assert "文件没有给" not in screen.text


def test_with_targets_no_task_stays_what_it_is(as_, clerk):
    accepted(clerk)
    screen = Screen(as_(clerk).get("/taizhou/progress/"))
    assert SIGN not in screen.text


def test_the_lead_sees_it_for_everybody(as_, reviewer, clerk, without_targets):
    accepted(clerk)
    screen = Screen(as_(reviewer).get("/taizhou/progress/"))
    assert SENTENCE in screen.text
    assert row_of(screen, "椒江")[1] == f"{SIGN} 1"
    assert all(cell == SIGN for cell in row_of(screen, "三门")[1:])


def test_a_hole_in_the_table_is_shown_as_one(as_, reviewer, clerk, one_cell_less):
    screen = Screen(as_(reviewer).get("/taizhou/progress/"))
    place = [column.code for column in as_(reviewer).get("/taizhou/progress/").context["columns"]].index(
        "outreach_sessions"
    )
    assert row_of(screen, "椒江")[1 + place] == SIGN
    assert row_of(screen, "黄岩")[1 + place] != SIGN
    table = target_table(Period.objects.get(code="2022Q1", programme__code="taizhou").programme, 2022)
    (row,) = [each for each in table.rows if each.indicator == "outreach_sessions"]
    assert (row.cells[0].state, row.cells[0].text) == ("not_loaded", SIGN)


def test_the_target_table_is_a_sentence(as_, clerk, without_targets):
    screen = Screen(as_(clerk).get("/taizhou/targets/?year=2022"))
    assert "2021" in screen.text  # the other year's table is there
    Target.objects.filter(programme__code="taizhou").delete()
    screen = Screen(as_(clerk).get("/taizhou/targets/"))
    assert SENTENCE in screen.text


def test_the_grid_says_so(as_, clerk, without_targets):
    filing = started(clerk)
    response = as_(clerk).get(f"/filings/{filing.public_id}/edit/")
    screen = Screen(response)
    rows = {row[1]: row for table in screen.tables for row in table if len(row) > 7}
    for name in ("本年任务", "剩余"):
        assert rows[name].count(SIGN) == 6
        assert rows[name].count("—") == 1  # “三入”人次 never has a target
    assert "no-task" not in response.content.decode()  # nobody knows: nothing says that it is not reported


def test_the_assessment_says_so(as_, administrator, clerk, without_targets):
    accepted(clerk)
    screen = Screen(as_(administrator).get("/taizhou/assessment/"))
    assert SENTENCE in screen.text
    printed = json.loads(run("assessment", "--programme", "taizhou", "--year", "2022"))
    assert printed["targets"] == "not_loaded"
    assert {each["score"] for each in printed["rows"]} == {None}


def test_the_command_says_so(without_targets):
    with pytest.raises(CommandError, match=SENTENCE[3:]):
        run("targets", "--programme", "taizhou", "--year", "2022")


def test_its_json_names_the_state_of_a_cell(one_cell_less):
    printed = json.loads(run("targets", "--programme", "taizhou", "--year", "2022"))["rows"]
    states = {(each["tenant"], each["indicator"]): each["state"] for each in printed}
    assert states["jiaojiang", "outreach_sessions"] == "not_loaded"
    assert states["sanmen", "videos"] == "no_task"


@pytest.mark.parametrize("kind", ["completion", "targets"])
def test_the_workbooks_say_so(as_, reviewer, clerk, without_targets, kind):
    accepted(clerk)
    asked = {"kind": kind, "format": "xlsx", "programme": "taizhou", "period": "2022Q1"}
    answer = as_(reviewer).get("/exports/now/", asked)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cells = [
        str(cell)
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if cell is not None
    ]
    assert any(SENTENCE in cell for cell in cells)
    assert SIGN in cells or kind == "targets"


def test_the_materials_say_so(db):
    taizhou = Period.objects.get(code="2022Q1", programme__code="taizhou").programme
    Target.objects.filter(year=2021, tenant__code="taizhou-rtvu", indicator__code="videos").delete()
    rows = {row.tenant.code: row for row in shelf(taizhou, 2021, taizhou.lead).rows}
    assert [cell.sign for cell in rows["taizhou-rtvu"].cells if cell.target is None] == [SIGN]


def test_an_addressee_without_a_column_has_no_task():
    found = loaded_targets(Period.objects.get(code="2022Q1", programme__code="taizhou").programme, 2022)
    assert not found.lacks("taizhouwan", "videos")
    assert not found.lacks("jiaojiang", "videos")


@pytest.mark.parametrize(("day", "label"), [("2023-01-20", "滞后"), ("2023-02-01", "未完成")])
def test_after_the_books_are_closed_the_task_is_unfulfilled(as_, clerk, day, label):
    with clock.frozen(datetime.fromisoformat(f"{day}T10:00:00+08:00")):
        screen = Screen(as_(clerk).get("/taizhou/progress/?period=2022Q4"))
    assert row_of(screen, "应用类短期培训（场）")[-1] == label
