"""What the lead decides about its programme as a whole: to publish a quarter (通报), and the weights of its assessment."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.clock import arrived_at, now
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Period, Programme

from ..models import Filing, Release
from ..periods import lead_tenant
from . import content as release_content
from .content import Content
from .workbook import file_name, write_release


def why_not_publish(period: Period, content: Content) -> str | None:
    """While returns are still in time nobody is named as missing; once all are in, nothing has to be waited for."""
    if arrived_at() < period.due_at and content["quarter"]["filed"] < content["quarter"]["expected"]:
        return _("Returns are in time through %(day)s, and not all are in. Publish after that.") % {
            "day": period.due_on.isoformat()
        }
    return None


@transaction.atomic
def publish(period: Period, *, with_ranking: bool, preview: str, by: Membership) -> Release:
    """Freeze the quarter as the next numbered release, with its workbook. `preview`: the digest of what was looked
    at; if anything in it has changed since, nothing is published.

    The year's returns are held while it is composed, so that all of it shows one moment.
    """
    programme = (
        Programme.objects.select_for_update(of=["self"]).select_related("lead").get(pk=period.programme_id)
    )
    lead_tenant.require_lead_tenant(programme, by, Permission.PUBLISH)
    _hold_returns(period, programme)
    at = now()
    content = release_content.compose(period, with_ranking=with_ranking, at=at)
    if reason := why_not_publish(period, content):
        raise Refused(reason)
    if release_content.preview_digest(content) != preview:
        raise Refused(
            _("The figures have changed since the preview. Look at it as it is now, then publish again.")
        )
    workbook = write_release(content, programme.layout)
    release = Release.objects.create(
        tenant=programme.lead,
        programme=programme,
        period=period,
        year=content["year"],
        number=content["number"],
        title=content["title"],
        content=content,
        digest=release_content.digest_of(content),
        workbook=workbook,
        workbook_digest=hashlib.sha256(workbook).hexdigest(),
        file_name=file_name(content),
        published_at=at,
        published_by=by.user,
    )
    _record_release(release, by)
    return release


def _hold_returns(period: Period, programme: Programme) -> None:
    """Nobody accepts a return of the year until the release is written."""
    held = Filing.objects.select_for_update().filter(
        period__programme=programme, period__year=period.year, tenant__path__startswith=programme.lead.path
    )
    list(held.order_by("pk").values_list("pk"))


def _record_release(release: Release, by: Membership) -> None:
    history.record(
        "publish",
        subject_kind="release",
        subject_id=release.public_id,
        tenant=release.tenant,
        by=by.user,
        version=release.number,
        version_digest=release.digest,
        after={
            "period": release.period.code,
            "number": release.number,
            "workbook_digest": release.workbook_digest,
            "changes": len(release.content["changes"]),
            "with_ranking": release.content["ranking"] is not None,
        },
        at=release.published_at,
    )
