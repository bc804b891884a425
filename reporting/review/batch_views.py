"""The reviewer's page about a version: cell by cell beside what counts, reasons at its cells, and sending it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load
from portal.problems import Refused

from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..evidence import queries as evidence_queries
from ..filings import queries as filing_queries
from ..filings import rules as filing_rules
from ..filings import transition, versions
from ..models import Filing, Version
from ..models.states import Move
from . import actions, queries
from .forms import read_reasons, written
from .queries import ReviewTable

BEFORE = "before"  # compared with the version right before, though another one counts
COMPARISONS = ("version", BEFORE, "period", "both", "none")
WRITE = "write"  # what the button says by which one goes on writing


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, shown_to=filing_queries.without_drafts_of_others)
def filing_send_back(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Reasons at cells, rows or the whole, all in one form; at least one. The page works without scripts."""
    transition.allow(filing, Move.SEND_BACK, request.membership)
    if request.method != "POST":
        version = versions.version_with_parties(filing.latest_id)
        note_opening(request, filing, version)
        page = review_page(request, filing, table_to_review(request, version))
        return render(request, "reporting/review/filing_send_back.html", page)
    table = table_to_review(request, version_shown(request, filing))
    points, reason = read_reasons(request.POST, table), request.POST.get("reason", "")
    typed = {"reason": reason, **{each.key: each.reason for each in points}}
    if request.POST.get("do") == WRITE:
        page = review_page(request, filing, table) | {"typed": typed}
        return render(request, "reporting/review/filing_send_back.html", page)
    seen = {"revision": read_revision(request.POST), "files": request.POST.get("files")}
    try:
        actions.send_back(filing, reason=reason, points=points, **seen, by=request.membership)
    except Invalid as refused:
        page = review_page(request, filing, table) | {
            "typed": typed,
            "problems": [{"anchor": f"id_{each.column}", "text": each.text} for each in refused.findings],
            "errors": {each.column: each.text for each in refused.findings},
        }
        return render(request, "reporting/review/filing_send_back.html", page, status=422)
    except Refused as refused:
        refused.written = written(points, reason)
        raise
    text = _("The %(return)s is sent back with your reasons.")
    messages.success(request, text % {"return": filing.period.programme.return_word})
    return redirect(filing)


def version_shown(request: HttpRequest, filing: Filing) -> Version:
    """The version on the page from which somebody posts: what was written stands at its rows, also if another came since."""
    number = versions.version_at(filing, read_revision(request.POST))
    shown = filing.versions.filter(number=number).first() or filing.latest_version()
    return versions.version_with_parties(shown.pk)


def table_to_review(request: HttpRequest, version: Version) -> ReviewTable:
    return queries.review_table(version, against_other=request.GET.get("compare") == BEFORE)


def review_page(request: HttpRequest, filing: Filing, table: ReviewTable) -> dict:
    """What the table under review needs: with which version it is compared, and what may be done."""
    comparison = request.GET.get("compare", "")
    usual = "version" if table.previous else "period" if table.last else "none"
    return {
        "filing": filing,
        "version": table.version,
        "table": table,
        "compare": comparison if comparison in COMPARISONS else usual,
        "may_note": filing_rules.why_not(filing, Move.SEND_BACK, request.membership) is None,
        "files_seen": request.POST.get("files") or evidence_queries.files_seen([filing])[filing.pk],
        "accept_reason": filing_rules.why_not(filing, Move.ACCEPT, request.membership),
        "typed": {},
        "errors": {},
    }


def note_opening(request: HttpRequest, filing: Filing, version: Version) -> None:
    """Looking at a version that one could decide on counts as having opened it. Asking for the head alone does not."""
    if request.method == "GET" and filing_rules.why_not(filing, Move.SEND_BACK, request.membership) is None:
        actions.open_version(version, by=request.membership)
