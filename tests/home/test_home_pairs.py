"""我的任务 of who decides: how many activities may be counted twice and wait for a decision."""

import re

import pytest

from reporting.ledger import duplicate_actions

from ..factories import accepted, course, ledger_user, membership, recorded, row

CITY = "taizhou-education"
REASON = "请核对是否同一场活动（演示）。"


def claimed_by_two(*days: str) -> list:
    """台州湾新区 and 椒江 both count what was held in one hall on these days."""
    found = []
    for code, name in [("jiaojiang", "海门街道社区学校"), ("taizhouwan", "三甲街道成校（演示）")]:
        by = membership(f"{code}-preparer")
        ledger_user(by, name)
        found.append(recorded(by, *(course(name, day, venue="共用文化礼堂（演示）") for day in days)))
        accepted(by, row(name))
    return list(zip(*found, strict=True))


def waiting(client) -> str:
    """The figure beside the link to the pairs; none: the section is not there."""
    found = re.search(
        r'aria-labelledby="pairs".*?<strong>(\d+)</strong>.*?href="/ledger/duplicates/"', page(client), re.S
    )
    return found.group(1) if found else ""


def page(client) -> str:
    return client.get("/").content.decode()


def test_a_reviewer_reads_how_many_pairs_wait_for_a_decision(as_, reviewer):
    assert waiting(as_(reviewer)) == ""
    (first, second) = claimed_by_two("2022-03-02", "2022-03-09")
    assert waiting(as_(reviewer)) == "2"
    duplicate_actions.decide_duplicate(*first, outcome="asked", reason=REASON, by=reviewer)
    assert waiting(as_(reviewer)) == "2"  # asked is not decided
    duplicate_actions.decide_duplicate(*first, outcome="distinct", reason=REASON, by=reviewer)
    assert waiting(as_(reviewer)) == "1"
    duplicate_actions.decide_duplicate(*second, outcome="counts", reason=REASON, by=reviewer)
    assert waiting(as_(reviewer)) == ""


@pytest.mark.parametrize("username", [f"{CITY}-administrator", f"{CITY}-observer", "huangyan-preparer"])
def test_who_does_not_decide_is_told_no_number_of_pairs(as_, db, username):
    claimed_by_two("2022-03-02")
    assert waiting(as_(membership(username))) == ""
