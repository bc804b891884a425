"""A receipt says what a version was: late is the first submission alone; what follows it is named for what it is."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.models import Filing
from reporting.periods import actions as period_actions
from reporting.releases import queries as release_queries
from reporting.review import actions as review_actions

from ..factories import accepted, period, row, submitted
from ..screen import Screen

pytestmark = pytest.mark.django_db

DUE = datetime.fromisoformat("2022-03-29T00:00:00+08:00")
AFTER = DUE + timedelta(days=1, hours=10)
REASON = "第1行人次与签到表不符，请核对后重报。"


def receipt(client, filing: Filing) -> str:
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    return Screen(client.get(reverse("version-detail", args=[filing.latest.public_id]))).text


def sent_back(filing: Filing, reviewer) -> Filing:
    review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer)
    return filing


def test_who_was_in_time_and_supplements_is_not_called_late(as_, clerk, reviewer):
    sent_back(submitted(clerk), reviewer)
    with clock.frozen(AFTER):
        again = submitted(clerk, row("椒江区社区学院", 1, 42))
        pages = [
            receipt(as_(clerk), again),
            *(Screen(as_(reviewer).get(each)).text for each in places(again)),
        ]
    for page in pages:
        assert "补充上报，首次上报按时" in page and "迟报" not in page.replace("迟报以", "")


def test_who_was_late_is_and_stays_so(as_, clerk, reviewer):
    with clock.frozen(AFTER):
        first = submitted(clerk)
        assert "迟报2天" in receipt(as_(clerk), first)
        sent_back(first, reviewer)
    with clock.frozen(AFTER + timedelta(days=3)):
        again = submitted(clerk, row("椒江区社区学院", 1, 42))
        assert "再次上报，首次迟报2天" in receipt(as_(clerk), again)


def test_what_is_accepted_after_a_release_was_filed_late_only_if_the_first_was(clerk, reviewer):
    sent_back(submitted(clerk), reviewer)
    with clock.frozen(AFTER):
        accepted(clerk, row("椒江区社区学院", 1, 42))
        (counting,) = release_queries.accepted_versions(period().programme, [period()])
    assert (counting.number, counting.is_late) == (2, False)


def test_a_correction_is_called_one(as_, clerk, reviewer):
    filing = accepted(clerk)
    with clock.frozen(AFTER):
        filing = filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=clerk)
        text = receipt(as_(clerk), submitted(clerk, row("椒江区社区学院", 1, 42)))
    assert "更正原因 漏计一场。" in text and "补充上报" not in text and "迟报" not in text


def test_the_due_instant_is_said_as_everywhere_else(as_, clerk, neighbour, administrator):
    """“28日24时”, not “29日 00:00”; of an extension both."""
    assert "2022年3月28日24时" in receipt(as_(clerk), submitted(clerk))
    longer = {"due_at": DUE + timedelta(days=4), "reason": "停电。"}
    period_actions.extend(period(), neighbour.tenant, **longer, by=administrator)
    text = receipt(as_(neighbour), submitted(neighbour))
    assert "2022年4月1日24时" in text and "2022年3月28日24时" in text and "00:00" not in text


def places(filing: Filing) -> list[str]:
    """Where a reviewer reads how a version came."""
    return [filing.get_absolute_url(), reverse("review-list"), "/"]
