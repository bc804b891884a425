"""One worker at a time has a row, as long as its lease lasts, for so many attempts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reporting.exports import jobs
from reporting.exports.jobs import CLAIMED, claim
from reporting.models import Job

from ..factories import period


@pytest.fixture
def job(reviewer, monkeypatch) -> Job:
    monkeypatch.setattr(jobs, "nudge", lambda job: None)
    return jobs.request_export(period(), by=reviewer)


def change(job: Job, **changes) -> None:
    Job.objects.filter(pk=job.pk).update(**changes)


def lose_its_worker(job: Job) -> None:
    change(job, lease_until=timezone.now() - timedelta(seconds=1))


def test_a_row_is_claimed_once_until_its_lease_runs_out(job):
    assert claim(str(job.public_id)).attempts == 1
    assert claim(str(job.public_id)) is None
    lose_its_worker(job)
    assert claim(str(job.public_id)).attempts == 2


def test_a_worker_whose_row_was_taken_over_writes_nothing(job):
    first = claim(str(job.public_id))
    lose_its_worker(job)
    second = claim(str(job.public_id))
    assert (CLAIMED.write(second, done=2), CLAIMED.write(first, done=1)) == (1, 0)
    assert Job.objects.get(pk=job.pk).done == 2


def test_a_row_that_lost_its_worker_at_its_last_attempt_is_given_up(job, settings):
    change(job, attempts=settings.JOB_ATTEMPTS - 1)
    assert claim(str(job.public_id)).attempts == settings.JOB_ATTEMPTS
    CLAIMED.give_up(status=Job.Status.FAILED, slot=None)
    assert Job.objects.get(pk=job.pk).status == "running", "its worker is alive"
    lose_its_worker(job)
    assert claim(str(job.public_id)) is None
    CLAIMED.give_up(status=Job.Status.FAILED, slot=None)
    assert Job.objects.get(pk=job.pk).status == "failed"
