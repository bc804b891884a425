"""Stamped copies and evidence: attach files to a return, open one, take one away, put it back."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import security_log
from portal.access import load
from portal.clock import now
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission, may

from .. import actions, attaching, queries
from ..models import Evidence, Filing, Version
from ..names import holds_identity_number
from ..uploads.examining import examine
from ..uploads.kinds import kinds_named, kinds_taken
from ..uploads.problems import Unacceptable
from .downloads import file_response

SHORT_NAME = 40  # of a file, in a sentence
# As every page's policy, and besides: nothing of it acts, wherever a browser should show it all the same.
SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def _files():
    return Evidence.objects.select_related(
        "filing__tenant", "filing__period__programme", "filing__latest", "tenant"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def evidence_new(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Attach one or several files. Each is taken or not by itself; what is not taken is told, and not kept."""
    _refuse_others(filing, request.membership)
    if request.method != "POST":
        return _page(request, filing)
    kind = request.POST.get("kind", "")
    if kind not in Evidence.Kind.values:
        return _page(request, filing, [_("The form is incomplete. Open the page again.")], status=400)
    if reason := attaching.why_not_now(filing, kind):
        return _page(request, filing, [reason], status=409)
    given = request.FILES.getlist("files")
    if not given:
        return _page(request, filing, [_("Choose a file first.")], status=422)
    if problems := _attach(request, filing, kind, given):
        return _page(request, filing, problems, status=422)
    messages.success(request, _("Attached."))
    return redirect(f"{filing.get_absolute_url()}#evidence")


@require_GET
@load(_files, permission=Permission.EVIDENCE, shown_to=queries.files_shown_to)
def evidence_file(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    """Always as a download, never shown in place: whatever is in it, it does not act in the portal's name."""
    try:
        content = evidence.file.open("rb")
    except OSError as error:
        raise Refused(
            _("The file is not in its place any more. Tell the operator."), filing=evidence.filing
        ) from error
    response = file_response(content, evidence.file_name, evidence.media_type)
    response["Content-Security-Policy"] = SANDBOX
    return response


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
    if reason := attaching.why_not_remove(filing, evidence):
        raise Refused(reason, filing=filing)
    page = {"filing": filing, "evidence": evidence, "latest": filing.latest}
    return render(request, "reporting/evidence_remove.html", page)


@require_POST
@load(_files, permission=Permission.FILE, shown_to=queries.own_files)
def evidence_restore(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    _refuse_others(evidence.filing, request.membership)
    actions.restore_file(evidence, by=request.membership)
    messages.success(request, _("The file is attached again."))
    return redirect(f"{evidence.filing.get_absolute_url()}#evidence")


def evidence_section(filing: Filing, by: Membership) -> dict:
    """What the section of a return's page needs: the files of the version on it, and what can be done."""
    is_own, kind = filing.tenant_id == by.tenant_id, attaching.kind_now(filing)
    may_change = attaching.why_never(filing, by) is None
    latest = filing.latest.number if filing.latest else 0
    number = latest + 1 if is_own and kind == Evidence.Kind.EVIDENCE else latest
    listed = queries.with_repetitions(queries.files_of_version(filing, number), by)
    removed = queries.removed_files(filing, now() - attaching.RESTORABLE) if may_change else []
    return {
        "attached": [
            (each, may_change and not attaching.why_not_remove(filing, each.evidence)) for each in listed
        ],
        "removed": [each for each in removed if attaching.why_not_restore(filing, each) is None],
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


def _attach(request: HttpRequest, filing: Filing, kind: str, given: list[UploadedFile]) -> list[str]:
    """What is wrong with the files; the others are attached. All are looked into before the return is locked for one."""
    examined, problems = [], []
    for file in given:
        try:
            examined.append((file, examine(file, file.name or "")))
        except Unacceptable as refused:
            problems.append(_refused(request, filing, file, refused))
    for file, each in examined:
        try:
            actions.attach_file(filing, kind, each, by=request.membership)
        except Unacceptable as refused:
            problems.append(_refused(request, filing, file, refused))
    return problems


def _refused(request: HttpRequest, filing: Filing, file: UploadedFile, refused: Unacceptable) -> str:
    name = "evidence-infected" if refused.code == "infected" else "evidence-refused"
    security_log.event(request, name, object=filing.public_id, kind=refused.code.replace("_", "-"))
    return _("“%(name)s”: %(problem)s") % {"name": _short(file.name or ""), "problem": refused.text}


def _short(name: str) -> str:
    """As a sentence quotes it: an identity number in it is not repeated."""
    if holds_identity_number(name):
        name = "".join("·" if each.isdigit() else each for each in name)
    shown = "".join(each if each.isprintable() else "·" for each in name)
    return shown if len(shown) <= SHORT_NAME else shown[: SHORT_NAME - 1] + "…"


def _refuse_others(filing: Filing, by: Membership) -> None:
    """403 for a return that the person sees and that another tenant fills in."""
    if reason := attaching.why_never(filing, by):
        raise PermissionDenied(reason)


def _page(
    request: HttpRequest, filing: Filing, problems: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    page = {
        "filing": filing,
        "problems": [{"anchor": "files", "text": text} for text in problems or []],
        "reason": attaching.why_not_now(filing, Evidence.Kind.STAMPED),
        **evidence_section(filing, request.membership),
    }
    return render(request, "reporting/evidence_new.html", page, status=status)
