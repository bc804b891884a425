"""The reviewer's pages that take figures over: one return, with what was written meanwhile; several that wait, all or none."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.access import load, permitted
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission

from ..entry.findings import Invalid
from ..entry.posted import read_revision
from ..evidence import queries as evidence_queries
from ..filings import queries as filing_queries
from ..filings import rules as filing_rules
from ..filings import transition
from ..filings.replies import ReviewReason
from ..models import Filing
from ..models.states import Move
from . import actions, queries, rules
from .actions import Outcome, SeveralRefused
from .batch_views import version_shown
from .forms import read_reasons, written

CONFIRMED = "confirmed"  # the name of the field by which a page says that it has asked
Seen = tuple[int, str]  # the revision and the files that a page showed


# --- one


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, shown_to=filing_queries.without_drafts_of_others)
def filing_accept(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Accepts at once, unless reasons were written: then it asks, and what is accepted keeps them as remarks."""
    transition.allow(filing, Move.ACCEPT, request.membership)
    if request.method != "POST":
        return _accept_page(request, filing, [], "")
    table = queries.review_table(version_shown(request, filing))
    points, reason = read_reasons(request.POST, table), request.POST.get("reason", "")
    seen = {"revision": read_revision(request.POST), "files": request.POST.get("files")}
    is_fresh, has_remarks = seen["revision"] == filing.revision, bool(points or reason.strip())
    if has_remarks and is_fresh and CONFIRMED not in request.POST:
        return _accept_page(request, filing, points, reason)
    try:
        actions.accept(filing, reason=reason, points=points, **seen, by=request.membership)
    except Invalid as refused:
        return _accept_page(request, filing, points, reason, refused)
    except Refused as refused:
        refused.written = written(points, reason)
        raise
    text = _("The %(return)s is accepted; its figures now count.")
    messages.success(request, text % {"return": filing.period.programme.return_word})
    return redirect(filing)


def _accept_page(
    request: HttpRequest,
    filing: Filing,
    points: list[ReviewReason],
    reason: str,
    refused: Invalid | None = None,
) -> HttpResponse:
    whole = [ReviewReason("reason", reason)] if reason.strip() else []
    errors = {each.column: each.text for each in refused.findings} if refused else {}
    page = {
        "filing": filing,
        "remarks": [(each, errors.get(each.key, "")) for each in [*whole, *points]],
        "problems": [{"anchor": f"id_{name}", "text": text} for name, text in errors.items()],
        "revision": request.POST.get("revision", filing.revision),
        "files_seen": request.POST.get("files") or evidence_queries.files_seen([filing])[filing.pk],
    }
    return render(request, "reporting/review/filing_accept.html", page, status=422 if refused else 200)


# --- several


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.REVIEW)
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits. Those that are ticked are named once more, with what was found in them; then all are accepted, or none."""
    by = request.membership
    prefetch_related_objects([by.user], "memberships")
    if request.method != "POST":
        rows = _rows(list(queries.waiting_for(by)), by)
        ready = sum(not each["reason"] for each in rows)
        return render(request, "reporting/review/review_list.html", {"rows": rows, "ready": ready})
    chosen = _chosen(request.POST, by)
    if not chosen:
        messages.info(request, _("Nothing was ticked, and nothing was changed."))
        return redirect("review-list")
    if CONFIRMED not in request.POST:
        return _confirm_page(request, chosen, by)
    try:
        accepted = actions.accept_several([(filing, *seen) for filing, seen in chosen], by=by)
    except SeveralRefused as refused:
        return _refused_page(request, refused.outcomes, chosen)
    text = ngettext(
        "%(number)s return is accepted; its figures now count: %(names)s.",
        "%(number)s returns are accepted; their figures now count: %(names)s.",
        len(accepted),
    )
    names = "、".join(f"{each.tenant.short_name} {each.period.name}" for each in accepted)
    messages.success(request, text % {"number": len(accepted), "names": names})
    return redirect("review-list")


def _confirm_page(request: HttpRequest, chosen: list[tuple[Filing, Seen]], by: Membership) -> HttpResponse:
    rows = _rows([filing for filing, _seen in chosen], by)
    if any(each["reason"] for each in rows):
        outcomes = [Outcome(each["filing"], each["reason"] or "") for each in rows]
        return _refused_page(request, outcomes, chosen)
    for each, (filing, seen) in zip(rows, chosen, strict=True):
        each["value"] = _value(filing, seen)
    return render(request, "reporting/review/review_confirm.html", {"rows": rows})


def _refused_page(
    request: HttpRequest, outcomes: Iterable[Outcome], chosen: list[tuple[Filing, Seen]]
) -> HttpResponse:
    """None was accepted: which stand in the way and why; the others are one button away."""
    outcomes = list(outcomes)
    others = [
        (filing, _value(filing, seen))
        for each, (filing, seen) in zip(outcomes, chosen, strict=True)
        if not each.refused
    ]
    page = {"refused": [each for each in outcomes if each.refused], "others": others}
    return render(request, "reporting/review/review_refused.html", page, status=409)


def _rows(filings: list[Filing], by: Membership) -> list[dict]:
    files = evidence_queries.files_seen(filings)
    return [
        {
            "filing": each,
            "reason": _why_not_ticked(each, by),
            "value": _value(each, (each.revision, files[each.pk])),
        }
        for each in filings
    ]


def _why_not_ticked(filing: Filing, by: Membership) -> str | None:
    """Why a return cannot be accepted from the list, as the action would say it."""
    if reason := filing_rules.why_not(filing, Move.ACCEPT, by):
        return reason
    if rules.must_be_opened(filing.latest_version()) and not filing.is_opened:
        return rules.unread()
    return None


def _value(filing: Filing, seen: Seen) -> str:
    """How a form names a return, as it was seen: `<public id>:<revision>:<files>`."""
    return f"{filing.public_id}:{seen[0]}:{seen[1]}"


def _chosen(posted: QueryDict, by: Membership) -> list[tuple[Filing, Seen]]:
    """The returns that were ticked, each as it was seen. No page of ours lists one that is not the reviewer's to accept: with
    one such nothing is accepted (404)."""
    chosen: dict[UUID, Seen] = {}
    for value in posted.getlist("accept"):
        try:
            public_id, revision, files = value.split(":")
            chosen[UUID(public_id)] = int(revision), files
        except ValueError as error:
            raise BadRequest(_("The form is incomplete. Open the list again.")) from error
    seen = queries.with_openings(filing_queries.visible_filings(by), by).exclude(tenant=by.tenant)
    found = {each.public_id: each for each in seen.filter(public_id__in=chosen)}
    if not chosen.keys() <= found.keys():
        raise Http404
    return [(found[each], shown) for each, shown in chosen.items()]
