"""An export is made for who may have it now; what goes wrong is a sentence; nothing is left lying about."""

import pytest
from django.conf import settings as portal_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.models import Membership, User
from reporting.exports import jobs
from reporting.models import Job

from ..factories import accepted, membership, period

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")


@pytest.fixture
def job(clerk, reviewer) -> Job:
    accepted(clerk)
    return jobs.request_export(period(), by=reviewer)


def done(job: Job) -> Job:
    jobs.run(str(job.public_id))
    job.refresh_from_db()
    return job


def stored() -> list[str]:
    return default_storage.listdir("exports")[1] if default_storage.exists("exports") else []


def end_account(who: Membership) -> None:
    User.objects.filter(pk=who.user_id).update(is_active=False)


def end_membership(who: Membership) -> None:
    Membership.objects.filter(pk=who.pk).update(is_active=False)


def lose_the_role(who: Membership) -> None:
    Membership.objects.filter(pk=who.pk).update(role="head")


def move_away(who: Membership) -> None:
    Membership.objects.filter(pk=who.pk).update(tenant=membership("jiaojiang-head").tenant)


LOSSES = [end_account, end_membership, lose_the_role, move_away]


@pytest.mark.parametrize("lose", LOSSES)
def test_it_builds_nothing_for_who_has_lost_the_right(job, reviewer, lose, monkeypatch):
    monkeypatch.setattr(jobs, "_build", lambda job: pytest.fail("it was built"))
    lose(reviewer)
    assert done(job).status == Job.Status.FAILED
    assert job.error and stored() == []


@pytest.mark.parametrize("lose", LOSSES)
def test_it_hands_nothing_over_to_who_loses_it_while_it_is_made(job, reviewer, lose, monkeypatch):
    build = jobs._build

    def build_meanwhile(job: Job) -> bytes:
        content = build(job)
        lose(reviewer)
        return content

    monkeypatch.setattr(jobs, "_build", build_meanwhile)
    assert (done(job).status, job.file.name) == (Job.Status.FAILED, "")
    assert stored() == []


def test_it_is_handed_over_to_who_still_has_the_right(job):
    assert done(job).status == Job.Status.DONE
    assert stored() == [f"{job.public_id}-1.zip"]


def test_storage_that_refuses_is_a_failed_job_with_a_sentence(job, caplog):
    default_storage.save("exports", ContentFile(b""))  # a file where the folder should be
    assert (done(job).status, job.attempts) == (Job.Status.FAILED, 1)
    assert "/" not in job.error and "Errno" not in job.error and len(job.error) > 10
    assert "could not be stored" in caplog.text


def test_a_fault_of_ours_tells_nothing_of_its_inside(job, monkeypatch, caplog):
    def fail(job: Job) -> bytes:
        raise ValueError("secret inside")

    monkeypatch.setattr(jobs, "_build", fail)
    assert done(job).status == Job.Status.FAILED
    assert "secret" not in job.error and "secret" in caplog.text


# --- files without a job


def test_files_that_no_job_names_are_taken_away(job):
    done(job)
    kept = stored()
    for left in (f"{job.public_id}-7.zip", "6ba7b810-9dad-41d1-80b4-00c04fd430c8-1.zip"):
        default_storage.save(f"exports/{left}", ContentFile(b"half"))
    assert len(stored()) == 3
    assert jobs.remove_orphans() == 2
    assert stored() == kept


def test_the_file_of_an_attempt_under_way_stays_until_that_is_over(job):
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, attempts=1)
    default_storage.save(f"exports/{job.public_id}-1.zip", ContentFile(b"just stored"))
    assert jobs.remove_orphans() == 0
    Job.objects.filter(pk=job.pk).update(attempts=2)  # its worker was killed, the next one is at work
    assert jobs.remove_orphans() == 1


def test_files_of_the_operator_are_left_alone(db):
    default_storage.save("exports/README.txt", ContentFile(b"of the operator"))
    assert jobs.remove_orphans() == 0
    assert stored() == ["README.txt"]


def test_removing_orphans_from_an_empty_storage_removes_nothing(db):
    assert jobs.remove_orphans() == 0


def test_sweeps_do_not_pile_up():
    for entry in portal_settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]
