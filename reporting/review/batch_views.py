"""The reviewer's pages: send a version back with reasons at its cells, accept several that wait."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load, permitted
from portal.roles import Permission

from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..evidence import queries as evidence_queries
from ..filings import queries as filing_queries
from ..filings import rules as filing_rules
from ..filings import transition, versions
from ..models import Filing, Version
from ..models.states import Move
from . import actions, queries, rules
from .forms import read_reasons
from .queries import ReviewTable

COMPARISONS = ("version", "period", "both", "none")


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, shown_to=filing_queries.without_drafts_of_others)
def filing_send_back(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Reasons at cells, rows or the whole, all in one form; at least one. The page works without scripts."""
    transition.allow(filing, Move.SEND_BACK, request.membership)
    version = versions.version_with_parties(filing.latest_id)
    table = queries.review_table(version)
    if request.method != "POST":
        note_opening(request, filing, version)
        return render(request, "reporting/review/filing_send_back.html", review_page(request, filing, table))
    points = read_reasons(request.POST, table)
    reason = request.POST.get("reason", "")
    seen = {"revision": read_revision(request.POST), "files": request.POST.get("files")}
    try:
        actions.send_back(filing, reason=reason, points=points, **seen, by=request.membership)
    except Invalid as refused:
        page = review_page(request, filing, table) | {
            "typed": {"reason": reason, **{each.key: each.reason for each in points}},
            "problems": [{"anchor": f"id_{each.column}", "text": each.text} for each in refused.findings],
            "errors": {each.column: each.text for each in refused.findings},
        }
        return render(request, "reporting/review/filing_send_back.html", page, status=422)
    text = _("The %(return)s is sent back with your reasons.")
    messages.success(request, text % {"return": filing.period.programme.return_word})
    return redirect(filing)


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


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.REVIEW)
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits; several are accepted at once, each by itself: which were accepted and which not, and why."""
    by = request.membership
    if request.method == "POST":
        waiting = {
            each.public_id: each for each in filing_queries.visible_filings(by).exclude(tenant=by.tenant)
        }
        outcomes = actions.accept_several(_chosen(request, waiting), by=by)
        page = {
            "accepted": [each for each in outcomes if not each.refused],
            "refused": [each for each in outcomes if each.refused],
        }
        return render(request, "reporting/review/review_result.html", page)
    filings = list(queries.waiting_for(by))
    files = evidence_queries.files_seen(filings)
    rows = [
        {"filing": each, "reason": _why_not_ticked(each, by), "files_seen": files[each.pk]}
        for each in filings
    ]
    return render(request, "reporting/review/review_list.html", {"rows": rows})


def _why_not_ticked(filing: Filing, by) -> str | None:
    """Why a return cannot be accepted from the list, as the action would say it."""
    if reason := filing_rules.why_not(filing, Move.ACCEPT, by):
        return reason
    if rules.must_be_opened(filing.latest_version()) and not filing.is_opened:
        return _("It has explanations that you have not read. Open it first.")
    return None


def _chosen(request: HttpRequest, waiting: dict[UUID, Filing]) -> list[tuple[Filing, int, str]]:
    """`accept`: `<public id>:<revision>:<files>` for each return that was ticked. No page of ours lists one that is not the
    reviewer's to accept: with one such nothing is accepted."""
    chosen = {}
    for value in request.POST.getlist("accept"):
        try:
            public_id, revision, files = value.split(":")
            chosen[UUID(public_id)] = int(revision), files
        except ValueError as error:
            raise BadRequest(_("The form is incomplete. Open the list again.")) from error
    if not chosen.keys() <= waiting.keys():
        raise Http404
    return [(waiting[each], *seen) for each, seen in chosen.items()]
