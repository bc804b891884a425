"""Is anything lost, made twice or handed out half when workers are killed, the broker stops, or messages come twice?

bench/run faults [killed_workers] [stopped_broker] [messages_twice]. BENCH_ROUNDS: how many exports each part makes (100).
All figures are counted, nothing is assumed.
"""

import logging
import os
import random
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client

from portal import clock
from portal.models import HistoryEntry, Membership
from reporting.demonstration import year as demonstration_year
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.models import Filing, Job, Version
from targets.models import ReportingDuty
from tests import live
from tests.conftest import NOW
from tests.factories import accepted, membership, row, submitted

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
PEOPLE = [f"taizhou-education-{role}" for role in ("reviewer", "administrator", "observer")]
WANTED = [
    {"kind": "attachments", "format": "zip", "period": "2022Q1"},
    {"kind": "lines", "format": "xlsx", "period": "2022Q1"},
    {"kind": "lines", "format": "csv", "period": "2022Q1"},
    {"kind": "attachments", "format": "zip", "period": "2021Q4", "cumulative": "1"},
    {"kind": "lines", "format": "xlsx", "period": "2021Q4", "cumulative": "1"},
]
# So many that no two of a hundred requests are the same.
VARIED = [
    {"kind": kind, "format": extension, "period": period, **cumulative}
    for period in ("2021Q1", "2021Q2", "2021Q3", "2021Q4", "2022Q1")
    for cumulative in ({}, {"cumulative": "1"})
    for kind, extension in (("attachments", "zip"), ("lines", "xlsx"), ("lines", "csv"), ("rollup", "csv"))
]


def main() -> None:
    if connection.vendor != "sqlite":
        sys.exit("bench: on SQLite, in a folder of its own: bench/run faults")
    settings.EXPORT_AT_ONCE = 0  # all of them are jobs
    logging.disable(logging.CRITICAL)
    chance = random.Random(5)  # noqa: S311 -- the same moments in every run
    if not demonstration_year.is_loaded():
        demonstration_year.load()
    with clock.frozen(NOW):
        large_quarter()
        for part in (killed_workers, stopped_broker, messages_twice):
            if sys.argv[1:] and part.__name__ not in sys.argv[1:]:
                continue
            began = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                figures = part(Path(folder), chance)
            print(f"{part.__name__.replace('_', ' ')} ({time.monotonic() - began:.0f} s)", flush=True)
            for name, figure in figures.items():
                print(f"    {name:<58}{figure}", flush=True)


def large_quarter() -> None:
    """Every tenant's return of 200 rows: an export is some work."""
    duties = ReportingDuty.objects.filter(programme__code="taizhou").values("tenant")
    clerks = Membership.objects.filter(role="preparer", tenant__in=duties, tenant__numchild=0)
    for clerk in clerks.select_related("user", "tenant").exclude(tenant__code="jiaojiang"):
        with transaction.atomic():
            name = clerk.tenant.short_name
            accepted(
                clerk,
                *[row(f"{name}第{number}社区学校", 1, 30 + number % 7, 1, 20) for number in range(1, 201)],
            )


# --- the three parts


def killed_workers(folder: Path, chance: random.Random) -> dict[str, object]:
    """Two exports at a time; the worker is killed with -9 at a random moment, and the next one has to finish them."""
    found: Counter[str] = Counter()
    made: list[Job] = []
    with broker_at(folder) as address:
        worker = live.Worker(folder, broker=address, lease=1)
        live.wait_for("the worker", lambda: "ready." in worker.said())
        for number in range(0, ROUNDS, 2):
            new = [ask(PEOPLE[(number + each) % 3], WANTED[(number // 3 + each) % 5]) for each in range(2)]
            made += new
            live.wait_for("work to be under way", lambda new=new: any(map(begun, new)))
            time.sleep(chance.uniform(0, 0.4))
            worker.kill()
            for job in new:
                job.refresh_from_db()
                found[f"was {job.status} when its worker was killed"] += 1
                found["half files handed out"] += is_handed_out(job) and job.status != Job.Status.DONE
            worker = live.Worker(folder, broker=address, lease=1)
            live.wait_for("the exports", lambda new=new: all(over(job) for job in new), seconds=120)
        worker.stop()
    return {"exports": len(made), **dict(sorted(found.items())), **verdict(made)}


def stopped_broker(folder: Path, chance: random.Random) -> dict[str, object]:
    """A submission and an export at a time while the broker is killed and started again at random."""
    made: list[Job] = []
    waited: dict[str, list[float]] = {"submission": [], "export": []}
    clerk = membership("jiaojiang-preparer")
    filing = submitted(clerk)
    before = Version.objects.filter(filing=filing).count()
    with interrupted_broker(folder, chance) as (address, stops):
        worker = live.Worker(folder, broker=address, lease=2)
        for number in range(ROUNDS):
            time.sleep(chance.uniform(0, 0.4))
            filing = Filing.objects.with_parties().get(pk=filing.pk)
            filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
            waited["submission"].append(
                timed(lambda filing=filing: filing_actions.submit(filing, revision=filing.revision, by=clerk))
            )
            person, wanted = PEOPLE[number % 3], VARIED[number % len(VARIED)]
            waited["export"].append(
                timed(lambda person=person, wanted=wanted: made.append(ask(person, wanted)))
            )
    with broker_at(folder):
        live.wait_for("the exports", lambda: all(over(job) for job in made), seconds=300)
        worker.stop()
    distinct = list({job.pk: job for job in made}.values())
    return {
        "submissions acknowledged": ROUNDS,
        "submissions kept": Version.objects.filter(filing=filing).count() - before,
        "times the broker was stopped": stops[0],
        "exports asked for, of which not the same as one under way": f"{len(made)}, {len(distinct)}",
        "longest submission, longest request of an export (s)": f"{max(waited['submission']):.2f}, {max(waited['export']):.2f}",
        **verdict(distinct),
    }


def messages_twice(folder: Path, chance: random.Random) -> dict[str, object]:
    """Two workers; every message three times, two of them at the same moment."""
    made: list[Job] = []
    with broker_at(folder) as address:
        workers = []
        for number in range(2):
            (folder / str(number)).mkdir()
            workers.append(live.Worker(folder / str(number), broker=address))
        for number in range(ROUNDS):
            job = ask(PEOPLE[number % 3], WANTED[number % 5])
            made.append(job)
            again = [threading.Thread(target=jobs.nudge, args=[job]) for _each in range(2)]
            for each in again:
                each.start()
            for each in again:
                each.join()
            live.wait_for("the export", lambda job=job: over(job))
        for worker in workers:
            worker.stop()
    attempts = Counter(Job.objects.filter(pk__in=[job.pk for job in made]).values_list("attempts", flat=True))
    return {
        "exports": len(made),
        "messages": 3 * len(made),
        "attempts: exports": dict(attempts),
        **verdict(made),
    }


# --- what is asked and looked at


def ask(person: str, wanted: dict[str, str]) -> Job:
    """Press the button; the page leads to the job."""
    response = browser(person).post("/exports/", {"programme": "taizhou", **wanted})
    public_id = response["Location"].split("/")[2]
    return Job.objects.get(public_id=public_id)


def browser(person: str, signed_in: dict[str, Client] = {}) -> Client:  # noqa: B006 -- kept on purpose
    if person not in signed_in:
        signed_in[person] = Client(headers={"host": "localhost"})
        signed_in[person].force_login(membership(person).user)
    return signed_in[person]


def begun(job: Job) -> bool:
    return not Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED).exists()


def over(job: Job) -> bool:
    return not Job.objects.filter(pk=job.pk, status__in=Job.UNDER_WAY).exists()


def is_handed_out(job: Job) -> bool:
    return browser(job.requested_by.username).get(f"{job.get_absolute_url()}file/").status_code == 200


def verdict(made: list[Job]) -> dict[str, object]:
    """After everything is over: each job done once, its file whole, one file a job, one line in the history."""
    found: Counter[str] = Counter()
    for job in made:
        job.refresh_from_db()
        found["done"] += job.status == Job.Status.DONE
        found["whole"] += is_whole(job)
        lines = HistoryEntry.objects.filter(action="export", subject_id=job.public_id).count()
        found["once"] += lines == 1
    orphans = jobs.remove_orphans()
    stored = {f"exports/{name}" for name in default_storage.listdir("exports")[1]}
    named = set(Job.objects.filter(status=Job.Status.DONE).values_list("file", flat=True))
    return {
        "done, lost": f"{found['done']}, {len(made) - found['done']}",
        "whole when downloaded, not whole": f"{found['whole']}, {len(made) - found['whole']}",
        "in the history once, not so": f"{found['once']}, {len(made) - found['once']}",
        "files without a job (a killed worker's), taken away": orphans,
        "files left over or missing after that": len(stored ^ named),
        "highest number of attempts": max(job.attempts for job in made),
    }


def is_whole(job: Job) -> bool:
    """As downloaded: as long as it was stored, and its checksums are right."""
    answer = browser(job.requested_by.username).get(f"{job.get_absolute_url()}file/")
    if answer.status_code != 200:
        return False
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(answer.streaming_content))
        if file.tell() != job.size:
            return False
        if job.format == "csv":
            file.seek(0)
            return file.read().endswith(b"\r\n")
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


# --- the broker


@contextmanager
def broker_at(folder: Path) -> Iterator[str]:
    (folder / "broker.sock").unlink(missing_ok=True)
    broker = live.Broker(folder)
    live.publish_to(broker.address)
    try:
        yield broker.address
    finally:
        broker.kill()


@contextmanager
def interrupted_broker(folder: Path, chance: random.Random) -> Iterator[tuple[str, list[int]]]:
    """It is there for a moment and gone for a moment, until the block ends."""
    stops, ended = [0], threading.Event()
    first = live.Broker(folder)
    live.publish_to(first.address)

    def interrupt(broker: live.Broker) -> None:
        while not ended.is_set():
            ended.wait(chance.uniform(0.1, 1.5))
            broker.kill()
            stops[0] += 1
            ended.wait(chance.uniform(0.1, 1.5))
            (folder / "broker.sock").unlink(missing_ok=True)
            broker = live.Broker(folder)
        broker.kill()

    thread = threading.Thread(target=interrupt, args=[first])
    thread.start()
    try:
        yield first.address, stops
    finally:
        ended.set()
        thread.join()
