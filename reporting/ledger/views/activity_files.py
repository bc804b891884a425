"""What shows an activity: add files to it, open one, withdraw one. The same way of a file as of those attached to returns."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import load
from portal.models import Membership
from portal.roles import Permission, may
from portal.security_log import event_on

from ...models import Activity, ActivityFile
from ...uploads.receiving import download
from ...uploads.views import FilesPlace, add_files, withdraw_file
from .. import actions as ledger_actions
from .. import file_actions, page_queries
from .. import queries as ledger_queries
from .. import rules as ledger_rules


def _files():
    return ActivityFile.objects.select_related(
        "tenant",
        "activity__tenant",
        "activity__programme",
        "activity__provider",
        "activity__counted_in__filing",
    )


@event_on("POST", "evidence-attached")
@require_http_methods(["GET", "HEAD", "POST"])
@load(
    Activity.objects.with_parties,
    permission=Permission.FILE,
    shown_to=ledger_queries.without_uncounted_of_others,
)
def activity_files(request: HttpRequest, activity: Activity) -> HttpResponse:
    ledger_actions.require_own_activity(activity, request.membership)
    keep = partial(file_actions.add_evidence, activity, by=request.membership)
    return add_files(request, files_of_activity(activity, request.membership), keep)


@event_on("GET", "downloaded")
@require_GET
@load(_files, permission=Permission.EVIDENCE, shown_to=page_queries.activity_files_shown_to)
def activity_file(request: HttpRequest, evidence: ActivityFile) -> HttpResponse:
    if not page_queries.files_behind(evidence.activity, request.membership).filter(pk=evidence.pk).exists():
        raise Http404
    return download(evidence)


@event_on("POST", "evidence-removed")
@require_http_methods(["GET", "HEAD", "POST"])
@load(_files, permission=Permission.FILE, shown_to=page_queries.activity_files_shown_to)
def activity_file_withdraw(request: HttpRequest, evidence: ActivityFile) -> HttpResponse:
    ledger_actions.require_own_activity(evidence.activity, request.membership)
    withdraw = partial(file_actions.withdraw_evidence, evidence, by=request.membership)
    return withdraw_file(
        request, files_of_activity(evidence.activity, request.membership), evidence, withdraw
    )


def files_of_activity(activity: Activity, by: Membership) -> FilesPlace:
    may_change = ledger_rules.why_never_record(
        activity.tenant, by
    ) is None and not ledger_rules.why_not_change_activity(activity)
    return FilesPlace(
        owner=activity,
        name=f"{activity.provider} {activity.ends_on}",
        title=_("Evidence"),
        asks=_("Attach evidence"),
        hint=_("A notice, a plan, a picture without faces."),
        withdrawal=_(
            "It no longer shows the activity. A version that was submitted with it keeps it; otherwise it is deleted after 30 days. The history says who withdrew it."
        ),
        trail=[(reverse("activity-list"), _("Activity ledger"))],
        files=list(page_queries.files_behind(activity, by)),
        add_url=reverse("activity-files", args=[activity.public_id]),
        withdraw_route="activity-file-withdraw",
        may_open=may(by.role, Permission.EVIDENCE),
        may_add=may_change,
        may_withdraw=may_change,
    )
