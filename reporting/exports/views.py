"""导出: choose a kind, take the file at once or watch it being made; my files, until they expire; what other pages give."""

import io
import tempfile
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access import has_permission, load, permitted, require
from portal.clock import today
from portal.problems import Refused
from portal.roles import Permission
from portal.security_log import event_on
from portal.tables import arrange
from targets.models import Period

from ..assessment import views as assessment_views
from ..channels import views as channel_views
from ..materials import views as material_views
from ..models import Job, Release
from ..periods import queries as period_queries
from ..periods.lead_tenant import is_lead_tenant
from ..periods.lookup import chosen_periods, current_programme
from ..periods.shown import shown_period
from ..releases import queries as release_queries
from ..releases.views import RELEASES
from ..uploads.downloads import content_response, file_response
from ..work_module import module_views
from . import jobs, kinds, queries
from .kinds import KINDS, MEDIA_TYPES, OFFERED, ExportKind
from .span import ChosenMaterials, ExportSpan
from .tables import JobTable

LABELS = {"xlsx": "Excel", "csv": "CSV", "zip": "ZIP"}


@event_on("POST", "export-asked")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def export_list(request: HttpRequest) -> HttpResponse:
    """What there is to export, and my files. Asked by the page itself, it answers with the files alone."""
    if request.method == "POST":
        return _requested(request)
    table = arrange(JobTable(queries.jobs_of(request.membership)), request, per_page=20)
    page = {"table": table, "is_waiting": any(row.record.is_under_way for row in table.paginated_rows)}
    if request.htmx:
        return render(request, "reporting/exports/export_files.html", page)
    span = _span(request, request.GET)
    offered = [each for each in OFFERED.values() if kinds.why_not(each, request.membership) is None]
    page |= {
        "span": span,
        "kinds": [(each, [(name, LABELS[name]) for name in each.formats]) for each in offered],
        "has_assessment": is_lead_tenant(span.programme, request.membership)
        and has_permission(request.membership, Permission.ASSESS),
        "programmes": period_queries.programmes_of(request.membership.tenant),
        "periods": _periods(request).filter(programme=span.programme).order_by("-year", "-number"),
    }
    return render(request, "reporting/exports/export_list.html", page)


def _requested(request: HttpRequest) -> HttpResponse:
    """On to the file itself where a page can wait for it, else to the job that makes it."""
    kind, extension, span = _wanted(request, request.POST)
    if kinds.is_made_at_once(kind, span):
        query = {"kind": kind.code, "format": extension, "period": span.period.code}
        query |= {"programme": span.programme.code} | ({"cumulative": "1"} if span.is_cumulative else {})
        return redirect(f"{reverse('export-now')}?{urlencode(query)}")
    parameters = {"kind": kind.code, "extension": extension, "is_cumulative": span.is_cumulative}
    return redirect(jobs.request_export(span.period, by=request.membership, **parameters))


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.VIEW)
def export_now(request: HttpRequest) -> HttpResponse:
    """The file, made while the browser waits."""
    kind, extension, span = _wanted(request, request.GET)
    if not kinds.is_made_at_once(kind, span):
        raise Refused(_("This takes longer than a page can wait. Ask for it under “Exports”."))
    file = tempfile.SpooledTemporaryFile(jobs.IN_MEMORY)  # noqa: SIM115 -- the answer reads and closes it
    name = kinds.at_once(kind, span, extension, file)
    file.seek(0)
    return file_response(file, name, MEDIA_TYPES[extension])


def _wanted(request: HttpRequest, given: QueryDict) -> tuple[ExportKind, str, ExportSpan]:
    """What is asked for: 404 for what there is not, 403 for what the role may not have."""
    kind = OFFERED.get(given.get("kind") or ("attachments" if given is request.POST else "targets"))
    extension = given.get("format") or (next(iter(kind.formats)) if kind else "")
    if kind is None or extension not in kind.formats:
        raise Http404
    span = _span(request, given)
    if reason := kinds.why_not(kind, request.membership):
        raise PermissionDenied(reason)
    return kind, extension, span


def _periods(request: HttpRequest):
    programmes = period_queries.programmes_of(request.membership.tenant)
    return Period.objects.filter(programme__in=programmes, starts_on__lte=today()).select_related("programme")


def _span(request: HttpRequest, given: QueryDict) -> ExportSpan:
    """Of the active tenant. A page that names no period shows the last with figures; a form has to name it."""
    programmes = period_queries.programmes_of(request.membership.tenant)
    shown = current_programme(request, programmes) if given is request.GET else None
    code = given.get("programme") or (shown.code if shown else "")
    programme = next((each for each in programmes if each.code == code), None)
    if programme is None:
        raise Http404
    periods = _periods(request)
    if "period" in given or given is request.POST:
        period = period_queries.period_named(periods, code, given.get("period", ""))
    else:
        period = shown_period(programme, under=request.membership.tenant)
    if period is None:
        raise Http404
    chosen = periods.get(pk=period.pk)
    return ExportSpan(request.membership.tenant, chosen, given.get("cumulative") == "1")


mine = load(
    lambda: Job.objects.select_related("period__programme", "tenant", "requested_by"),
    shown_to=queries.own_jobs,
)


def _require_still(request: HttpRequest, job: Job) -> None:
    """Only for who asked for it, and only while still entitled."""
    require(request.membership, kinds.permission_for(KINDS[job.kind], job.tenant))


@require_GET
@mine
def export_detail(request: HttpRequest, job: Job) -> HttpResponse:
    """How far it is. Asked by a page itself, it answers with the progress or with a notice alone."""
    _require_still(request, job)
    template = "reporting/exports/export_detail.html"
    if request.htmx:
        is_notice = request.GET.get("notice") == "1"
        template = (
            "reporting/exports/export_notice.html" if is_notice else "reporting/exports/export_progress.html"
        )
    return render(request, template, {"job": job, "kind": KINDS[job.kind]})


@event_on("GET", "downloaded")
@require_GET
@mine
def export_file(request: HttpRequest, job: Job) -> HttpResponse:
    """The complete file, or none: what is not as long as it was when it was stored is not handed out. Of one that was
    kept long enough (410) the page says so and leads back."""
    _require_still(request, job)
    if job.current_status == Job.Status.EXPIRED:
        page = {"job": job, "kind": KINDS[job.kind]}
        return render(request, "reporting/exports/export_detail.html", page, status=HTTPStatus.GONE)
    if job.current_status != Job.Status.DONE:
        raise Http404
    try:
        is_whole = not job.size or job.file.size == job.size
    except OSError:
        is_whole = False
    if not is_whole:
        raise Refused(_("The file is not in its place any more. Ask for the export again."))
    return file_response(job.file.open("rb"), job.file_name, MEDIA_TYPES[job.format])


@event_on("POST", "export-cancelled")
@require_POST
@mine
def export_cancel(request: HttpRequest, job: Job) -> HttpResponse:
    jobs.cancel(job, by=request.membership)
    return redirect("export-list")


# --- given by a page of its own


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.VIEW)
def material_export(request: HttpRequest, programme: str) -> HttpResponse:
    """The same rows as the page of the library."""
    found, kind = material_views.programme_with_materials(request, programme), KINDS["materials"]
    require(request.membership, kinds.permission_for(kind, request.membership.tenant))
    year, wanted = material_views.chosen_materials(request, found)
    return _given(request, kind, ChosenMaterials(found, year, wanted))


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.VIEW)
def channels_export(request: HttpRequest, programme: str) -> HttpResponse:
    """The same two sums as the page of channels."""
    found, kind, under = (
        module_views.module_or_404(request, programme),
        KINDS["channels"],
        request.membership.tenant,
    )
    require(request.membership, kinds.permission_for(kind, under))
    return _given(request, kind, ExportSpan(under, channel_views.channel_periods(request, found)[-1]))


@event_on("GET", "downloaded")
@require_GET
@permitted(Permission.VIEW)
def assessment_export(request: HttpRequest, programme: str) -> HttpResponse:
    """The same ranks as the page of the assessment, with the explanations."""
    kind = KINDS["assessment"]
    found = assessment_views.led_programme(
        request, programme, kinds.permission_for(kind, request.membership.tenant)
    )
    chosen = chosen_periods(request, found)
    if not chosen:
        raise Http404
    return _given(request, kind, ExportSpan(request.membership.tenant, chosen[-1]))


@event_on("GET", "downloaded")
@require_GET
@load(lambda: RELEASES.defer("content"), shown_to=release_queries.shown_releases)
def release_workbook(request: HttpRequest, release: Release) -> HttpResponse:
    return _given(request, KINDS["release"], release)


def _given(request: HttpRequest, kind: ExportKind, chosen: object) -> HttpResponse:
    """As a workbook, or with `?format=csv` as text where it can be."""
    extension = "csv" if request.GET.get("format") == "csv" and "csv" in kind.formats else "xlsx"
    file = io.BytesIO()
    name = kinds.at_once(kind, chosen, extension, file)
    return content_response(file.getvalue(), name, MEDIA_TYPES[extension])
