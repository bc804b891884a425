"""What takes longer than a page may: exports made in the background. Asked for, claimed, built, handed out, gone again.

A job is a claimed row (see `claimed_rows`); its worker keeps the lease alive while it works, and a sweep queues again
what lost its worker. A file appears only when it is complete, and only if whoever asked may still have it: the worker
asks before it builds and again before it hands over.
"""

import hashlib
import json
import logging
import re
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal import claimed_rows, clock, history, walls
from portal.access import memberships_of, require
from portal.claimed_rows import ClaimedRows
from portal.models import Membership
from portal.problems import Refused
from targets.models import Period

from ..excel.layout import OFFICIAL
from ..models import Job
from ..models.jobs import SLOTS
from ..periods import queries as period_queries
from ..uploads.storing import stored
from . import kinds
from .heartbeat import beating
from .kinds import KINDS, OFFERED
from .span import ExportSpan

log = logging.getLogger(__name__)

FOLDER = "exports"
FILE_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+\.(?:zip|xlsx|csv)")
IN_MEMORY = 4 * 1024 * 1024  # a larger file is built on disk
HANGS_AFTER = 600  # seconds without a step: then its worker no longer counts as alive
SIGN_OF_LIFE = 0.05  # seconds between two: a quick export does not spend its time on saying how far it is
WAITING = Q(status=Job.Status.QUEUED)
CLAIMED = ClaimedRows(
    Job.objects,
    held=Job.Status.RUNNING,
    attempts=lambda: settings.JOB_ATTEMPTS,
    lease_seconds=lambda: settings.JOB_LEASE_SECONDS,
)


# --- asked for, cancelled


def request_export(
    period: Period,
    *,
    by: Membership,
    kind: str = "attachments",
    extension: str = "",
    is_cumulative: bool = False,
) -> Job:
    """Ask for a file. The same request that still waits or runs is not made twice."""
    wanted = OFFERED[kind]
    require(by, kinds.permission_for(wanted, by.tenant))
    if period.programme not in period_queries.programmes_of(by.tenant):
        raise PermissionDenied(_("%(tenant)s does not take part in this programme.") % {"tenant": by.tenant})
    wanted_fields = {
        "period": period,
        "kind": kind,
        "format": extension or next(iter(wanted.formats)),
        "parameters": {"cumulative": True} if is_cumulative and wanted.of == "span" else {},
    }
    key = hashlib.sha256(
        json.dumps({**wanted_fields, "period": period.pk}, sort_keys=True).encode()
    ).hexdigest()
    same = Job.objects.filter(tenant=by.tenant, requested_by=by.user, key=key, status__in=Job.UNDER_WAY)
    try:
        return same.first() or _create(by, key, wanted_fields)
    except IntegrityError:  # asked for at the same moment in another tab
        return same.get()


@transaction.atomic
def _create(by: Membership, key: str, wanted_fields: dict) -> Job:
    job = Job.objects.create(
        tenant=by.tenant, requested_by=by.user, requested_at=clock.arrived_at(), key=key, **wanted_fields
    )
    after = {"period": job.period.code, "kind": job.kind, "format": job.format, **job.parameters}
    _record("export", job, by, after=after)
    transaction.on_commit(lambda: nudge(job))
    return job


@transaction.atomic
def cancel(job: Job, *, by: Membership) -> None:
    """Whoever asked for it no longer wants it. One that runs stops at its next step and leaves nothing behind."""
    under_way = Job.objects.filter(pk=job.pk, status__in=Job.UNDER_WAY)
    changes = {"status": Job.Status.CANCELLED, "finished_at": clock.now(), "slot": None}
    if not under_way.exists() or not under_way.update(**changes):
        raise Refused(_("This export is over already; there is nothing to cancel."))
    _record("cancel_export", job, by)
    transaction.on_commit(lambda: _nudge_next(job))


def _record(action: str, job: Job, by: Membership, **changes) -> None:
    history.record(
        action, subject_kind="job", subject_id=job.public_id, tenant=job.tenant, by=by.user, **changes
    )


def nudge(job: Job) -> None:
    claimed_rows.nudge("reporting.tasks.run_export", [job.public_id])


def _nudge_next(job: Job) -> None:
    """There is room for another one of this person's."""
    with walls.everything():
        waiting = Job.objects.filter(requested_by=job.requested_by, status=Job.Status.QUEUED).last()
    if waiting:
        nudge(waiting)


# --- claimed, built


def claim(public_id: str) -> Job | None:
    """Take a job that waits or whose worker is gone. None if another worker has it, it is finished, or as many of the
    person's run as may."""
    for slot in SLOTS:
        try:
            with transaction.atomic():
                won = CLAIMED.claim(public_id, WAITING, done=0, slot=slot)
        except IntegrityError:
            continue  # this one is taken
        jobs = Job.objects.select_related("tenant", "period__programme", "requested_by")
        return jobs.get(public_id=public_id) if won else None
    return None


def run(public_id: str) -> None:
    """Build the file of a job that could be claimed. A second worker with the same message does nothing."""
    with walls.everything():
        job = claim(public_id)
    if job is None:
        return
    try:
        _ask_again(job)
        _finish(job, _build(job))
    except _LeaseLost:
        return
    except PermissionDenied as error:
        _fail(job, str(error))
    except OSError:
        log.exception("export %s could not be stored", public_id)
        _fail(job, _("The file could not be stored. Tell the operator, and ask for it again afterwards."))
    except Exception:
        log.exception("export %s failed", public_id)
        _fail(job, _("Something went wrong while it was made. The operator finds the reason in the log."))
    _nudge_next(job)


class _LeaseLost(Exception):
    """Cancelled, or another worker has taken the job over: this one stops and writes nothing more."""


def _fail(job: Job, why: str) -> None:
    CLAIMED.write(job, status=Job.Status.FAILED, error=why, finished_at=clock.now(), slot=None)


def _ask_again(job: Job) -> None:
    """Whoever asked may have lost the right to it since: a job checks the same permissions as a page (403)."""
    with walls.within([job.tenant_id]):
        at_the_tenant = memberships_of(job.requested_by).filter(tenant=job.tenant)
        is_entitled = any(kinds.why_not(KINDS[job.kind], each) is None for each in at_the_tenant)
    if not is_entitled:
        raise PermissionDenied(_("Whoever asked for this export may no longer have it."))


def span_of(job: Job) -> ExportSpan:
    return ExportSpan(job.tenant, job.period, job.is_cumulative)


def _build(job: Job) -> IO[bytes]:
    """The file's contents. The figures are read first, in one transaction: all of them show the same moment. Who is in
    time is judged by the instant at which the file was asked for, as on the page."""
    kind, span = KINDS[job.kind], span_of(job)
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- read by who stores it
    with translation.override(OFFICIAL):
        with transaction.atomic():
            walls.one_snapshot()
            with walls.below(job.tenant), clock.arrived(job.requested_at):
                contents = kind.read(span)
                steps = kind.steps(contents)
        _Progress(job)(0, steps)
        progress = _Progress(job)
        with beating(progress.beat, every=settings.JOB_LEASE_SECONDS / 3):
            kind.formats[job.format](contents, span, file, lambda done: progress(done, steps))
        job.file_name = kind.file_name(span, contents, job.format)
    file.seek(0)
    return file


class _Progress:
    """Records how far the job is, which also shows that its worker lives; stops what was cancelled or taken over."""

    def __init__(self, job: Job):
        self.job, self.reported_at, self.step_at = job, 0.0, time.monotonic()

    def __call__(self, done: int, steps: int) -> None:
        self.step_at = time.monotonic()
        if time.monotonic() - self.reported_at < SIGN_OF_LIFE:
            return
        if not CLAIMED.write(self.job, done=min(done, steps), steps=steps, lease_until=CLAIMED.lease()):
            raise _LeaseLost
        self.reported_at = time.monotonic()

    def beat(self) -> int:
        """Between two steps: the worker lives, unless it has hung for long. 0: there is nothing to keep alive."""
        is_hanging = time.monotonic() - self.step_at > HANGS_AFTER
        return 0 if is_hanging else CLAIMED.write(self.job, lease_until=CLAIMED.lease())


def _path(job: Job) -> str:
    """Each attempt has a file of its own: two workers never write the same one."""
    return f"{FOLDER}/{job.public_id}-{job.attempts}.{job.format}"


def _finish(job: Job, content: IO[bytes]) -> None:
    """Store the complete file, then show it. If the job was taken over or cancelled meanwhile, or whoever asked has
    lost the right to it, the file goes again."""
    stored = default_storage.save(_path(job), File(content))
    is_shown = 0
    try:
        _ask_again(job)
        at = clock.now()
        is_shown = CLAIMED.write(
            job,
            status=Job.Status.DONE,
            file=stored,
            file_name=job.file_name,
            size=default_storage.size(stored),
            done=F("steps"),
            slot=None,
            finished_at=at,
            expires_at=at + timedelta(days=settings.EXPORT_KEEP_DAYS),
        )
    finally:
        if not is_shown:
            default_storage.delete(stored)


# --- swept


def requeue_lost() -> int:
    """Nudge again what waits too long or lost its worker; give up on what failed every attempt. Counts the nudged."""
    with walls.everything():
        waiting = _waiting()
    for job in waiting:
        nudge(job)
    return len(waiting)


def _waiting() -> list[Job]:
    error = _("The work was interrupted too often. Ask for it again.")
    CLAIMED.give_up(status=Job.Status.FAILED, error=error, slot=None)
    return list(Job.objects.filter(CLAIMED.free(WAITING)))


def remove_expired() -> int:
    """Take away the files that were kept long enough. The row goes first: what it shows is always there.

    A file of an older version of the portal has no day of its own: it is kept as long as the others.
    """
    at = clock.now()
    kept = timedelta(days=settings.EXPORT_KEEP_DAYS)
    over = Q(expires_at__lte=at) | Q(expires_at=None, finished_at__lte=at - kept)
    over &= Q(status=Job.Status.DONE)
    with walls.everything():
        files = list(Job.objects.filter(over).values_list("pk", "file"))
        Job.objects.filter(over, pk__in=[pk for pk, _file in files]).update(
            status=Job.Status.EXPIRED, file=""
        )
    return _delete(file for _pk, file in files)


def remove_orphans() -> int:
    """Take away the files that no job names: their worker was killed between storing and showing. Counts them."""
    there = _stored()
    with walls.everything():
        jobs = {job.public_id: job for job in Job.objects.filter(public_id__in=set(there.values()))}
    return _delete(path for path, public_id in there.items() if _is_orphan(path, jobs.get(public_id)))


def _delete(paths: Iterable[str]) -> int:
    found = list(paths)
    for path in found:
        default_storage.delete(path)
    return len(found)


def _stored() -> dict[str, UUID]:
    """{path: the job that it says it is of}. What else somebody put into the folder is not ours to take away."""
    paths = ((path, FILE_NAME.fullmatch(path.removeprefix(f"{FOLDER}/"))) for path in stored(FOLDER))
    return {path: UUID(found[1]) for path, found in paths if found}


def _is_orphan(path: str, job: Job | None) -> bool:
    """Not while the attempt that wrote it may still be about to say so."""
    if job is None:
        return True
    is_under_way = job.status == Job.Status.RUNNING and path == _path(job)
    return not is_under_way and job.file.name != path
