"""Filling in by file: take the workbook, give it back filled in, look at what it would change, take it over."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal import security_log
from portal.access import load
from portal.clock import now
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on

from ..entry.columns import Field
from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..excel.annotate import annotated_file
from ..excel.export import write_attachment
from ..excel.kinds import FILE_LIMIT, XLSX
from ..filings import queries as filing_queries
from ..filings import rules as filing_rules
from ..filings.computed import computed_for
from ..filings.sheet import filling_sheet
from ..filings.unread import Unread, as_kept
from ..models import Filing, Import
from ..models.states import Move
from ..uploads.downloads import content_response, workbook_response
from ..uploads.problems import Unacceptable
from ..uploads.scanning import scan
from . import actions, queries, rules
from .actions import Upload
from .preview import compare
from .take_over import Found, look_at

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def _filings():
    return Filing.objects.with_parties().select_related("draft__saved_by")


def _imports():
    parties = ["filing__tenant", "filing__period__programme", "filing__latest", "filing__accepted"]
    return Import.objects.select_related(*parties, "filing__draft__saved_by", "tenant")


@event_on("GET", "downloaded")
@require_GET
@load(_filings, permission=Permission.FILE, shown_to=filing_queries.without_drafts_of_others)
def import_template(request: HttpRequest, filing: Filing) -> HttpResponse:
    """One's own return as the official attachment, to be filled in. Where it belongs travels in the file, unseen."""
    _refuse_others(request, filing)
    sheet = filling_sheet(filing)
    origin = {
        "programme": filing.period.programme.code,
        "tenant": filing.tenant.code,
        "period": filing.period.code,
        "revision": str(filing.revision),
    }
    return workbook_response(write_attachment(sheet, origin), sheet.file_name)


@event_on("POST", "uploaded")
@require_http_methods(["GET", "HEAD", "POST"])
@load(_filings, permission=Permission.FILE, shown_to=filing_queries.without_drafts_of_others)
def import_new(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Upload a filled-in file. What is no such file is refused and not kept; anything else is shown before it counts."""
    _refuse_others(request, filing)
    if request.method == "POST":
        return _uploaded(request, filing)
    return _upload_page(request, filing)


@event_on("POST", "imported")
@require_http_methods(["GET", "HEAD", "POST"])
@load(_imports, permission=Permission.FILE, shown_to=queries.own_imports)
def import_detail(request: HttpRequest, imported: Import) -> HttpResponse:
    """What the file would add, change and remove, and what has to be corrected first; then one button."""
    if request.method != "POST":
        return _import_page(request, imported)
    confirmed = [name.removeprefix("confirm-") for name in request.POST if name.startswith("confirm-")]
    revision, decision = read_revision(request.POST), request.POST.get("decision", "")
    try:
        actions.confirm_import(
            imported, revision=revision, confirmed=confirmed, decision=decision, by=request.membership
        )
    except Invalid as refused:
        return _import_page(request, imported, status=422, unconfirmed=refused.findings, confirmed=confirmed)
    except Refused as refused:
        current = _imports().get(pk=imported.pk)
        return _import_page(request, current, status=409, reason=refused.reason)
    messages.success(request, _("The file is taken over into the draft. Check it, then submit."))
    return redirect("filing-edit", imported.filing.public_id)


@event_on("GET", "downloaded")
@require_GET
@load(_imports, permission=Permission.FILE, shown_to=queries.own_imports)
def import_file(request: HttpRequest, imported: Import) -> HttpResponse:
    """The person's own file again, its problems marked; everything else in it is as it was."""
    with imported.file.open("rb") as file:
        content = annotated_file(file.read(), imported.found)
    media_type = (
        "text/csv" if imported.is_text else XLSX
    )  # a text's encoding is the person's own: none is named
    return content_response(content, imported.annotated_name, media_type)


def _refuse_others(request: HttpRequest, filing: Filing) -> None:
    """403 for a return that the person sees and that another tenant fills in."""
    if reason := filing_rules.why_never(filing, Move.SAVE, request.membership):
        raise PermissionDenied(reason)


# --- uploading


def _uploaded(request: HttpRequest, filing: Filing) -> HttpResponse:
    given = request.FILES.getlist("file")
    if len(given) != 1:
        return _upload_page(request, filing, [_("Choose one file first.")], status=422)
    name = _UNPRINTABLE.sub("", given[0].name or "")
    content = given[0].read(FILE_LIMIT + 1)
    try:
        scan(content)
    except Unacceptable as refused:
        security_log.event(request, "import-refused", object=filing.public_id, kind=refused.code)
        return _upload_page(request, filing, [refused.text], status=422)
    found = look_at(content, name, filing.tenant, filing.period, filing=filing)
    if found.is_foreign:
        security_log.event(request, "import-foreign", object=filing.public_id)
    if not found.is_table:
        security_log.event(
            request, "import-refused", object=filing.public_id, kind=found.problems[0].code or "-"
        )
        return _upload_page(request, filing, [each.text for each in found.problems], status=422)
    upload = Upload(name, content, found.as_json())
    _refuse_repeated(filing, upload)
    imported = actions.keep_upload(filing, upload, by=request.membership)
    status = _status(filing, found, request)
    if status == 302:
        return redirect(imported)
    return _import_page(request, _imports().get(pk=imported.pk), status=status)


def _refuse_repeated(filing: Filing, upload: Upload) -> None:
    """The very same file a second time, with nothing changed since: there is nothing to do."""
    earlier = queries.imported_before(filing, upload.digest)
    if earlier and filing.draft.rows == as_kept(upload.found["rows"], computed_for(filing)):
        raise Refused(actions.already_imported(earlier), filing=filing)


def _status(filing: Filing, found: Found, request: HttpRequest) -> int:
    """302: look at it; 422: correct it; 409: the return takes no file now, or has changed since the download."""
    if rules.why_not_import(filing, request.membership):
        return 409
    if found.problems:
        return 422
    return 409 if any(each.key == "revision" for each in found.questions) else 302


def _upload_page(
    request: HttpRequest, filing: Filing, problems: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    page = {
        "filing": filing,
        "problems": [{"anchor": "file", "text": text} for text in problems or []],
        "reason": rules.why_not_import(filing, request.membership),
        "limit": FILE_LIMIT // 1024 // 1024,
    }
    return render(request, "reporting/imports/import_new.html", page, status=status)


# --- looking at it


def _import_page(
    request: HttpRequest,
    imported: Import,
    *,
    status: int = 200,
    reason: str = "",
    unconfirmed: list | None = None,
    confirmed: list[str] | None = None,
) -> HttpResponse:
    filing, found = imported.filing, imported.found
    fields = filing_queries.fields_of(filing)
    earlier = None if imported.confirmed_at else queries.imported_before(filing, imported.digest)
    page = {
        "filing": filing,
        "imported": imported,
        "found": found,
        "columns": fields,
        **({} if found["problems"] else _preview(request, imported, fields)),
        "reason": reason,
        "why_not": rules.why_not_import(filing, request.membership)
        or (actions.why_not_importable(imported) if imported.confirmed_at else None),
        "earlier": earlier and actions.already_imported(earlier),
        "unconfirmed": unconfirmed or [],
        "confirmed": confirmed or [],
        "hours": max(1, round((imported.expires_at - now()).total_seconds() / 3600)),
    }
    return render(request, "reporting/imports/import_detail.html", page, status=status)


def _preview(request: HttpRequest, imported: Import, fields: list[Field]) -> dict:
    """What would change and be reported, and what stops it: figures that would not be, with the reason why the providers
    cannot be switched to typing, if there is one."""
    filing = imported.filing
    unread = Unread() if imported.confirmed_at else actions.unread_of(imported)
    return {
        "preview": compare(
            filing.draft.rows,
            imported.found["rows"],
            fields,
            computed_for(filing),
            filing_queries.registered_names(filing.tenant),
        ),
        "unread": unread,
        "why_not_type": filing_rules.why_not_type(filing, request.membership) if unread else None,
    }
