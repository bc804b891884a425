"""Background work with a real worker and a real broker, on the committed test database."""

import io
import os
import re
import threading
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from portal.models import HistoryEntry, Membership
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings.sheet import bureau_line
from reporting.models import Filing, Job
from reporting.rollup.rollup import roll_up
from targets.models import ReportingDuty

from .. import live
from ..factories import COLUMNS, accepted, membership, period, row, submitted
from ..selection import few

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow("starts workers and brokers, and stops them at bad moments"),
]

NOWHERE = "redis+socket:///nonexistent/broker.sock"
QUARTER = {"programme": "taizhou", "period": "2022Q1"}
FIRST_ROW = 7
BUREAU_ROW = 5


@pytest.fixture(autouse=True)
def stage(transactional_db, settings, tmp_path):
    """The facts, the accounts, and a folder of the test's own for the files."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    yield
    live.publish_to("")


@pytest.fixture
def start(tmp_path_factory):
    """Start a process that ends with the test: `start(live.Worker, broker=broker)`."""
    started: list[live.Process] = []

    def start(kind: type[live.Process], *, folder: Path | None = None, **how) -> live.Process:
        started.append(kind(folder or tmp_path_factory.mktemp("process"), **how))
        return started[-1]

    yield start
    for process in reversed(started):
        process.stop()


@pytest.fixture
def broker(start) -> str:
    """The address of the broker that script/test started, else of one of our own; published to from here."""
    address = os.environ.get("CELERY_BROKER_URL") or start(live.Broker).address
    live.publish_to(address)
    return address


@pytest.fixture
def large_quarter():
    """Every county's return of 200 rows is accepted: seconds of work for the worker."""
    duties = ReportingDuty.objects.filter(programme__code="taizhou").values("tenant")
    clerks = Membership.objects.filter(role="preparer", tenant__in=duties, tenant__numchild=0)
    with transaction.atomic():
        for clerk in clerks.select_related("user", "tenant"):
            rows = [
                row(f"{clerk.tenant.short_name}第{number}社区学校", 1, 30 + number % 7, 1, 20)
                for number in range(1, 201)
            ]
            accepted(clerk, *rows)


@pytest.mark.both_databases
def test_an_export_is_made_by_the_worker_and_handed_to_the_asker_alone(
    start, broker, large_quarter, as_, reviewer, administrator, clerk, shanghai_reviewer
):
    start(live.Worker, broker=broker)
    browser = as_(reviewer)
    job = ask(browser)

    done = watch(browser, job)

    assert done == sorted(done) and any(0 < each < 100 for each in done), "the page shows how far it is"
    job.refresh_from_db()
    assert (job.status, job.steps, job.attempts) == (Job.Status.DONE, 13, 1)
    content = download(browser, job)
    assert_complete(content)
    for stranger in (administrator, clerk, shanghai_reviewer):
        assert as_(stranger).get(file_of(job)).status_code in (403, 404)
    assert as_(administrator).get(job.get_absolute_url()).status_code == 404
    assert Client().get(file_of(job)).status_code == 302


def test_a_killed_workers_job_is_finished_by_the_next(start, broker, large_quarter, as_, reviewer):
    first = start(live.Worker, broker=broker, lease=2)
    browser = as_(reviewer)
    job = ask(browser)

    live.wait_for(
        "the job to be under way", lambda: Job.objects.filter(status="running", done__gt=0).exists()
    )
    first.kill()

    job.refresh_from_db()
    assert job.status == Job.Status.RUNNING
    assert browser.get(file_of(job)).status_code == 404
    assert stored_files() == []
    start(live.Worker, broker=broker)
    live.wait_for("the next worker to finish the job", lambda: no_file_before_it_is_finished(browser, job))
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.DONE, 2)
    assert stored_files() == [f"{job.public_id}-2.zip"]
    assert_complete(download(browser, job))
    assert exports_in_history(job) == 1


def test_workers_killed_at_random_moments_lose_nothing_and_hand_out_nothing_half(
    start, broker, large_quarter, as_, reviewer, administrator
):
    """bench/run faults does it a hundred times."""
    asked: dict[Job, Client] = {}
    browsers = [as_(reviewer), as_(administrator)]
    worker = start(live.Worker, broker=broker, lease=3)
    for moment in few((0, 0.1, 0.4), 1):
        new = {ask(browser): browser for browser in browsers}
        live.wait_for("work to be under way", lambda new=new: any(map(begun, new)))
        time.sleep(moment)
        worker.kill()
        for job, browser in new.items():
            no_file_before_it_is_finished(browser, job)
        worker = start(live.Worker, broker=broker, lease=3)
        live.wait_for("all of it to be finished", lambda new=new: all(map(finished, new)))
        asked |= new
    for job, browser in asked.items():
        assert_complete(made_once(browser, job))
    jobs.remove_orphans()
    assert stored_files() == sorted(f"{job.public_id}-{job.attempts}.zip" for job in asked)


def test_a_broker_that_goes_and_comes_loses_no_submission_and_no_export(
    start, tmp_path, as_, clerk, neighbour, reviewer, administrator
):
    """bench/run faults does it a hundred times, at random moments."""
    accepted(neighbour)
    filing, asked, browsers = submitted(clerk), {}, [as_(reviewer), as_(administrator)]
    broker = start(live.Broker, folder=tmp_path)
    live.publish_to(broker.address)
    start(live.Worker, broker=broker.address)
    for _stop in range(3):
        for is_there in (True, False):
            if not is_there:
                broker.kill()
            filing = submitted_again(filing, clerk)
            asked |= {ask(browser): browser for browser in browsers}
        (tmp_path / "broker.sock").unlink()
        broker = start(live.Broker, folder=tmp_path)
    live.wait_for("all of it to be finished", lambda: all(map(finished, asked)), seconds=120)
    assert list(filing.versions.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    for job, browser in asked.items():
        assert len(workbooks(made_once(browser, job))) == 2
    assert stored_files() == sorted(f"{job.public_id}-{job.attempts}.zip" for job in asked)


def test_a_message_delivered_twice_makes_one_file(start, broker, large_quarter, as_, reviewer):
    browser = as_(reviewer)
    job = ask(browser)
    jobs.nudge(job)

    worker = start(live.Worker, broker=broker)

    live.wait_for("both messages to be worked off", lambda: handled(worker) >= 2 and finished(job))
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.Status.DONE, 1)
    assert stored_files() == [f"{job.public_id}-1.zip"]
    assert exports_in_history(job) == 1
    assert_complete(download(browser, job))


def test_asking_twice_before_it_is_ready_is_one_job(broker, as_, reviewer):
    browser = as_(reviewer)

    assert ask(browser) == ask(browser)

    assert Job.objects.count() == HistoryEntry.objects.filter(action="export").count() == 1


def test_without_a_broker_asking_succeeds_and_the_sweep_makes_the_file_later(
    start, broker, as_, clerk, reviewer
):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    browser = as_(reviewer)
    live.publish_to(NOWHERE)
    began = time.monotonic()

    job = ask(browser)

    assert time.monotonic() - began < 1.5, "the request does not wait for a broker that is down"
    assert job.status == Job.Status.QUEUED
    start(live.Worker, broker=broker)
    assert live.wait_for("the sweep to find the job", lambda: finished(job)) == Job.Status.DONE
    assert len(workbooks(download(browser, job))) == 2


def test_a_broker_that_hangs_does_not_hold_up_the_request(start, caplog):
    stuck = start(live.Broker)
    stuck.freeze()
    live.publish_to(stuck.address)

    publishing = threading.Thread(target=jobs.nudge, args=[Job()], daemon=True)
    publishing.start()
    publishing.join(10)

    assert not publishing.is_alive()
    assert "broker not reached" in caplog.text


def test_a_file_that_cannot_be_stored_is_said_at_once(start, broker, as_, reviewer):
    default_storage.save(
        "exports", ContentFile(b"")
    )  # a file where the folder should be: nothing can be stored
    start(live.Worker, broker=broker, lease=1)
    browser = as_(reviewer)

    job = ask(browser)

    assert live.wait_for("the job to fail", lambda: finished(job)) == Job.Status.FAILED
    job.refresh_from_db()
    assert job.attempts == 1
    assert_failed(
        browser,
        job,
        "The file could not be stored. Tell the operator, and ask for it again afterwards.",
    )


def test_a_job_that_lost_its_worker_at_every_attempt_says_so(start, broker, as_, reviewer):
    browser = as_(reviewer)
    job = ask(browser)
    past = timezone.now() - timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, attempts=3, lease_until=past)

    start(live.Worker, broker=broker)

    assert live.wait_for("the sweep to give up", lambda: finished(job)) == Job.Status.FAILED
    assert_failed(browser, job, "The work was interrupted too often. Ask for it again.")


# --- what the tests do and look at


def ask(browser: Client) -> Job:
    """Press the quarter's button on the page of exports; it leads to the job."""
    response = browser.post("/exports/", QUARTER)
    assert response.status_code == 302
    return Job.objects.get(public_id=response["Location"].split("/")[2])


def file_of(job: Job) -> str:
    return f"{job.get_absolute_url()}file/"


def watch(browser: Client, job: Job) -> list[int]:
    """Ask as the page does, until it stops asking: the percentages that it showed, without repetitions."""
    shown: list[int] = []

    def complete() -> bool:
        page = browser.get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
        if "hx-get" not in page:
            assert file_of(job) in page
            return True
        no_file_before_it_is_finished(browser, job)
        value = int(re.search(r'<progress[^>]* value="(\d+)"', page)[1])
        shown.extend([value] if value not in shown else [])
        return False

    live.wait_for("the page to say that the file is complete", complete)
    return shown


def finished(job: Job) -> str | None:
    status = Job.objects.values_list("status", flat=True).get(pk=job.pk)
    return status if status in (Job.Status.DONE, Job.Status.FAILED) else None


def begun(job: Job) -> bool:
    return not Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).exists()


def made_once(browser: Client, job: Job) -> bytes:
    """The file of a job that is done, asked for once according to the history."""
    job.refresh_from_db()
    assert (job.status, exports_in_history(job)) == (Job.Status.DONE, 1)
    return download(browser, job)


def submitted_again(filing: Filing, clerk: Membership) -> Filing:
    """Taken back and submitted once more: another version."""
    filing = Filing.objects.with_parties().get(pk=filing.pk)
    filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
    filing_actions.submit(filing, revision=filing.revision, by=clerk)
    return filing


def no_file_before_it_is_finished(browser: Client, job: Job) -> str | None:
    answer = browser.get(file_of(job)).status_code
    status = finished(job)
    assert status or answer == 404
    return status


def download(browser: Client, job: Job) -> bytes:
    response = browser.get(file_of(job))
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def stored_files() -> list[str]:
    return sorted(default_storage.listdir("exports")[1]) if default_storage.exists("exports") else []


def exports_in_history(job: Job) -> int:
    return HistoryEntry.objects.filter(action="export", subject_id=job.public_id).count()


def handled(worker: live.Process) -> int:
    """How many messages the worker has worked off, whether or not there was anything to do."""
    return len(re.findall(r"run_export\[[-0-9a-f]+\] succeeded", worker.said()))


def workbooks(content: bytes) -> dict[str, Workbook]:
    """The workbooks of the zip by the name in their fifth row."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        books = [load_workbook(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    return {book.worksheets[0].cell(BUREAU_ROW, 1).value: book for book in books}


def totals(book: Workbook) -> dict[str, int]:
    """The figures of the row 合计."""
    sheet = book.worksheets[0]
    last = next(
        number for number in range(FIRST_ROW, sheet.max_row + 1) if sheet.cell(number, 1).value == "合计"
    )
    return {code: sheet.cell(last, column).value for column, code in enumerate(COLUMNS, start=2)}


def assert_failed(browser: Client, job: Job, why: str) -> None:
    """The page says why, there is no file, and it can be asked for again."""
    page = browser.get(job.get_absolute_url()).content.decode()
    assert escape(live.zh("The export did not succeed. Ask for it again; nothing else is affected.")) in page
    assert escape(live.zh(why)) in page
    assert file_of(job) not in page
    assert browser.get(file_of(job)).status_code == 404
    assert ask(browser) != job


def assert_complete(content: bytes) -> None:
    """The city's table and every tenant's attachment, each with the roll-up's own figures."""
    quarter, city = period(), membership("taizhou-education-reviewer").tenant
    rolled = roll_up(quarter.programme, [quarter], under=city)
    books = workbooks(content)
    assert set(books) == {"台州市教育局（汇总）", *(bureau_line(each.tenant) for each in rolled.rows)}
    assert totals(books["台州市教育局（汇总）"]) == rolled.total
    for each in rolled.rows:
        assert totals(books[bureau_line(each.tenant)]) == each.values
