"""Which period a page opens at: the one in work where returns are filed, the last one with figures where they are read."""

from datetime import datetime

import pytest

from portal import clock
from reporting.periods import actions as period_actions
from reporting.periods.shown import period_in_work

from ..factories import accepted, membership, period, row
from ..screen import Screen

pytestmark = pytest.mark.django_db

PAGES_OF_FILING = ["/taizhou/board/", "/taizhou/reminders/send/"]
PAGES_OF_FIGURES = ["/taizhou/progress/", "/taizhou/rollup/", "/taizhou/assessment/"]
BETWEEN = "2022-04-05T09:00"  # the second quarter has begun, the first is due and its books are open


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


IN_WORK = {
    "2021-02-28T23:59": None,
    "2021-03-01T00:00": "2021Q1",
    "2022-01-31T23:59": "2021Q4",
    "2022-02-01T00:00": "2022Q1",
    "2022-03-21T09:00": "2022Q1",
    "2022-04-01T00:00": "2022Q1",
    "2022-04-10T23:59": "2022Q1",
    "2022-04-11T00:00": "2022Q2",
    "2025-01-01T00:00": "2022Q4",
}


@pytest.mark.parametrize(("instant", "code"), IN_WORK.items())
def test_in_work_is_the_first_whose_books_are_open(instant, code):
    with clock.frozen(at(instant)):
        found = period_in_work(period().programme)
    assert (found and found.code) == code


def test_a_period_closed_by_hand_is_in_work_no_more(administrator):
    with clock.frozen(at(BETWEEN)):
        period_actions.close_period(period(), reason="市级汇总已完成。", by=administrator)
        assert period_in_work(period().programme).code == "2022Q2"


def test_a_period_that_was_opened_again_is_no_ones_first_page(administrator):
    period_actions.reopen_period(period("2021Q3"), reason="补录漏报活动。", by=administrator)
    assert period_in_work(period().programme).code == "2022Q1"


@pytest.mark.parametrize("address", PAGES_OF_FILING)
def test_between_two_quarters_the_old_one_is_still_filed(address, as_, reviewer):
    with clock.frozen(at(BETWEEN)):
        assert "2022年第一季度" in heading(as_(reviewer).get(address))
    with clock.frozen(at("2022-04-11T00:00")):
        assert "2022年第二季度" in heading(as_(reviewer).get(address))


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("address", PAGES_OF_FIGURES)
def test_a_page_of_figures_opens_at_the_last_that_has_any_and_names_the_one_in_work(address, as_, reviewer):
    answer = as_(reviewer).get(address)
    screen = Screen(answer)
    assert "2021年" in heading(answer) and "2022年" not in heading(answer)
    assert "正在办理的是2022年第一季度" in screen.text
    other = next(link for link in screen.links if link.text == "查看2022年第一季度")
    answer = as_(reviewer).get(address + other.href)
    assert "2022年第一季度" in heading(answer) and "正在办理" not in Screen(answer).text
    assert "查看2021年第四季度" in [link.text for link in Screen(answer).links]  # and back


@pytest.mark.parametrize("address", PAGES_OF_FIGURES)
def test_without_any_figures_it_opens_at_the_period_in_work(address, as_, reviewer):
    answer = as_(reviewer).get(address)
    assert "2022年第一季度" in heading(answer)
    assert "尚未到期" in Screen(answer).text
    assert not [link for link in Screen(answer).links if link.text.startswith("查看2")]


def test_a_unit_with_longer_reads_its_own_day(as_, clerk, neighbour, administrator):
    longer = {"due_at": at("2022-04-02T00:00"), "reason": "停电。"}
    period_actions.extend(period(), clerk.tenant, **longer, by=administrator)
    with clock.frozen(at("2022-03-30T09:00")):
        text = Screen(as_(clerk).get("/taizhou/progress/")).text
        assert "尚未到期（2022年4月1日24时前上报为按时）" in text and "28日" not in text
        assert "尚未到期" not in Screen(as_(neighbour).get("/taizhou/progress/")).text


def test_each_unit_has_its_own_last_period_with_figures(as_, reviewer, neighbour):
    with clock.frozen(at("2022-04-20T09:00")):
        accepted(membership("jiaojiang-preparer"), row("椒江区社区学院", 1, 41), code="2022Q2")
        assert "第二季度" in heading(as_(reviewer).get("/taizhou/rollup/"))
        assert "第二季度" in heading(as_(neighbour).get("/taizhou/rollup/"))  # it has none: the one in work


def heading(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().split("<h1", 1)[1].split("</h1>")[0]
