"""A job is made for one person at a time, twice at most; it can be cancelled, and its file is gone after some days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal import clock, walls
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.exports import jobs
from reporting.exports.kinds import KINDS, OFFERED
from reporting.models import Job

from .. import live
from ..conftest import NOW
from ..factories import accepted, membership, period
from ..live import zh
from ..screen import Screen

pytestmark = pytest.mark.both_databases

GONE = "The file was kept for some days and is gone. Ask for it again; the figures are as they are now."


@pytest.fixture(autouse=True)
def files(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path / "files")
    monkeypatch.setattr(jobs, "nudge", lambda job: None)


def asked(by, kind: str = "attachments", **more) -> Job:
    return jobs.request_export(period(), by=by, kind=kind, **more)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def stored() -> list[str]:
    return default_storage.listdir("exports")[1] if default_storage.exists("exports") else []


def steal(job: Job) -> Job | None:
    return jobs.claim(str(job.public_id))


def test_the_same_is_asked_for_once_and_another_format_is_another_file(reviewer, administrator):
    first = asked(reviewer, "lines", extension="csv")
    assert asked(reviewer, "lines", extension="csv") == first
    others = [
        asked(reviewer, "lines", extension="xlsx"),
        asked(reviewer, "lines", extension="csv", is_cumulative=True),
        asked(reviewer, "board"),
        asked(administrator, "lines", extension="csv"),
    ]
    assert len({first, *others}) == 5
    assert HistoryEntry.objects.filter(action="export").count() == 5


def test_what_shows_the_year_anyway_is_the_same_cumulative_or_not(reviewer):
    assert asked(reviewer, "board") == asked(reviewer, "board", is_cumulative=True)


def test_the_database_refuses_the_same_request_twice(reviewer):
    job = asked(reviewer)
    Job.objects.filter(pk=job.pk).update(status="done", file="x", finished_at=NOW)
    assert asked(reviewer) != job


def test_two_of_a_persons_run_and_the_third_waits(reviewer, administrator):
    first, second, third = (asked(reviewer, kind) for kind in ("attachments", "lines", "board"))
    assert steal(first) and steal(second)
    assert steal(third) is None
    assert again(third).status == Job.Status.QUEUED
    assert steal(asked(administrator)), "somebody else's is not held up"
    Job.objects.filter(pk=first.pk).update(status="failed", slot=None)
    assert steal(third)


def test_a_flood_of_fifty_runs_two_at_a_time(reviewer):
    """E48: at most two running a person; the same parameters coalesced."""
    for _press in range(5):
        for kind in OFFERED.values():
            for extension in kind.formats:
                asked(reviewer, kind.code, extension=extension)
    assert Job.objects.count() == sum(len(kind.formats) for kind in OFFERED.values())
    for job in Job.objects.all():
        steal(job)
    assert Job.objects.filter(status="running").count() == 2


def test_a_killed_workers_slot_is_taken_over_with_the_job(reviewer):
    first, second = asked(reviewer), asked(reviewer, "lines")
    assert steal(first) and steal(second)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    taken = steal(first)
    assert taken is not None and taken.attempts == 2


def test_when_one_is_over_the_next_is_nudged(reviewer, clerk, monkeypatch):
    accepted(clerk)
    first, waiting, nudged = asked(reviewer), asked(reviewer, "lines"), []
    monkeypatch.setattr(jobs, "nudge", nudged.append)
    jobs.run(str(first.public_id))
    assert nudged == [waiting]


# --- cancelled


def test_it_is_cancelled_while_it_waits(reviewer):
    job = asked(reviewer)
    jobs.cancel(job, by=reviewer)
    assert again(job).status == Job.Status.CANCELLED
    assert HistoryEntry.objects.filter(action="cancel_export", subject_id=job.public_id).count() == 1
    jobs.run(str(job.public_id))
    assert again(job).status == Job.Status.CANCELLED and stored() == []


def test_one_that_runs_stops_at_its_next_step_and_leaves_nothing(reviewer, clerk, monkeypatch):
    accepted(clerk)
    job, steps = asked(reviewer), []
    monkeypatch.setattr(jobs, "SIGN_OF_LIFE", 0)
    say = jobs._Progress.__call__

    def cancelled_meanwhile(self, done, total):
        steps.append(done)
        if done == 1:
            jobs.cancel(job, by=reviewer)
        say(self, done, total)

    monkeypatch.setattr(jobs._Progress, "__call__", cancelled_meanwhile)
    jobs.run(str(job.public_id))
    assert (again(job).status, again(job).file.name, stored()) == (Job.Status.CANCELLED, "", [])
    assert steps == [0, 1]


def test_what_is_over_cannot_be_cancelled(reviewer, as_):
    job = asked(reviewer)
    jobs.run(str(job.public_id))
    with pytest.raises(Refused):
        jobs.cancel(again(job), by=reviewer)
    assert as_(reviewer).post(f"{job.get_absolute_url()}cancel/").status_code == 409
    assert again(job).status == Job.Status.DONE


def test_only_who_asked_cancels(reviewer, administrator, as_):
    job = asked(reviewer)
    assert as_(administrator).post(f"{job.get_absolute_url()}cancel/").status_code == 404
    assert as_(reviewer).post(f"{job.get_absolute_url()}cancel/").status_code == 302
    assert again(job).status == Job.Status.CANCELLED


# --- gone after some days


def test_the_file_is_kept_for_some_days_and_then_gone(reviewer, as_, settings):
    job = asked(reviewer)
    jobs.run(str(job.public_id))
    file = f"{job.get_absolute_url()}file/"
    assert as_(reviewer).get(file).status_code == 200
    with clock.frozen(NOW + timedelta(days=settings.EXPORT_KEEP_DAYS, seconds=-1)):
        assert jobs.remove_expired() == 0
    with clock.frozen(NOW + timedelta(days=settings.EXPORT_KEEP_DAYS)):
        assert says_that_it_is_gone(as_(reviewer), job), "before the sweep has passed, too"
        assert jobs.remove_expired() == 1
        assert jobs.remove_expired() == jobs.remove_orphans() == 0
        assert says_that_it_is_gone(as_(reviewer), job)
        assert as_(reviewer).get(job.get_absolute_url()).status_code == 200
    assert (again(job).status, stored()) == (Job.Status.EXPIRED, [])


def says_that_it_is_gone(client, job: Job) -> bool:
    """Where it was, on its page and in the list: no dead link to it, and the way to another one."""
    file, page, files = f"{job.get_absolute_url()}file/", job.get_absolute_url(), reverse("export-list")
    answers = {each: client.get(each) for each in (file, page, files)}
    assert [each.status_code for each in answers.values()] == [410, 200, 200]
    for each in (file, page):
        assert zh(GONE) in Screen(answers[each]).text
        assert files in [link.href for link in Screen(answers[each]).links]
    assert zh("Expired") in Screen(answers[files]).text
    return not any(link.href == file for each in answers.values() for link in Screen(each).links)


def test_the_file_of_an_older_version_is_kept_as_long(reviewer, settings):
    """Whose row does not say until when."""
    job = asked(reviewer)
    jobs.run(str(job.public_id))
    Job.objects.filter(pk=job.pk).update(expires_at=None)
    assert jobs.remove_expired() == 0
    with clock.frozen(NOW + timedelta(days=settings.EXPORT_KEEP_DAYS)):
        assert jobs.remove_expired() == 1


def test_a_file_that_is_not_whole_is_not_handed_out(reviewer, as_):
    job = asked(reviewer)
    jobs.run(str(job.public_id))
    with default_storage.open(again(job).file.name, "wb") as file:
        file.write(b"PK half")
    assert as_(reviewer).get(f"{job.get_absolute_url()}file/").status_code == 409
    default_storage.delete(again(job).file.name)
    assert as_(reviewer).get(f"{job.get_absolute_url()}file/").status_code == 409


# --- who asks


def test_it_is_not_asked_for_by_who_may_not_have_it(clerk, shanghai_reviewer):
    with pytest.raises(PermissionDenied):
        asked(clerk, "attachments")
    with pytest.raises(PermissionDenied):
        asked(shanghai_reviewer)
    assert not Job.objects.exists()


def test_a_county_has_its_own_lines_made(clerk, neighbour, as_):
    accepted(clerk), accepted(neighbour)
    job = asked(clerk, "lines", extension="csv")
    jobs.run(str(job.public_id))
    text = as_(clerk).get(f"{job.get_absolute_url()}file/").getvalue().decode("utf-8-sig")
    assert "jiaojiang" in text and "huangyan" not in text


# --- at the same moment


@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_many_times_at_once_is_worked_off_once(transactional_db):
    job = asked(membership("taizhou-education-reviewer"))

    def worker(_number: int) -> Job | None:
        try:
            with clock.frozen(NOW), walls.everything():
                return steal(job)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        won = [each for each in pool.map(worker, range(8)) if each]
    assert len(won) == 1 and again(job).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_lives_while_a_long_step_gives_no_sign(transactional_db, monkeypatch, settings):
    """As when a large workbook is closed: the lease is renewed, again and again, and nobody else takes the job over."""
    settings.JOB_LEASE_SECONDS = 6
    job, seen = asked(membership("taizhou-education-reviewer"), "lines", extension="csv"), []

    def slow(contents, span, file, step) -> None:
        for _sign in range(2):
            lease = again(job).lease_until
            live.wait_for("a sign of life", lambda lease=lease: again(job).lease_until > lease)
            seen.append((again(job).done, steal(job)))
        file.write(b"complete")

    monkeypatch.setitem(KINDS["lines"].formats, "csv", slow)
    jobs.run(str(job.public_id))
    assert seen == [(0, None), (0, None)]
    assert (again(job).status, again(job).attempts) == (Job.Status.DONE, 1)


def test_a_worker_that_hangs_does_not_live_for_ever(reviewer, monkeypatch):
    job = asked(reviewer)
    progress = jobs._Progress(steal(job))
    assert progress.beat() == 1
    monkeypatch.setattr(jobs, "HANGS_AFTER", -1)
    assert progress.beat() == 0


def test_the_sign_of_life_of_a_cancelled_job_ends(reviewer):
    job = asked(reviewer)
    progress = jobs._Progress(steal(job))
    jobs.cancel(job, by=reviewer)
    assert progress.beat() == 0
