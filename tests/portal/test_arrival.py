"""In time is judged by when the request arrived: how long the portal takes is no fault of who files."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse

from portal import clock
from portal.problems import Refused
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.models import Filing, Survey
from reporting.periods import actions as period_actions

from ..factories import period, row, started, surveyed

pytestmark = pytest.mark.django_db

SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


class Slow:
    """The portal takes five seconds before anything of a request is done."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = clock._frozen.set(clock.now() + 5 * SECOND)
        try:
            return self.get_response(request)
        finally:
            clock._frozen.reset(token)


@pytest.fixture
def slow(settings, as_):
    """Sign somebody in at a portal that is slow behind its outermost layer."""
    outermost, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [outermost, "tests.portal.test_arrival.Slow", *others]
    return as_


def ready(by) -> Filing:
    """A draft that lacks nothing but being submitted."""
    filing = started(by)
    typed = replace(Typed.of(filing.draft), rows=[row("椒江区社区学院", 1, 41, 1, 18)])
    return filing_actions.save_draft(filing, typed, revision=filing.revision, by=by)


def submit(client, filing: Filing, at: datetime) -> HttpResponse:
    with clock.frozen(at):
        return client.post(f"/filings/{filing.public_id}/submit/", {"revision": filing.revision})


@pytest.mark.parametrize(
    ("before", "is_late"), [(2 * SECOND, False), (SECOND, False), (INSTANT, False), (0 * SECOND, True)]
)
def test_a_return_is_in_time_if_its_request_was(before, is_late, slow, clerk):
    filing, arrived = ready(clerk), period().due_at - before
    assert submit(slow(clerk), filing, arrived).status_code == 302
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    assert (filing.first_submitted_at, filing.latest.submitted_at) == (arrived, arrived)
    assert (filing.latest.is_supplementary, filing.days_late) == (is_late, int(is_late))


@pytest.mark.parametrize(("before", "status"), [(2 * SECOND, 302), (INSTANT, 302), (0 * SECOND, 409)])
def test_a_return_is_taken_if_its_request_arrived_before_the_books_closed(before, status, slow, clerk):
    filing = ready(clerk)
    assert submit(slow(clerk), filing, period().closes_at - before).status_code == status


def test_a_nil_return_is_in_time_if_its_request_was(slow, clerk):
    filing = started(clerk)
    with clock.frozen(period().due_at - SECOND):
        slow(clerk).post(f"/filings/{filing.public_id}/nil/", {"revision": filing.revision})
    assert Filing.objects.get(pk=filing.pk).days_late == 0


def test_books_closed_by_hand_are_closed_for_what_arrived_before(clerk, administrator, unchanged):
    """Who closes them names what waits; what comes through afterwards would be neither named nor refused."""
    filing, arrived = ready(clerk), clock.now()
    with clock.frozen(arrived + SECOND):
        period_actions.close_period(period(), reason="市级汇总已完成。", by=administrator)
    with clock.frozen(arrived + 2 * SECOND), clock.arrived(arrived), unchanged(), pytest.raises(Refused):
        filing_actions.submit(filing, revision=filing.revision, by=clerk)


def test_the_survey_is_submitted_when_its_request_arrived(slow, clerk):
    survey, arrived = surveyed(clerk), clock.now()
    data = {"revision": survey.revision, "do": "submit", **survey.typed, "people": "2001"}
    slow(clerk).post("/taizhou/survey/edit/", data)
    assert Survey.objects.get(pk=survey.pk).submitted_at == arrived


def test_a_file_made_later_judges_by_the_request_that_ordered_it(reviewer):
    with clock.frozen(period().due_at - SECOND):
        job = jobs.request_export(period(), kind="board", extension="csv", by=reviewer)
    with clock.frozen(period().due_at + SECOND):
        jobs.run(job.public_id)
        job.refresh_from_db()
        text = job.file.read().decode("utf-8-sig")
    assert (job.status, "待报" in text, "未报" in text) == ("done", True, False)
