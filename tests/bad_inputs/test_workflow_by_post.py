"""Moves at the wrong moment or by the wrong person, straight by POST: refused, told why, nothing changed."""

import pytest
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.models import HistoryEntry
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing
from reporting.review import actions as review_actions

from ..conftest import NOW
from ..factories import FIGURES, accepted, grid, membership, nil, period, row, started, submitted
from ..screen import Screen
from .workflow import CLERK, REASON, REVIEWER, SITUATIONS, Situation

pytestmark = pytest.mark.one_database("postgresql")


def ready(by) -> Filing:
    filing = started(by)
    typed = typed_return.Typed(
        [row("海门街道社区学校", *FIGURES)], preparer="甲", head="乙", telephone="演示号码 0000"
    )
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def returned(by) -> Filing:
    filing = submitted(by)
    return review_actions.send_back(
        filing, reason=REASON["reason"], revision=filing.revision, by=membership(REVIEWER)
    )


def recalled(by) -> Filing:
    filing = submitted(by)
    return filing_actions.recall(filing, revision=filing.revision, by=by)


def correcting(by) -> Filing:
    filing = accepted(by)
    return filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=by)


MAKE = {
    "draft": started, "ready": ready, "submitted": submitted, "submitted nil": nil, "accepted": accepted,
    "returned": returned, "recalled": recalled, "correcting": correcting,
}  # fmt: skip


@pytest.fixture
def press(db):
    """Make the return, let time pass if the situation says so, press."""

    def pressed(situation: Situation, at=NOW):
        filing = MAKE[situation.state.removesuffix(", then closed")](membership(CLERK))
        filing = Filing.objects.with_parties().get(pk=filing.pk)
        data = grid(filing) if situation.page == "filing-edit" else {"revision": filing.revision}
        client = Client()
        client.force_login(membership(situation.who).user)
        with clock.frozen(period().closes_at if "closed" in situation.state else at):
            answer = client.post(reverse(situation.page, args=[filing.public_id]), data | situation.data)
        return filing, answer

    return pressed


@pytest.mark.parametrize(
    "situation", SITUATIONS, ids=lambda each: f"{each.id}-{each.state}-{each.who.split('-')[-1]}-{each.page}"
)
def test_it_refuses_what_the_moment_or_the_person_forbids(press, situation):
    before = HistoryEntry.objects.count()
    filing, answer = press(situation)
    made = HistoryEntry.objects.count() - before
    assert answer.status_code == situation.status
    again = Filing.objects.with_parties().get(pk=filing.pk)
    if situation.status in (403, 404, 409) or (situation.status == 422 and situation.page != "filing-edit"):
        assert (again.status, again.revision, again.latest) == (filing.status, filing.revision, filing.latest)
        assert HistoryEntry.objects.count() - before == made
    if situation.status == 409:
        assert filing.get_status_display() in Screen(answer).text


def test_it_keeps_the_draft_of_a_closed_period_and_says_since_when(press):
    filing, answer = press(Situation("F02", "ready, then closed", CLERK, "filing-submit", 409))
    assert Filing.objects.get(pk=filing.pk).draft.rows != []
    assert period().name in Screen(answer).text
    assert "2022年5月1日" in Screen(answer).text or period().closes_at.strftime("%Y") in Screen(answer).text


def test_it_submits_nothing_when_there_is_nothing(press):
    filing, _answer = press(Situation("F05", "draft", CLERK, "filing-submit", 302))
    assert Filing.objects.get(pk=filing.pk).latest is None


def test_it_names_the_tenant_of_each_of_ones_two(clerk, neighbour):
    """F42: who files for two tenants reads on the confirmation and the receipt which one it is."""
    neighbour.user.memberships.update(user=clerk.user)
    ours, theirs = started(clerk), started(membership_of(clerk, "huangyan"))
    client = Client()
    client.force_login(clerk.user)
    for filing in (ours, theirs):
        address = reverse("filing-edit", args=[filing.public_id])
        page = client.post(address, grid(filing, row("社区学院", *FIGURES), do="check"), follow=True)
        assert filing.tenant.name in Screen(page).text
        receipt = client.post(page.request["PATH_INFO"], {"revision": filing.revision + 1}, follow=True)
        assert filing.tenant.name in Screen(receipt).text
        assert Filing.objects.get(pk=filing.pk).latest.receipt_number in Screen(receipt).text


def membership_of(who, code: str):
    return who.user.memberships.select_related("user", "tenant").get(tenant__code=code)
