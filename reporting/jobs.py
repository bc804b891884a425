"""Everything of a quarter as one zip, made in the background: asked for, claimed, built, handed out.

The job row is the truth and the broker only nudges: a worker claims a job by a conditional update, keeps its lease
alive while it works, and a sweep queues again what lost its worker. A file appears only when it is complete, and only
if whoever asked may still have it: the worker asks before it builds and again before it hands over.
"""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal import clock, history, walls
from portal.access import has_permission, memberships_of, require
from portal.models import Membership
from portal.roles import Permission
from targets.models import Period

from . import queries
from .attachment import Attachment
from .excel.export import write_attachment
from .models import Filing, Job
from .rollup import roll_up
from .sheets import rollup_sheet, tenant_sheet
from .uploads.storing import stored

log = logging.getLogger(__name__)

# A member of the zip always carries the same date, so that the same figures give the same bytes.
MEMBER_DATE = (2021, 1, 29, 0, 0, 0)
FOLDER = "exports"
FILE_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-\d+\.zip")


@transaction.atomic
def request_export(period: Period, *, by: Membership) -> Job:
    """Ask for a quarter's workbooks. The same request that still waits or runs is not made twice."""
    require(by, Permission.EXPORT_ALL)
    if period.programme not in queries.programmes_of(by.tenant):
        raise PermissionDenied(_("%(tenant)s does not take part in this programme.") % {"tenant": by.tenant})
    running = Job.objects.filter(
        period=period,
        tenant=by.tenant,
        requested_by=by.user,
        status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
    ).first()
    if running:
        return running
    job = Job.objects.create(tenant=by.tenant, period=period, requested_by=by.user, requested_at=clock.now())
    history.record(
        "export",
        subject_kind="job",
        subject_id=job.public_id,
        tenant=by.tenant,
        by=by.user,
        after={"period": period.code},
    )
    transaction.on_commit(lambda: nudge(job))
    return job


def nudge(job: Job) -> None:
    """Tell a worker. Without a broker the sweep finds the job a little later: never an error to the person."""
    try:
        current_app.send_task("reporting.tasks.run_export", [str(job.public_id)], retry=False)
    except (OSError, OperationalError) as error:
        log.warning("broker not reached, the sweep will find job %s: %s", job.public_id, error)


def claim(public_id: str) -> Job | None:
    """Take a job that waits or whose worker is gone; None if another worker has it, or it is finished."""
    at = timezone.now()
    free = Q(status=Job.Status.QUEUED) | Q(status=Job.Status.RUNNING, lease_until__lt=at)
    won = Job.objects.filter(free, public_id=public_id, attempts__lt=settings.JOB_ATTEMPTS).update(
        status=Job.Status.RUNNING, attempts=F("attempts") + 1, lease_until=_lease(), done=0
    )
    jobs = Job.objects.select_related("tenant", "period__programme", "requested_by")
    return jobs.get(public_id=public_id) if won else None


def run(public_id: str) -> None:
    """Build the zip of a job that could be claimed. A second worker with the same message does nothing."""
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


def requeue_lost() -> int:
    """Nudge again what waits too long or lost its worker; give up on what failed every attempt. Counts the nudged."""
    with walls.everything():
        waiting = _waiting()
    for job in waiting:
        nudge(job)
    return len(waiting)


def remove_orphans() -> int:
    """Take away the files that no job names: their worker was killed between storing and showing. Counts them."""
    there = _stored()
    with walls.everything():
        jobs = {job.public_id: job for job in Job.objects.filter(public_id__in=set(there.values()))}
    orphans = [path for path, public_id in there.items() if _is_orphan(path, jobs.get(public_id))]
    for path in orphans:
        default_storage.delete(path)
    return len(orphans)


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


def _waiting() -> list[Job]:
    at = timezone.now()
    lost = Q(status=Job.Status.RUNNING, lease_until__lt=at)
    Job.objects.filter(lost, attempts__gte=settings.JOB_ATTEMPTS).update(
        status=Job.Status.FAILED,
        error=_("The work was interrupted too often. Ask for it again."),
        finished_at=clock.now(),
    )
    return list(Job.objects.filter(lost | Q(status=Job.Status.QUEUED)))


class _LeaseLost(Exception):
    """Another worker has taken the job over: this one lets go without a trace."""


def _write(job: Job, **changes) -> int:
    """Change the job's row, as long as it is this attempt's: 0 if another worker has taken it over."""
    with walls.within([job.tenant_id]):
        mine = Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempts=job.attempts)
        return mine.update(**changes)


def _fail(job: Job, why: str) -> None:
    _write(job, status=Job.Status.FAILED, error=why, finished_at=clock.now())


def _ask_again(job: Job) -> None:
    """Whoever asked may have lost the right to it since: what is asked of a page is asked of a job (403)."""
    with walls.within([job.tenant_id]):
        at_the_tenant = memberships_of(job.requested_by).filter(tenant=job.tenant)
        is_entitled = any(has_permission(each, Permission.EXPORT_ALL) for each in at_the_tenant)
    if not is_entitled:
        raise PermissionDenied(_("Whoever asked for this export may no longer have it."))


def _path(job: Job) -> str:
    """Each attempt has a file of its own: two workers never write the same one."""
    return f"{FOLDER}/{job.public_id}-{job.attempts}.zip"


def _lease():
    """Machine time, not the programme's: a lease is between workers."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _build(job: Job) -> bytes:
    """The zip's bytes. The figures are read first, in one transaction: every workbook shows the same moment."""
    with transaction.atomic():
        walls.one_snapshot()
        with walls.below(job.tenant):
            sheets = list(_sheets(job))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, sheet in enumerate(sheets):
            if not _write(job, done=done, steps=len(sheets), lease_until=_lease()):
                raise _LeaseLost
            archive.writestr(zipfile.ZipInfo(sheet.file_name, MEMBER_DATE), write_attachment(sheet))
    return buffer.getvalue()


def _sheets(job: Job) -> Iterator[Attachment]:
    """The roll-up's table, where there is anything to add up, then each accepted return's, in document order."""
    period = job.period
    if job.tenant.numchild:
        yield rollup_sheet(roll_up(period.programme, [period], under=job.tenant))
    accepted = Filing.objects.filter(period=period, tenant__path__startswith=job.tenant.path).exclude(
        accepted=None
    )
    for filing in accepted.select_related("tenant").order_by("tenant__path"):
        yield tenant_sheet(filing.tenant, [period])


def _finish(job: Job, content: bytes) -> None:
    """Store the complete file, then show it. If the job was taken over meanwhile, or whoever asked has lost the right
    to it, the file goes again."""
    path = default_storage.save(_path(job), ContentFile(content))
    name = f"{job.period.programme.name}（{job.period.name}）—{job.tenant.short_name}.zip"
    is_shown = 0
    try:
        _ask_again(job)
        is_shown = _write(
            job, status=Job.Status.DONE, file=path, file_name=name, done=F("steps"), finished_at=clock.now()
        )
    finally:
        if not is_shown:
            default_storage.delete(path)
