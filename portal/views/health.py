"""Is it up? And the page of shared components, for those who build pages."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from .. import examples

# Besides those of every page.
STYLES = [
    "filings/grid.css",
    "portal/tasks.css",
    "imports/imports.css",
    "releases/release.css",
    "assessment/assessment.css",
]


@require_GET
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web process can reach its database; says nothing else."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/components.html", {**examples.components(), "styles": STYLES})
