from django.db.models import QuerySet

from portal.access import visible_to
from portal.models import Membership

from ..models import Job


def jobs_of(by: Membership) -> QuerySet[Job]:
    """The exports that this person asked for."""
    return own_jobs(Job.objects.select_related("period__programme", "tenant"), by)


def job_under_way(by: Membership) -> Job | None:
    """The export of this person that waits or runs and was asked for last."""
    return jobs_of(by).filter(status__in=Job.UNDER_WAY).first()


def own_jobs(jobs: QuerySet[Job], by: Membership) -> QuerySet[Job]:
    """An export belongs to who asked for it: for everybody else it does not exist."""
    return visible_to(jobs, by).filter(requested_by=by.user)
