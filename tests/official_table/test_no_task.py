"""“/” stays “/”: what a return says is no task is no 0 in the city's table, on screen, in the workbook or in a command."""

import io
import json

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from portal import clock
from reporting.official_table.sheets import rollup_sheet
from reporting.releases.content import compose
from reporting.releases.workbook import write_release
from reporting.review import actions as review_actions
from reporting.rollup.rollup import roll_up

from ..factories import COLUMNS, accepted, nil, period, row
from ..screen import Screen

pytestmark = pytest.mark.django_db

NO_TASK = ["videos", "textbooks", "cases"]


def rolled():
    about = period()
    return roll_up(about.programme, [about], under=about.programme.lead)


def values(sheet, label="椒江区教育局") -> dict:
    (found,) = [each for each in sheet.rows if each.label == label]
    return dict(zip(COLUMNS, found.values, strict=True))


@pytest.fixture
def filed(clerk):
    return accepted(
        clerk,
        row("椒江区社区学院", 1, 50, 0, 0, "/", "/", "/"),
        row("海门街道社区学校", 0, 0, 2, 30, "/", "", 0),
    )


def test_the_workbook_says_no_task_where_every_line_does(filed):
    found = values(rollup_sheet(rolled()))
    assert [found[code] for code in NO_TASK] == ["/", "/", 0]  # 0 was typed once: that is 0
    assert found["training_sessions"] == 1
    assert dict(zip(COLUMNS, rollup_sheet(rolled()).total, strict=True))["videos"] == 0


def test_who_has_not_filed_is_blank(filed):
    assert set(values(rollup_sheet(rolled()), "黄岩区教育局").values()) == {None}


def test_a_nil_return_is_zero(neighbour, reviewer):
    filing = nil(neighbour)
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert set(values(rollup_sheet(rolled()), f"{neighbour.tenant.name}").values()) == {0}


def test_the_page_says_the_same(as_, reviewer, filed):
    screen = Screen(as_(reviewer).get("/taizhou/rollup/?period=2022Q1"))
    (own,) = screen.rows("椒江区教育局")
    assert own[-3:] == ["/", "/", "0"]


def test_the_command_says_so_too(filed):
    out = io.StringIO()
    call_command("rollup", "--programme", "taizhou", "--year", "2022", "--period", "2022Q1", stdout=out)
    (own,) = [each for each in json.loads(out.getvalue())["rows"] if each["tenant"] == "jiaojiang"]
    assert [own["values"][code] for code in NO_TASK] == [None, None, 0]
    out = io.StringIO()
    arguments = ["--programme", "taizhou", "--period", "2022Q1", "--format", "csv"]
    call_command("rollup", *arguments, stdout=out)
    assert out.getvalue().splitlines()[1].endswith(",/,/,0")


def test_what_is_kept_is_verified(filed):
    call_command("verify_figures")


def test_a_release_says_the_same(as_, reviewer, filed):
    content = compose(period(), with_ranking=False, at=clock.now())
    workbook = load_workbook(io.BytesIO(write_release(content, period().programme.layout)))
    rows = [row for row in workbook.worksheets[0].iter_rows(values_only=True) if row[0] == "椒江区教育局"]
    assert [row[5:8] for row in rows] == [("/", "/", 0)]
