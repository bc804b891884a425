"""Stamped copies and evidence: attach files to a return, open one, take one away, put it back."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access import load
from portal.clock import now
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission, may
from portal.security_log import event_on

from ..filings import queries as filing_queries
from ..models import Evidence, Filing, Version
from ..uploads import actions as upload_actions
from ..uploads.kinds import kinds_named, kinds_taken
from ..uploads.receiving import download, keep_or_explain
from . import actions, queries, rules


def _files():
    return Evidence.objects.select_related(
        "filing__tenant", "filing__period__programme", "filing__latest", "filing__accepted", "tenant"
    )


@event_on("POST", "evidence-attached")
@require_http_methods(["GET", "HEAD", "POST"])
@load(
    Filing.objects.with_parties, permission=Permission.FILE, shown_to=filing_queries.without_drafts_of_others
)
def evidence_new(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Attach one or several files. Each is taken or not by itself; what is refused is reported, and not kept."""
    _refuse_others(filing, request.membership)
    if request.method != "POST":
        return _page(request, filing)
    kind = request.POST.get("kind", "")
    if kind not in Evidence.Kind.values:
        return _page(request, filing, [_("The form is incomplete. Open the page again.")], status=400)
    if reason := rules.why_not_now(filing, kind):
        return _page(request, filing, [reason], status=409)
    given = request.FILES.getlist("files")
    if not given:
        return _page(request, filing, [_("Choose a file first.")], status=422)

    def keep(examined) -> None:
        actions.attach_file(filing, kind, examined, by=request.membership)

    if problems := keep_or_explain(request, given, keep, object_id=filing.public_id):
        return _page(request, filing, problems, status=422)
    messages.success(request, _("Attached."))
    return redirect(f"{filing.get_absolute_url()}#evidence")


@event_on("GET", "downloaded")
@require_GET
@load(_files, permission=Permission.EVIDENCE, shown_to=queries.files_shown_to)
def evidence_file(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    return download(evidence)


@event_on("POST", "evidence-removed")
@require_http_methods(["GET", "HEAD", "POST"])
@load(_files, permission=Permission.FILE, shown_to=queries.files_shown_to)
def evidence_remove(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Ask, then take it away."""
    filing = evidence.filing
    _refuse_others(filing, request.membership)
    if request.method == "POST":
        actions.remove_file(evidence, by=request.membership)
        messages.success(request, _("The file is removed. For 30 days it can be put back."))
        return redirect(f"{filing.get_absolute_url()}#evidence")
    if reason := rules.why_not_remove(filing, evidence):
        raise Refused(reason, filing=filing)
    page = {"filing": filing, "evidence": evidence, "latest": filing.standing}
    return render(request, "reporting/evidence/evidence_remove.html", page)


@event_on("POST", "evidence-restored")
@require_POST
@load(_files, permission=Permission.FILE, shown_to=queries.own_files)
def evidence_restore(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    _refuse_others(evidence.filing, request.membership)
    actions.restore_file(evidence, by=request.membership)
    messages.success(request, _("The file is attached again."))
    return redirect(f"{evidence.filing.get_absolute_url()}#evidence")


def evidence_section(filing: Filing, by: Membership) -> dict:
    """What the section of a return's page needs: the files of the version on it, and what can be done."""
    is_own, kind = filing.tenant_id == by.tenant_id, rules.kind_now(filing)
    may_change = rules.why_never(filing, by) is None
    is_open = is_own and kind == Evidence.Kind.EVIDENCE
    number = rules.version_now(filing, Evidence.Kind.EVIDENCE if is_open else Evidence.Kind.STAMPED)
    listed = queries.with_repetitions(queries.files_of_version(filing, number), by)
    removed = queries.removed_files(filing, now() - upload_actions.RESTORABLE) if may_change else []
    return {
        "attached": [
            (each, may_change and not rules.why_not_remove(filing, each.evidence)) for each in listed
        ],
        "removed": [each for each in removed if rules.why_not_restore(filing, each) is None],
        "kind_now": kind if may_change else None,
        "may_open": may(by.role, Permission.EVIDENCE),
        "accept": ",".join(ending for each in kinds_taken() for ending in each.endings),
        "kinds": kinds_named(),
        "limits": {
            "mb": settings.EVIDENCE_MB,
            "files": settings.EVIDENCE_FILES,
            "at_once": 3 * settings.EVIDENCE_MB,
        },
    }


def files_with_version(version: Version, by: Membership) -> dict:
    """What belonged to a version when it was submitted, and its stamped copy; nothing of it can be changed here."""
    listed = queries.with_repetitions(queries.files_of_version(version.filing, version.number), by)
    return {"attached": [(each, False) for each in listed], "may_open": may(by.role, Permission.EVIDENCE)}


def _refuse_others(filing: Filing, by: Membership) -> None:
    """403 for a return that the person sees and that another tenant fills in."""
    if reason := rules.why_never(filing, by):
        raise PermissionDenied(reason)


def _page(
    request: HttpRequest, filing: Filing, problems: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    page = {
        "filing": filing,
        "problems": [{"anchor": "files", "text": text} for text in problems or []],
        "reason": rules.why_not_now(filing, Evidence.Kind.STAMPED),
        **evidence_section(filing, request.membership),
    }
    return render(request, "reporting/evidence/evidence_new.html", page, status=status)
