"""The reporting board, target against actual, and the target table as the document prints it."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from portal import clock
from reporting.models.states import STATES
from reporting.rollup import status as rollup_status
from targets.models import Target
from targets.queries import target_table

from ..conftest import NOW
from ..factories import accepted, membership, nil, period, row, started, submitted
from ..screen import Screen

BOARD, PROGRESS, TARGETS = (reverse(name, args=["taizhou"]) for name in ("board", "progress", "target-table"))
SHANGHAI = reverse("progress", args=["shanghai"])


def board(client, query="") -> dict[str, list[str]]:
    return {line[0]: line[1:] for line in Screen(client.get(BOARD + query)).tables[0] if line}


def test_it_shows_every_state_on_the_board(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour), nil(membership("luqiao-preparer"))
    started(membership("linhai-preparer"))
    back = submitted(membership("wenling-preparer"))
    data = {"revision": back.revision, "reason": "请核对人次后重报。"}
    as_(reviewer).post(reverse("filing-send-back", args=[back.public_id]), data)
    found = {name: cells[0] for name, cells in board(as_(reviewer)).items()}
    expected = {
        "椒江区教育局": "accepted", "黄岩区教育局": "submitted", "路桥区教育局": "submitted",  # all three on time
        "临海市教育局": "pending", "温岭市教育局": "returned", "玉环市教育局": "pending",
        "台州湾新区社发局": "not_required",
    }  # fmt: skip
    in_time = f" {gettext('on time')}"
    assert {name: found[name] for name in expected} == {
        name: str(STATES[state]) + (in_time if state in rollup_status.FILED else "")
        for name, state in expected.items()
    }
    assert board(as_(reviewer))["椒江区教育局"][1:] == [str(STATES["not_begun"])] * 3


def test_it_counts_who_filed_of_those_expected(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour)
    rows = list(board(as_(reviewer)).values())
    assert [line[0] for line in rows[-3:]] == ["2 / 10", "—", "—"]  # the others are still in time
    with clock.frozen(period().due_at):
        rows = list(board(as_(reviewer)).values())
    assert [line[0] for line in rows[-3:]] == ["2 / 10", "20.0%", "20.0%"]


@pytest.mark.usefixtures("year")
def test_it_says_how_late_a_return_was(as_, reviewer):
    shown = board(as_(reviewer), "?year=2021")
    assert [bool("2" in cell) for cell in shown["玉环市教育局"]] == [False, False, True, False]
    rows = list(shown.values())
    assert [line[2] for line in rows[-3:]] == ["10 / 10", "100.0%", "90.0%"]


def test_it_shows_a_county_its_own_line_only(as_, clerk, neighbour):
    submitted(neighbour)
    shown = board(as_(clerk))
    assert "椒江区教育局" in shown
    assert "黄岩区教育局" not in shown


# --- progress


def number(text: str) -> int:
    return int(text.replace(",", ""))


def lines(screen: Screen, name: str) -> list[list[str]]:
    """The rows of the tables (not the charts' own) that begin with `name`: as long as the longest."""
    found = screen.rows(name)
    return [line for line in found if len(line) == max(map(len, found))]


@pytest.mark.usefixtures("year")
def test_it_compares_a_countys_own_figures_with_its_task(as_):
    clerk = membership("jiaojiang-preparer")
    screen = Screen(as_(clerk).get(f"{PROGRESS}?period=2021Q4"))
    target = Target.objects.get(
        programme__code="taizhou", year=2021, tenant=clerk.tenant, indicator__code="training_attendances"
    ).value
    [line] = lines(screen, "应用类短期培训（人次）")
    done, remaining = number(line[2]), number(line[4])
    assert number(line[1]) == target
    assert remaining == max(0, target - done)
    assert line[3].endswith("%")


@pytest.mark.usefixtures("year")
def test_it_shows_the_whole_and_every_tenant_to_those_above(as_, reviewer):
    screen = Screen(as_(reviewer).get(f"{PROGRESS}?period=2021Q4"))
    [whole] = lines(screen, "应用类短期培训（人次）")
    assert number(whole[1]) == 10_000
    heat = [line for table in screen.tables for line in table if line and line[0] == "市本级（台州电大）"]
    assert len(heat) == 1
    outreach = [cell for cell in heat[0] if cell.startswith("/")]
    assert outreach  # 市本级 has no outreach task in 2021


def test_it_shows_work_without_a_task_without_a_rate(as_, reviewer):
    accepted(membership("sanmen-preparer"), row("珠岙镇成校", 1, 40, 0, 0, 0, 2, 0))
    clerk = membership("sanmen-preparer")
    [line] = lines(Screen(as_(clerk).get(f"{PROGRESS}?period=2022Q1")), "纸媒教材（本）")
    assert line[1:5] == ["/", "2", "/", "/"]


@pytest.mark.usefixtures("year")
def test_it_adds_shanghai_up_against_its_milestones_by_channel(as_, shanghai_reviewer):
    with clock.frozen(NOW):
        screen = Screen(as_(shanghai_reviewer).get(f"{SHANGHAI}?period=2021Q4"))
    channels = [line for table in screen.tables for line in table if line and line[0].startswith("2021-")]
    assert [line[0] for line in channels] == ["2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31"]
    for line in channels:
        module, reported, total = map(number, line[1:])
        assert module + reported == total > 0
    assert "预计6月底前共完成60万人次" in screen.text


def test_it_shows_one_pillar_no_sum_of_the_city(as_, db):
    answer = as_(membership("sh-bigdata-preparer")).get(SHANGHAI)
    assert answer.status_code == 200
    assert "预计6月底前" not in Screen(answer).text


# --- the target table


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2021, 2022])
def test_it_prints_the_target_table_as_the_document_does(as_, clerk, year):
    programme = period().programme
    screen = Screen(as_(clerk).get(f"{TARGETS}?year={year}"))
    table = target_table(programme, year)
    printed = [line[-12:] for line in screen.tables[0][1:]]
    assert printed == [
        [row.heading, *(cell.text for cell in row.cells), str(row.total)] for row in table.rows
    ]
    assert (programme.document_number, programme.document_title) == (
        "台教办函〔2021〕9号",
        programme.document_title,
    )
    assert programme.document_number in screen.text and programme.document_title in screen.text


@pytest.mark.django_db
def test_it_prints_slashes_and_blanks_and_no_zeros(as_, clerk):
    cells = [
        cell
        for year in (2021, 2022)
        for line in Screen(as_(clerk).get(f"{TARGETS}?year={year}")).tables[0][1:]
        for cell in line[-11:-1]
    ]
    # 三门 textbooks in both years, 玉环 cases in 2022
    assert cells.count("") == 3
    assert "/" in cells and "0" not in cells
