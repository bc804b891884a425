"""Everything of a period as one zip: asked for, watched, taken."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.urls import reverse

from portal.models import HistoryEntry
from reporting.exports import jobs
from reporting.exports.kinds import KINDS, OFFERED
from reporting.models import Job

from ..factories import accepted, membership, period, submitted
from ..screen import Screen

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


# --- at once


def at_once(client, kind: str, extension: str, **more):
    return client.post(LIST, WANTED | {"kind": kind, "format": extension} | more)


def test_what_is_short_is_handed_out_at_once(as_, clerk, reviewer):
    accepted(clerk)
    answer = at_once(as_(reviewer), "lines", "csv")
    assert answer.status_code == 302 and not Job.objects.exists()
    file = as_(reviewer).get(answer.headers["Location"])
    assert (file.status_code, file.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert file.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert file.headers["Cache-Control"] == "private, no-store"
    assert "椒江区教育局" in file.getvalue().decode("utf-8-sig")


def test_what_is_long_is_a_job(as_, clerk, reviewer, settings):
    settings.EXPORT_AT_ONCE = 0
    accepted(clerk)
    answer = at_once(as_(reviewer), "lines", "xlsx")
    assert answer.headers["Location"] == Job.objects.get().get_absolute_url()
    now = reverse("export-now")
    assert as_(reviewer).get(now, WANTED | {"kind": "lines"}).status_code == 409


@pytest.mark.parametrize(
    ("kind", "extension"), [("nothing", "xlsx"), ("lines", "zip"), ("rollup", "../x"), ("lines", "XLSX")]
)
def test_it_knows_no_other_kinds_and_formats(as_, reviewer, kind, extension):
    assert at_once(as_(reviewer), kind, extension).status_code == 404


def test_a_county_sees_what_it_may_have_and_gets_its_own_alone(as_, clerk, neighbour):
    accepted(clerk), accepted(neighbour)
    client = as_(clerk)
    offered = {button.text for button in Screen(client.get(LIST)).buttons}
    assert {"Excel", "CSV"} <= offered and "ZIP" not in offered
    assert at_once(client, "attachments", "zip").status_code == 403
    file = client.get(at_once(client, "lines", "csv").headers["Location"]).getvalue().decode("utf-8-sig")
    assert "jiaojiang" in file and "huangyan" not in file


def test_the_page_shows_the_time_that_is_chosen(as_, reviewer):
    client = as_(reviewer)
    screen = Screen(client.get(LIST, {"programme": "taizhou", "period": "2021Q3", "cumulative": "1"}))
    assert period("2021Q3").cumulative_name in screen.text
    assert screen.fields["period"] == "2021Q3" and screen.fields["cumulative"] == "1"
    assert client.get(LIST, {"period": "2022Q4"}).status_code == 404


def test_a_notice_appears_wherever_one_is_when_the_file_is_ready(as_, clerk, reviewer):
    accepted(clerk)
    client = as_(reviewer)
    job = ask(client)
    notice = f"{job.get_absolute_url()}?notice=1"
    assert notice in client.get("/").content.decode()
    assert "every 3s" in client.get(notice, headers={"HX-Request": "true"}).content.decode()
    jobs.run(str(job.public_id))
    ready = Screen(client.get(notice, headers={"HX-Request": "true"}))
    assert reverse("export-file", args=[job.public_id]) in [link.href for link in ready.links]
    assert notice not in client.get("/").content.decode()


def test_the_list_asks_again_while_something_is_made(as_, reviewer):
    client = as_(reviewer)
    job = ask(client)
    assert "every 2s" in client.get(LIST).content.decode()
    part = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "every 2s" in part
    assert client.post(reverse("export-cancel", args=[job.public_id])).status_code == 302
    assert "every 2s" not in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("username", "is_offered"),
    [
        ("taizhou-education-reviewer", True),
        ("taizhou-education-administrator", True),
        ("taizhou-education-observer", False),
        ("jiaojiang-administrator", False),
        ("jiaojiang-preparer", False),
    ],
)
def test_the_assessment_is_among_the_exports_of_who_may_have_it(as_, clerk, username, is_offered):
    accepted(clerk)
    client = as_(membership(username))
    screen = Screen(client.get(LIST, {"programme": "taizhou", "period": "2022Q1"}))
    files = [link.href for link in screen.links if "/assessment/export/" in link.href]
    assert len(files) == (2 if is_offered else 0)
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_the_name_of_every_file_is_chinese_and_safe(as_, clerk, reviewer):
    accepted(clerk)
    client = as_(reviewer)
    for kind in OFFERED.values():
        for extension in kind.formats:
            answer = at_once(client, kind.code, extension)
            if kind.is_long:
                continue  # a job: the first test of this file takes it
            disposition = client.get(answer.headers["Location"]).headers["Content-Disposition"]
            name = unquote(disposition.removeprefix("attachment; filename*=utf-8''"))
            assert name.endswith(f".{extension}") and "台州市" in name and not set('\\/:*?"<>|') & set(name)


def test_what_a_page_of_its_own_gives_is_not_asked_for_here(as_, administrator):
    client, asked = as_(administrator), {"programme": "taizhou", "period": "2022Q1"}
    given = {code: kind.page for code, kind in KINDS.items() if code not in OFFERED}
    assert given == {
        "materials": "material-export",
        "channels": "channels-export",
        "assessment": "assessment-export",
        "release": "release-workbook",
    }
    for code in given:
        assert client.get("/exports/now/", asked | {"kind": code}).status_code == 404
        assert client.post("/exports/", asked | {"kind": code}).status_code == 404
    assert client.get("/exports/now/", asked | {"kind": "targets"}).status_code == 200
