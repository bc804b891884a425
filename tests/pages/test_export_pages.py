"""Everything of a period as one zip: asked for, watched, taken."""

import io
import zipfile

import pytest
from django.urls import reverse

from portal.models import HistoryEntry
from reporting import jobs
from reporting.models import Job
from tests.factories import accepted, membership, period, submitted
from tests.pages.screen import Screen

LIST = reverse("export-list")
WANTED = {"programme": "taizhou", "period": "2022Q1"}


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """The job waits until the test runs it."""
    monkeypatch.setattr(jobs, "nudge", lambda job: None)


def ask(client, **changed) -> Job:
    answer = client.post(LIST, WANTED | changed)
    job = Job.objects.latest("id")
    assert answer.headers["Location"] == job.get_absolute_url()
    return job


def test_it_is_asked_for_watched_and_taken(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour)
    client = as_(reviewer)
    job = ask(client)
    file = reverse("export-file", args=[job.public_id])
    waiting = Screen(client.get(job.get_absolute_url()))
    assert file not in [link.href for link in waiting.links]
    assert client.get(file).status_code == 404
    jobs.run(str(job.public_id))
    ready = Screen(client.get(job.get_absolute_url()))
    assert file in [link.href for link in ready.links]
    assert file in [link.href for link in Screen(client.get(LIST)).links]
    answer = client.get(file)
    names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert [name.split("—")[1] for name in names] == ["台州市教育局（汇总）.xlsx", "椒江区教育局.xlsx"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_it_answers_its_own_page_with_the_progress_alone(as_, reviewer):
    job = ask(as_(reviewer))
    page = as_(reviewer).get(job.get_absolute_url())
    part = as_(reviewer).get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert (part.status_code, len(part.content) < len(page.content) / 2) == (200, True)
    assert "export" in Screen(part).at


def test_it_asks_once_although_pressed_twice(as_, reviewer):
    assert ask(as_(reviewer)) == ask(as_(reviewer))
    assert Job.objects.count() == HistoryEntry.objects.filter(action="export").count() == 1


def test_it_lists_to_each_their_own(as_, reviewer, administrator):
    ask(as_(reviewer))
    ours, theirs = (Screen(as_(who).get(LIST)).links for who in (reviewer, administrator))
    address = Job.objects.get().get_absolute_url()
    assert address in [link.href for link in ours]
    assert address not in [link.href for link in theirs]


@pytest.mark.parametrize(
    "changed",
    [
        {"programme": "shanghai"}, {"programme": "nowhere"}, {"programme": ""}, {"period": "2022Q4"},
        {"period": "2099Q1"}, {"period": ""}, {"period": "1' OR '1'='1"},
    ],
)  # fmt: skip
def test_it_exports_no_foreign_and_no_future_period(as_, reviewer, changed):
    assert as_(reviewer).post(LIST, WANTED | changed).status_code == 404
    assert not Job.objects.exists()


def test_it_says_when_it_failed(as_, reviewer):
    job = ask(as_(reviewer))
    Job.objects.update(status="failed", error="disk full")
    screen = Screen(as_(reviewer).get(job.get_absolute_url()))
    assert "disk full" in screen.text
    assert LIST in [link.href for link in screen.links]


def test_it_exports_a_county_its_own_figures_only(as_, clerk, neighbour):
    accepted(clerk), accepted(neighbour)
    client = as_(membership("jiaojiang-administrator"))
    job = ask(client)
    jobs.run(str(job.public_id))
    content = client.get(reverse("export-file", args=[job.public_id])).getvalue()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [name.split("—")[1] for name in names] == ["椒江区教育局.xlsx"]
    assert period().name in names[0]
