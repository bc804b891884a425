"""What reaches whom on the first page, and when it goes again."""

from datetime import datetime, timedelta

import pytest

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.home import notices
from reporting.periods import actions as period_actions
from reporting.review import actions as review_actions

from ..factories import accepted, answered, membership, nil, period, row, submitted, tenant

pytestmark = pytest.mark.django_db

CLOSES = datetime.fromisoformat("2022-04-11T00:00:00+08:00")
DAY = timedelta(days=1)
CAST = [
    "jiaojiang-preparer", "jiaojiang-head", "jiaojiang-observer", "huangyan-preparer", "taizhou-education-reviewer",
    "taizhou-education-administrator", "taizhou-education-observer", "shanghai-civil-affairs-reviewer", "sh-huangpu-preparer",
]  # fmt: skip
FILERS = {"jiaojiang-preparer", "jiaojiang-head"}
REVIEWER, ADMINISTRATOR = "taizhou-education-reviewer", "taizhou-education-administrator"


def told(kind: str) -> set[str]:
    """Who of the cast has a notice of that kind."""
    return {name for name in CAST if kind in {each.kind for each in notices.notices_for(membership(name))}}


def test_nobody_is_told_anything_when_nothing_happened():
    assert [notices.notices_for(membership(name)) for name in CAST] == [[]] * len(CAST)


def test_a_reason_reaches_those_who_file_until_it_is_answered(clerk, reviewer):
    filing = submitted(clerk)
    review_actions.send_back(filing, reason="请核对人次。", revision=filing.revision, by=reviewer)
    assert told("sent_back") == FILERS
    (notice,) = notices.notices_for(clerk)
    assert (notice.detail, notice.link) == ("请核对人次。", f"/filings/{filing.public_id}/edit/")
    again = answered(filing, clerk)
    filing_actions.submit(again, revision=again.revision, by=clerk)
    assert (told("sent_back"), told("answered")) == (set(), {REVIEWER})


def test_an_explanation_reaches_the_reviewer_until_it_is_decided(clerk, reviewer):
    filing = submitted(clerk, row("海门街道社区学校", 1, 5))
    assert told("answered") == {REVIEWER}
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    assert told("answered") == set()


def test_a_nil_return_makes_no_notice_for_the_reviewer(clerk):
    nil(clerk)
    assert told("answered") == set()


def test_a_correction_reaches_the_reviewer_with_its_reason(clerk):
    filing = accepted(clerk)
    filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=clerk)
    assert told("correcting") == {REVIEWER}
    (notice,) = notices.notices_for(membership(REVIEWER))
    assert notice.detail == "漏计一场。"


def test_a_changed_due_date_reaches_that_tenant_until_it_has_filed(clerk, administrator):
    due_at = period().due_at + 3 * DAY
    period_actions.extend(period(), clerk.tenant, due_at=due_at, reason="延期三天。", by=administrator)
    assert told("extended") == FILERS
    submitted(clerk)
    assert told("extended") == set()


def test_a_closed_and_a_reopened_period_reach_all_who_file_and_review(administrator):
    everybody = FILERS | {"huangyan-preparer", REVIEWER}
    period_actions.close_period(period(), reason="汇总已完成。", by=administrator)
    assert (told("closed"), told("reopened")) == (everybody, set())
    with clock.frozen(clock.now() + DAY):
        period_actions.reopen_period(period(), reason="补录。", by=administrator)
        assert (told("closed"), told("reopened")) == (set(), everybody)


def test_news_of_a_closing_are_old_after_two_weeks(administrator):
    period_actions.close_period(period(), reason="汇总已完成。", by=administrator)
    with clock.frozen(clock.now() + 15 * DAY):
        assert told("closed") == set()


def test_a_request_reaches_the_leads_administrator_until_it_is_answered(clerk, administrator):
    with clock.frozen(CLOSES):
        period_actions.request_unlock(period(), clerk.tenant, reason="漏报两场。", by=clerk)
        assert told("unlock_request") == {ADMINISTRATOR}
        period_actions.reopen_period(period(), reason="同意。", by=administrator)
        assert told("unlock_request") == set()


def test_every_notice_leads_somewhere_and_is_on_the_first_page(as_, clerk, reviewer, administrator):
    filing = submitted(clerk)
    review_actions.send_back(filing, reason="请核对人次。", revision=filing.revision, by=reviewer)
    period_actions.extend(
        period(), tenant("huangyan"), due_at=period().due_at + DAY, reason="延期。", by=administrator
    )
    for who in (clerk, membership("huangyan-preparer")):
        home = as_(who).get("/").content.decode()
        for notice in notices.notices_for(who):
            assert notice.text in home or str(notice.link) in home
            assert as_(who).get(notice.link).status_code == 200


def test_it_asks_no_more_for_many_than_for_one(clerk, reviewer, django_assert_max_num_queries):
    for code in ("jiaojiang", "huangyan", "luqiao"):
        submitted(membership(f"{code}-preparer"), row(f"{code}社区学校", 1, 5))
    with django_assert_max_num_queries(8):
        assert len(notices.notices_for(reviewer)) == 3
