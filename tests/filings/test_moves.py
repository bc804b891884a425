"""Recall, accept, send back, correct: what the confirmation asks, what follows, what those concerned see."""

from datetime import datetime

import pytest
from django.urls import reverse

from portal import clock
from portal.models import HistoryEntry, Membership
from reporting.filings import actions as filing_actions
from reporting.models import Filing, Review
from reporting.models.states import Status

from ..factories import accepted, grid, membership, row, submitted, tenant
from ..screen import Screen

REASON = "第3行人次小于场次，请核对后重报。"


def move(client, name: str, filing: Filing, **data):
    """Open the confirmation, then press its button."""
    address = reverse(f"filing-{name}", args=[filing.public_id])
    asked = client.get(address)
    assert asked.status_code == 200
    assert filing.tenant.name in Screen(asked).text and filing.period.name in Screen(asked).text
    return client.post(address, {"revision": Screen(asked).fields["revision"], **data}, follow=True)


def now(filing: Filing) -> Filing:
    return Filing.objects.with_parties().get(pk=filing.pk)


def correcting(clerk) -> Filing:
    filing = accepted(clerk)
    return filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=clerk)


def test_it_recalls_and_opens_the_table_again(as_, clerk):
    filing = submitted(clerk)
    answer = move(as_(clerk), "recall", filing)
    assert answer.redirect_chain == [(reverse("filing-edit", args=[filing.public_id]), 302)]
    assert now(filing).status == Status.RECALLED
    assert Screen(answer).fields["row-1-provider"] == "椒江社区学院"


def test_it_accepts_and_the_figures_count(as_, clerk, reviewer):
    filing = submitted(clerk)
    answer = move(as_(reviewer), "accept", filing)
    assert answer.redirect_chain == [(filing.get_absolute_url(), 302)]
    assert (now(filing).status, now(filing).accepted) == (Status.ACCEPTED, filing.latest)
    assert now(filing).get_status_display() in Screen(answer).text


def test_it_accepts_only_the_version_that_the_reviewer_saw(as_, clerk, reviewer):
    filing = submitted(clerk)
    stale = {"revision": filing.revision}
    move(as_(clerk), "recall", filing)
    submitted(clerk, row("海门街道社区学校", 2, 90))
    answer = as_(reviewer).post(reverse("filing-accept", args=[filing.public_id]), stale)
    assert answer.status_code == 409
    assert "您看到的是第1版，现在是第2版" in Screen(answer).text
    assert (now(filing).status, now(filing).accepted) == (Status.SUBMITTED, None)


def test_it_lets_one_of_two_reviewers_decide(as_, clerk, reviewer):
    filing = submitted(clerk)
    both = {"revision": filing.revision, "reason": REASON}
    first = as_(reviewer).post(reverse("filing-send-back", args=[filing.public_id]), both)
    second = as_(reviewer).post(reverse("filing-accept", args=[filing.public_id]), both)
    assert (first.status_code, second.status_code) == (302, 409)
    assert HistoryEntry.objects.filter(action__in=["accept", "send_back"]).count() == 1


def test_it_sends_back_and_the_county_reads_why(as_, clerk, reviewer):
    filing = submitted(clerk)
    move(as_(reviewer), "send-back", filing, reason=REASON)
    assert now(filing).status == Status.RETURNED
    for name in ("filing-detail", "filing-edit"):
        screen = Screen(as_(clerk).get(reverse(name, args=[filing.public_id])))
        assert REASON in screen.text
        assert now(filing).get_status_display() in screen.text


@pytest.mark.parametrize("name", ["send-back", "correct"])
@pytest.mark.parametrize("reason", ["", "   ", "\u3000\n", "字" * 501, "a\x00b", "a\u202eb"])
def test_it_wants_a_reason_that_can_be_read(as_, clerk, reviewer, name, reason):
    filing, who = (submitted(clerk), reviewer) if name == "send-back" else (accepted(clerk), clerk)
    address = reverse(f"filing-{name}", args=[filing.public_id])
    answer = as_(who).post(address, {"revision": filing.revision, "reason": reason})
    screen = Screen(answer)
    assert answer.status_code == 422
    assert screen.at["id_reason_error"]
    assert screen.fields["reason"].replace("\r\n", "\n").strip() == reason.replace("\x00", "\x00").strip()
    assert (now(filing).status, now(filing).revision) == (filing.status, filing.revision)


def test_it_corrects_with_a_reason_and_keeps_both_versions(as_, clerk, reviewer):
    filing = accepted(clerk, row("海门街道社区学校", 1, 51))
    answer = move(as_(clerk), "correct", filing, reason="漏计一场。")
    assert answer.redirect_chain == [(reverse("filing-edit", args=[filing.public_id]), 302)]
    assert "漏计一场。" in Screen(answer).text
    data = grid(now(filing), row("海门街道社区学校", 2, 99), do="check")
    page = as_(clerk).post(reverse("filing-edit", args=[filing.public_id]), data, follow=True)
    page = as_(clerk).post(page.request["PATH_INFO"], {"revision": now(filing).revision}, follow=True)
    assert (now(filing).accepted.number, now(filing).latest.number) == (1, 2)
    move(as_(reviewer), "accept", filing)
    screen = Screen(as_(reviewer).get(filing.get_absolute_url()))
    assert ["海门街道社区学校", "应用类短期培训（场）", "1", "2"] in screen.rows("海门街道社区学校")
    assert now(filing).accepted.number == 2
    assert "漏计一场。" in screen.text


def test_it_says_beside_a_disabled_button_why(as_, clerk, reviewer):
    filing = submitted(clerk)
    ours, theirs = (Screen(as_(who).get(filing.get_absolute_url())) for who in (clerk, reviewer))
    assert [each.is_disabled for each in ours.buttons if each.text and each.is_disabled] == [True]
    assert [each for each in theirs.buttons if each.is_disabled] == []
    assert filing.get_status_display() in ours.text


def test_it_gives_a_correction_up(as_, clerk):
    filing = correcting(clerk)
    edit = Screen(as_(clerk).get(reverse("filing-edit", args=[filing.public_id])))
    address = reverse("filing-give-up", args=[filing.public_id])
    assert address in {link.href for link in edit.links}
    answer = move(as_(clerk), "give-up", filing)
    assert answer.redirect_chain == [(filing.get_absolute_url(), 302)]
    assert (now(filing).status, now(filing).correction_reason) == (Status.ACCEPTED, "")
    page = Screen(as_(clerk).get(filing.get_absolute_url()))
    assert "放弃更正" in page.text and address not in {link.href for link in page.links}


def test_what_was_written_is_shown_again_when_it_comes_too_late(as_, clerk, reviewer):
    filing = submitted(clerk)
    written = {"revision": filing.revision, "reason": REASON, "reason-1-videos": "视频数请核对。"}
    filing_actions.recall(filing, revision=filing.revision, by=clerk)
    submitted(clerk, row("白云街道成校", 1, 40))
    for name in ("filing-send-back", "filing-accept"):
        answer = as_(reviewer).post(reverse(name, args=[filing.public_id]), written)
        assert answer.status_code == 409
        said = Screen(answer).text
        assert REASON in said and "视频数请核对。" in said
        assert "椒江社区学院 ·" in said  # the row that was looked at, not the one that stands there now
    assert not Review.objects.exists()


# --- what recalling costs

ON_TIME, LATE, LAST_DAY, CLOSED = (
    datetime.fromisoformat(f"2022-{at}:00+08:00")
    for at in ("03-25T09:00", "03-30T09:00", "04-10T09:00", "04-11T09:00")
)


@pytest.mark.parametrize(
    ("at", "said", "unsaid"),
    [
        (ON_TIME, ["2022年3月28日 24时前再次上报", "2022年4月10日封账"], ["按未报计，再次"]),
        (LATE, ["2022年3月28日 已过", "标为补报", "首次上报（2022年3月25日）", "2022年4月10日封账"], []),
        (LAST_DAY, ["今日24时封账", "只能申请解锁"], ["4月10日封账"]),
    ],
)
def test_recalling_says_its_price_before_it_is_done(as_, clerk, at, said, unsaid):
    with clock.frozen(ON_TIME):
        filing = submitted(clerk)
    with clock.frozen(at):
        text = Screen(as_(clerk).get(reverse("filing-recall", args=[filing.public_id]))).text
    assert [each for each in said if each not in text] == []
    assert [each for each in unsaid if each in text] == []


def test_recalling_a_correction_costs_nothing(as_, clerk):
    filing = correcting(clerk)
    submitted(clerk, row("椒江社区学院", 2, 90))
    text = Screen(as_(clerk).get(reverse("filing-recall", args=[filing.public_id]))).text
    assert "第1版继续有效" in text and "封账" not in text


def test_after_the_closing_it_says_who_can_help(as_, clerk):
    filing = submitted(clerk)
    with clock.frozen(CLOSED):
        page = Screen(as_(clerk).get(filing.get_absolute_url()))
        answer = as_(clerk).post(
            reverse("filing-recall", args=[filing.public_id]), {"revision": filing.revision}
        )
    assert "请联系审核员退回" in page.text
    assert answer.status_code == 409 and "请联系审核员退回" in Screen(answer).text
    assert now(filing).status == Status.SUBMITTED


# --- who works there


def test_nobody_decides_on_a_return_of_where_they_work(as_, clerk, reviewer, unchanged):
    """Not of a colleague's either; and the page says why the buttons are not there."""
    filing, elsewhere = submitted(clerk), submitted(membership("huangyan-preparer"))
    Membership.objects.create(user=reviewer.user, tenant=tenant("jiaojiang"), role="observer")
    client = as_(reviewer)
    page = Screen(client.get(filing.get_absolute_url()))
    assert [each.text for each in page.buttons if each.is_disabled] == ["审核通过", "退回"]
    assert f"您同时是{filing.tenant}的工作人员" in page.text
    with unchanged():
        for name in ("filing-accept", "filing-send-back"):
            posted = {"revision": filing.revision, "reason": REASON, "confirmed": "1"}
            assert client.post(reverse(name, args=[filing.public_id]), posted).status_code == 403
    listed = Screen(client.get(reverse("review-list"))).text
    assert f"您同时是{filing.tenant}的工作人员" in listed
    move(client, "accept", elsewhere)
    assert now(elsewhere).status == Status.ACCEPTED


def test_whoever_does_not_work_there_any_more_decides(as_, clerk, reviewer):
    filing = submitted(clerk)
    former = {"user": reviewer.user, "tenant": tenant("jiaojiang"), "role": "preparer", "is_active": False}
    Membership.objects.create(**former)
    move(as_(reviewer), "accept", filing)
    assert now(filing).status == Status.ACCEPTED


def test_it_lets_nobody_accept_what_they_submitted(as_, clerk, reviewer):
    """The same person at both sides: the two-person rule goes by what was done, not by the role."""
    own = submitted(clerk)
    reviewer.user.memberships.filter(pk=reviewer.pk).update(user=clerk.user)
    answer = as_(clerk).post(reverse("filing-accept", args=[own.public_id]), {"revision": own.revision})
    assert answer.status_code == 403
    assert now(own).status == Status.SUBMITTED
