"""Closing, reopening, extending, and asking for it: what was decided lies over the document's dates (D2, D4, D19)."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.entry.findings import Invalid
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Extension, Filing, PeriodDecision, UnlockRequest
from reporting.periods import actions as period_actions
from reporting.periods import deadlines
from reporting.periods import queries as period_queries
from reporting.periods.rules import why_not_open
from reporting.review import actions as review_actions
from reporting.rollup import status as rollup_status
from reporting.rollup.rollup import roll_up

from ..conftest import NOW
from ..factories import accepted, membership, period, row, started, submitted, tenant

pytestmark = pytest.mark.django_db

REASON = "市级汇总已完成。"
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


DUE, CLOSES = at("2022-03-29T00:00:00"), at("2022-04-11T00:00:00")


def close(by, code: str = "2022Q1", **given) -> PeriodDecision:
    return period_actions.close_period(period(code), reason=REASON, by=by, **given)


def reopen(by, code: str = "2022Q1", **given) -> PeriodDecision:
    return period_actions.reopen_period(period(code), reason="补录漏报活动。", by=by, **given)


def extend(by, due_at: datetime, code: str = "jiaojiang", **given) -> Extension:
    given = {"reason": "疫情影响，延期。", **given}
    return period_actions.extend(period(), tenant(code), due_at=due_at, by=by, **given)


def is_open(code: str = "jiaojiang", quarter: str = "2022Q1") -> bool:
    return why_not_open(period(quarter), tenant=tenant(code)) is None


# --- who


DECISIONS = {
    "close": lambda by: close(by),
    "reopen": lambda by: reopen(by, "2021Q4"),
    "extend": lambda by: extend(by, DUE + DAY),
}


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize(
    "who",
    [
        "taizhou-education-reviewer",
        "taizhou-education-observer",
        "jiaojiang-administrator",
        "jiaojiang-preparer",
        "shanghai-civil-affairs-administrator",
    ],
)
def test_nobody_but_the_leads_administrator_decides(decision, who, unchanged):
    with unchanged(), pytest.raises(PermissionDenied):
        DECISIONS[decision](membership(who))


@pytest.mark.parametrize("decision", DECISIONS)
def test_each_decision_is_one_entry_in_the_history(decision, administrator):
    before = HistoryEntry.objects.count()
    made = DECISIONS[decision](administrator)
    entry = HistoryEntry.objects.latest("id")
    assert HistoryEntry.objects.count() == before + 1
    assert (entry.subject_id, entry.by, entry.reason) == (made.public_id, administrator.user, made.reason)


@pytest.mark.parametrize("reason", ["", " \u3000", "字" * 501, "a\x00b"])
def test_each_wants_a_reason_that_can_be_read(administrator, unchanged, reason):
    for decide in (
        lambda: period_actions.close_period(period(), reason=reason, by=administrator),
        lambda: period_actions.reopen_period(period("2021Q4"), reason=reason, by=administrator),
        lambda: extend(administrator, DUE + DAY, reason=reason),
    ):
        with unchanged(), pytest.raises(Invalid):
            decide()


# --- closing and reopening


def test_an_explicit_closing_holds_before_its_day(administrator, clerk, unchanged):
    filing = started(clerk)
    close(administrator)
    assert not is_open()
    filing = filing_actions.save_draft(filing, typed_return.Typed([row("甲校", 1, 41)]), revision=1, by=clerk)
    with unchanged(), pytest.raises(Refused):  # F02
        filing_actions.submit(filing, revision=filing.revision, by=clerk)
    assert Filing.objects.get(pk=filing.pk).draft.rows  # F29: the typing goes on


def test_it_closes_by_itself_and_opens_by_decision_until_a_day(administrator):
    with clock.frozen(CLOSES):
        assert not is_open()
        reopen(administrator, until=CLOSES + 3 * DAY)
        assert is_open()
    with clock.frozen(CLOSES + 3 * DAY - timedelta(microseconds=1)):
        assert is_open()
    with clock.frozen(CLOSES + 3 * DAY):
        assert not is_open()


def test_a_decision_holds_until_the_next(administrator):
    reopen(administrator, "2021Q4")
    with clock.frozen(NOW + 100 * DAY):
        assert is_open(quarter="2021Q4")
        close(administrator, "2021Q4")
        assert not is_open(quarter="2021Q4")
        reopen(administrator, "2021Q4")
        assert is_open(quarter="2021Q4")


def test_the_first_quarter_is_reopened_although_the_second_is_accepted(administrator, clerk, neighbour):
    """F18: allowed with a reason; the sums of the year follow."""
    with clock.frozen(at("2022-06-20T09:00:00")):
        accepted(clerk, row("甲校", 1, 41), code="2022Q2")
        reopen(administrator)
        accepted(neighbour, row("乙校", 1, 30))
        periods = [period("2022Q1"), period("2022Q2")]
        rolled = roll_up(periods[0].programme, periods, under=tenant("taizhou-education"))
        assert rolled.total["training_attendances"] == 71


@pytest.mark.parametrize(("decide", "code"), [(reopen, "2022Q1"), (close, "2022Q2"), (close, "2021Q4")])
def test_a_decision_that_changes_nothing_is_refused(administrator, decide, code, unchanged):
    with unchanged(), pytest.raises(Refused):
        decide(administrator, code)


def test_what_waits_is_named_before_it_is_closed(administrator, clerk, neighbour, reviewer, unchanged):
    """F30: submitted and unreviewed returns need an explicit choice, each of them."""
    filing, other = submitted(clerk), submitted(neighbour)
    with unchanged(), pytest.raises(Invalid, match="椒江"):
        close(administrator, although_waiting=[other.public_id])
    close(administrator, although_waiting=[filing.public_id, other.public_id])
    assert review_actions.accept(filing, revision=filing.revision, by=reviewer).status == "accepted"
    back = review_actions.send_back(other, reason="请核对。", revision=other.revision, by=reviewer)
    back = filing_actions.answer_reasons(
        back, "已核对签到表，数字无误。", revision=back.revision, by=neighbour
    )
    assert filing_actions.submit(back, revision=back.revision, by=neighbour).number == 2


def test_a_reopened_period_is_not_closed_in_the_past(administrator, unchanged):
    with unchanged(), pytest.raises(Invalid):
        reopen(administrator, "2021Q4", until=NOW)


# --- one tenant


def test_an_extension_is_for_one_tenant_and_leaves_the_documents_date(administrator, clerk, neighbour):
    extend(administrator, DUE + 3 * DAY)
    with clock.frozen(DUE + DAY):
        mine, theirs = submitted(clerk), submitted(neighbour)
    cells = rollup_status.cells(period().programme, [period()], under=tenant("taizhou-education"))
    board = {cell.tenant.code: cell for cell in cells.values()}
    assert [board[code].days_late for code in ("jiaojiang", "huangyan")] == [0, 2]
    assert [each.latest.is_supplementary for each in (mine, theirs)] == [False, True]
    assert [board[code].due_at for code in ("jiaojiang", "huangyan")] == [DUE + 3 * DAY, DUE]
    assert (period().due_at, mine.latest.due_at) == (DUE, DUE + 3 * DAY)


def test_who_filed_late_does_not_become_punctual_afterwards(administrator, clerk):
    """On time is judged by the date in force at the submission."""
    with clock.frozen(DUE + DAY):
        submitted(clerk)
        extend(administrator, DUE + 5 * DAY)
    (cell,) = rollup_status.cells(period().programme, [period()], under=clerk.tenant).values()
    assert (cell.days_late, cell.due_at) == (2, DUE + 5 * DAY)
    call_command("verify_figures")


def test_who_extends_is_told_of_whom_it_changes_nothing(administrator, clerk, as_, reviewer):
    """Before it is granted, when it is granted, on the board and to the tenant: 不因延期改变."""
    address = "/taizhou/periods/2022Q1/extend/"
    assert "不因延期改变" not in as_(administrator).get(address).content.decode()
    with clock.frozen(DUE + DAY):
        filing, client = submitted(clerk), as_(administrator)
        assert "以下单位已上报，按原期限认定，不因延期改变：" in client.get(address).content.decode()
        data = {"due_on": "2022-04-02", "reason": "停电。"}
        other = client.post(address, {**data, "tenant": tenant("huangyan").public_id}, follow=True)
        assert "黄岩区教育局已上报" not in other.content.decode()
        done = client.post(address, {**data, "tenant": clerk.tenant.public_id}, follow=True)
        assert "椒江区教育局已上报，按原期限认定是否按时，不因延期改变。" in done.content.decode()
        board = as_(reviewer).get("/taizhou/board/?period=2022Q1").content.decode()
        assert "迟报2天" in board and board.count("此前已上报，按原期限认定") == 1
        filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
        own = as_(clerk).get(f"/filings/{filing.public_id}/edit/").content.decode()
        assert "此前已上报的按原期限认定，不因延期改变。" in own


@pytest.mark.parametrize("due_at", [DUE, DUE - DAY, NOW])
def test_nobody_is_given_less_time(administrator, due_at, unchanged):
    """G23."""
    with unchanged(), pytest.raises(Invalid):
        extend(administrator, due_at)


def test_the_second_extension_is_later_than_the_first(administrator, unchanged):
    extend(administrator, DUE + 5 * DAY)
    with unchanged(), pytest.raises(Invalid):
        extend(administrator, DUE + 4 * DAY)
    extend(administrator, DUE + 6 * DAY)
    assert deadlines.window(period(), tenant("jiaojiang")).due_at == DUE + 6 * DAY
    assert Extension.objects.count() == 2


def test_a_due_date_after_the_closing_keeps_the_books_open_for_that_tenant(administrator, clerk, neighbour):
    extend(administrator, CLOSES + 5 * DAY)
    with clock.frozen(CLOSES + 4 * DAY):
        assert [is_open("jiaojiang"), is_open("huangyan")] == [True, False]
        assert submitted(clerk).latest.is_supplementary is False
        with pytest.raises(Refused):
            submitted(neighbour)
        assert period() in period_queries.open_periods([period().programme], clerk.tenant)
        assert period() not in period_queries.open_periods([period().programme], neighbour.tenant)


def test_the_later_decision_wins_between_a_closing_and_an_extension(administrator):
    extend(administrator, DUE + DAY, closes_at=CLOSES + 9 * DAY)
    with clock.frozen(NOW + DAY):
        close(administrator)
        assert not is_open()
    with clock.frozen(NOW + 2 * DAY):
        extend(administrator, DUE + 2 * DAY)
        assert [is_open("jiaojiang"), is_open("huangyan")] == [True, False]


def test_a_closing_before_the_due_date_is_refused(administrator, unchanged):
    with unchanged(), pytest.raises(Invalid):
        extend(administrator, DUE + 5 * DAY, closes_at=DUE + 4 * DAY)


# --- 申请解锁


def test_a_request_waits_for_the_next_decision(administrator, clerk):
    with clock.frozen(CLOSES + DAY):
        asked = period_actions.request_unlock(period(), clerk.tenant, reason="漏报两场。", by=clerk)
        assert period_queries.open_requests([period()]) == [asked]
    with clock.frozen(CLOSES + 2 * DAY):
        reopen(administrator)
        assert period_queries.open_requests([period()]) == []


def test_a_request_is_answered_by_an_extension_or_by_keeping_it_closed(administrator, clerk, neighbour):
    with clock.frozen(CLOSES + DAY):
        for by in (clerk, neighbour):
            period_actions.request_unlock(period(), by.tenant, reason="漏报两场。", by=by)
        extend(administrator, CLOSES + 9 * DAY)
        assert [each.tenant for each in period_queries.open_requests([period()])] == [neighbour.tenant]
        close(administrator)
        assert period_queries.open_requests([period()]) == []


@pytest.mark.parametrize(
    "who", ["jiaojiang-observer", "huangyan-preparer", "taizhou-education-administrator"]
)
def test_nobody_asks_for_another_tenant(who, clerk, unchanged):
    with clock.frozen(CLOSES), unchanged(), pytest.raises(PermissionDenied):
        period_actions.request_unlock(period(), clerk.tenant, reason="漏报两场。", by=membership(who))


def test_a_request_without_need_is_refused(clerk, unchanged):
    with unchanged(), pytest.raises(Refused):
        period_actions.request_unlock(period(), clerk.tenant, reason="漏报两场。", by=clerk)
    with clock.frozen(CLOSES):
        period_actions.request_unlock(period(), clerk.tenant, reason="漏报两场。", by=clerk)
        with pytest.raises(Refused):
            period_actions.request_unlock(period(), clerk.tenant, reason="再请。", by=clerk)
    assert UnlockRequest.objects.count() == 1


@pytest.mark.parametrize("table", ["perioddecision", "extension", "unlockrequest", "reviewpoint", "opening"])
def test_the_database_refuses_to_change_what_was_decided(table, administrator, clerk, reviewer):
    close(administrator)
    extend(administrator, DUE + DAY)
    with clock.frozen(CLOSES + DAY):
        close_again = deadlines.window(period(), tenant("huangyan"))
        assert close_again.is_closed
        period_actions.request_unlock(
            period(), tenant("huangyan"), reason="漏报。", by=membership("huangyan-preparer")
        )
    filing = submitted(clerk)
    review_actions.open_version(filing.latest, by=reviewer)
    review_actions.send_back(filing, reason="请核对。", revision=filing.revision, by=reviewer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reporting_{table} SET tenant_id = tenant_id")


def test_a_frozen_version_is_still_frozen_after_its_new_columns(clerk):
    submitted(clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_version SET number = number")
