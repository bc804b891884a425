"""Recall, accept, send back, correct: what the confirmation asks, what follows, what those concerned see."""

import pytest
from django.urls import reverse

from portal.models import HistoryEntry
from reporting.models import Filing
from reporting.models.states import Status

from ..factories import accepted, grid, row, submitted
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


def test_it_lets_nobody_accept_what_they_submitted(as_, clerk, reviewer):
    """The same person at both sides: the two-person rule goes by what was done, not by the role."""
    own = submitted(clerk)
    reviewer.user.memberships.filter(pk=reviewer.pk).update(user=clerk.user)
    answer = as_(clerk).post(reverse("filing-accept", args=[own.public_id]), {"revision": own.revision})
    assert answer.status_code == 403
    assert now(own).status == Status.SUBMITTED
