"""Everything of a quarter as one zip: ask for it, watch it, take the file."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import load, permitted
from portal.clock import today
from portal.roles import Permission
from portal.tables import arrange
from targets.models import Period

from .. import jobs, queries
from ..models import Job
from ..tables import JobTable


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.EXPORT_ALL)
def export_list(request: HttpRequest) -> HttpResponse:
    """My exports, and the form that asks for another one."""
    programmes = queries.programmes_of(request.membership.tenant)
    periods = Period.objects.filter(programme__in=programmes, starts_on__lte=today()).select_related(
        "programme"
    )
    if request.method == "POST":
        named = request.POST.get("programme", ""), request.POST.get("period", "")
        chosen = queries.period_named(periods, *named)
        if chosen is None:
            raise Http404
        return redirect(jobs.request_export(chosen, by=request.membership))
    table = arrange(JobTable(queries.jobs_of(request.membership)), request, per_page=20)
    page = {"table": table, "periods": periods.order_by("programme", "-year", "-number")}
    return render(request, "reporting/export_list.html", page)


@require_GET
@load(
    lambda: Job.objects.select_related("period__programme", "tenant"),
    permission=Permission.EXPORT_ALL,
    shown_to=queries.own_jobs,
)
def export_detail(request: HttpRequest, job: Job) -> HttpResponse:
    """How far it is. Asked by the page itself every second, it answers with the progress alone."""
    template = "reporting/export_progress.html" if request.htmx else "reporting/export_detail.html"
    return render(request, template, {"job": job})


@require_GET
@load(lambda: Job.objects.all(), permission=Permission.EXPORT_ALL, shown_to=queries.own_jobs)
def export_file(request: HttpRequest, job: Job) -> HttpResponse:
    if job.status != Job.Status.DONE:
        raise Http404
    response = FileResponse(job.file.open("rb"), as_attachment=True, filename=job.file_name)
    response["Cache-Control"] = "private, no-store"
    return response
