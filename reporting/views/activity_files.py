"""What shows an activity: add files to it, open one, withdraw one. The same way of a file as of those attached to returns."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import load
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission, may

from .. import actions, queries, rules
from ..models import Activity, ActivityFile
from ..uploads.kinds import kinds_named, kinds_taken, label_of
from .uploading import download, taken_or_told


def _files():
    return ActivityFile.objects.select_related(
        "tenant",
        "activity__tenant",
        "activity__programme",
        "activity__provider",
        "activity__counted_in__filing",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@load(Activity.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_uncounted_of_others)
def activity_files(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Add one or several files. Each is taken or not by itself; what is not taken is told, and not kept."""
    actions.require_own_activity(activity, request.membership)
    if reason := rules.why_not_change_activity(activity):
        return _page(request, activity, [reason], status=409)
    if request.method != "POST":
        return _page(request, activity)
    given = request.FILES.getlist("files")
    if not given:
        return _page(request, activity, [_("Choose a file first.")], status=422)

    def keep(examined) -> None:
        actions.add_evidence(activity, examined, by=request.membership)

    if problems := taken_or_told(request, given, keep, object_id=activity.public_id):
        return _page(request, activity, problems, status=422)
    messages.success(request, _("Attached."))
    return redirect(f"{activity.get_absolute_url()}#evidence")


@require_GET
@load(_files, permission=Permission.EVIDENCE, shown_to=queries.activity_files_shown_to)
def activity_file(request: HttpRequest, evidence: ActivityFile) -> HttpResponse:
    if not queries.files_behind(evidence.activity, request.membership).filter(pk=evidence.pk).exists():
        raise Http404
    return download(evidence)


@require_http_methods(["GET", "HEAD", "POST"])
@load(_files, permission=Permission.FILE, shown_to=queries.activity_files_shown_to)
def activity_file_withdraw(request: HttpRequest, evidence: ActivityFile) -> HttpResponse:
    """Ask, then withdraw it."""
    activity = evidence.activity
    actions.require_own_activity(activity, request.membership)
    if request.method == "POST":
        actions.withdraw_evidence(evidence, by=request.membership)
        messages.success(request, _("The file is withdrawn."))
        return redirect(f"{activity.get_absolute_url()}#evidence")
    if reason := rules.why_not_change_activity(activity):
        raise Refused(reason)
    return render(
        request, "reporting/activity_file_withdraw.html", {"activity": activity, "evidence": evidence}
    )


def files_section(activity: Activity, by: Membership) -> dict:
    """What the section of files on an activity's page needs."""
    may_change = rules.why_never_record(activity.tenant, by) is None and not rules.why_not_change_activity(
        activity
    )
    return {
        "evidence": [(each, label_of(each.media_type)) for each in queries.files_behind(activity, by)],
        "may_open": may(by.role, Permission.EVIDENCE),
        "may_change_files": may_change,
        "accept": ",".join(ending for each in kinds_taken() for ending in each.endings),
        "kinds": kinds_named(),
        "limits": {"mb": settings.EVIDENCE_MB, "at_once": 3 * settings.EVIDENCE_MB},
    }


def _page(
    request: HttpRequest, activity: Activity, problems: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    page = {
        "activity": activity,
        "problems": [{"anchor": "files", "text": text} for text in problems or []],
        **files_section(activity, request.membership),
    }
    return render(request, "reporting/activity_files.html", page, status=status)
