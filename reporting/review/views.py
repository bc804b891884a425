"""One return as it stands, its versions with their receipts, and the moves of its own tenant: recall, correct, give up."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import load
from portal.forms import posted
from portal.problems import Refused
from portal.security_log import event_on

from ..entry.findings import Invalid
from ..entry.posted import ReasonForm, read_revision
from ..evidence.views import evidence_section, files_with_version
from ..excel.export import write_attachment
from ..filings import actions as filing_actions
from ..filings import counted_lines, transition, versions
from ..filings import queries as filing_queries
from ..filings import rules as filing_rules
from ..filings.links import with_links
from ..filings.recalling import price_of_recall
from ..models import Filing, Review, Version
from ..models.states import MOVES, Move
from ..official_table.sheets import version_sheet
from ..periods import deadlines
from ..periods import queries as period_queries
from ..periods import rules as period_rules
from ..uploads.downloads import workbook_response
from .batch_views import note_opening, review_page, table_to_review


@dataclass(frozen=True)
class Page:
    """The confirmation of a move: the question, what follows from it, and the message when it is done."""

    question: Promise | str
    consequences: tuple[Promise, ...]
    done: Promise | str
    is_dangerous: bool = False

    def worded(self, filing: Filing) -> "Page":
        """With the word that the programme has for its returns."""
        words = {"return": filing.period.programme.return_word}
        return replace(self, question=self.question % words, done=self.done % words)


PAGES: dict[Move, Page] = {
    Move.RECALL: Page(
        _("Take this %(return)s back?"),
        (_("The reviewer no longer sees it as submitted."), _("You can change it and submit it again.")),
        _("The %(return)s is recalled. Change it and submit it again."),
        is_dangerous=True,
    ),
    Move.CORRECT: Page(
        _("Correct this accepted %(return)s?"),
        (
            _("The accepted version counts until the new one is accepted."),
            _("Both versions are kept, with your reason."),
        ),
        _("The %(return)s is open for correction. Change the figures and submit."),
    ),
    Move.GIVE_UP: Page(
        _("Give up this correction?"),
        (
            _("The accepted version goes on counting, as if nothing had been opened."),
            _("What was typed for the correction is not submitted; versions that were submitted are kept."),
        ),
        _("The correction is given up. The accepted version counts as before."),
        is_dangerous=True,
    ),
}
DENSE_ABOVE = 9  # rows of a sheet at their usual height that one page takes
BUTTONS = [Move.ACCEPT, Move.SEND_BACK, Move.RECALL, Move.CORRECT, Move.GIVE_UP]


@require_GET
@load(Filing.objects.with_parties, shown_to=filing_queries.without_drafts_of_others)
def filing_detail(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The return as it stands: the latest version, what can be done and why not, all versions, the history."""
    by = request.membership
    version = versions.version_with_parties(filing.standing.pk) if filing.standing else None
    is_review = version and filing_rules.why_not(filing, Move.SEND_BACK, by) is None
    if is_review:
        note_opening(request, filing, version)
    lines = counted_lines.counted_lines(version) if version else []
    page = {
        **(review_page(request, filing, table_to_review(request, version)) if is_review else {}),
        "filing": filing,
        "version": version,
        "window": deadlines.window_of(filing),
        "is_voluntary": period_queries.files_voluntarily(filing.tenant, filing.period.programme),
        "may_ask_unlock": _may_ask_unlock(filing, by),
        "is_remarked": bool(version and is_accepted_with_remarks(version)),
        "attachment": with_links(version_sheet(version), version, lines)
        if version and not is_review
        else None,
        "lines": lines,
        "comparison": versions.compared_with_counted(version) if version and not is_review else None,
        "versions": versions.versions_of(filing),
        "entries": filing_queries.history_of(filing, by),
        "moves": [
            (move, reason)
            for move in BUTTONS
            if not _beside_the_point(move, filing, by)
            if (reason := filing_rules.why_not(filing, move, by))
            or not is_review  # a review has its buttons below
        ],
        "edit_reason": filing_rules.why_not(filing, Move.SAVE, by),
        "is_own": filing.tenant_id == by.tenant_id,
        **evidence_section(filing, by),
    }
    return render(request, "reporting/review/filing_detail.html", page)


@require_GET
@load(
    lambda: Version.objects.select_related(
        "filing__tenant", "filing__period__programme", "submitted_by", "review__reviewed_by"
    )
)
def version_detail(request: HttpRequest, version: Version) -> HttpResponse:
    """A frozen version with everything that was frozen: receipt, lines, explanations, replies, digest. Printable."""
    lines = counted_lines.counted_lines(version)
    page = {
        "version": version,
        "filing": version.filing,
        "attachment": with_links(version_sheet(version), version, lines),
        "lines": lines,
        "is_own": version.tenant_id == request.membership.tenant_id,
        **files_with_version(version, request.membership),
    }
    return render(request, "reporting/review/version_detail.html", page)


@require_GET
@load(lambda: Version.objects.select_related("filing__tenant", "filing__period__programme", "submitted_by"))
def version_print(request: HttpRequest, version: Version) -> HttpResponse:
    """打印盖章稿: the official layout with the sign-off line. The browser prints it; the official workbook has no
    such line."""
    sheet = version_sheet(version)
    page = {
        "version": version,
        "filing": version.filing,
        "attachment": sheet,
        "is_dense": len(sheet.printed_rows) > DENSE_ABOVE,
    }
    return render(request, "reporting/review/version_print.html", page)


@event_on("GET", "downloaded")
@require_GET
@load(lambda: Version.objects.select_related("filing__tenant", "filing__period__programme", "submitted_by"))
def version_attachment(request: HttpRequest, version: Version) -> HttpResponse:
    sheet = version_sheet(version)
    return workbook_response(write_attachment(sheet), sheet.file_name)


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, shown_to=filing_queries.without_drafts_of_others)
def filing_move(request: HttpRequest, filing: Filing, move: Move) -> HttpResponse:
    """Ask, then make the move. The role is judged before anything is shown (403), the state next (409)."""
    by = request.membership
    transition.allow(filing, move, by)
    form = ReasonForm(posted(request)) if MOVES[move].needs_reason else None
    if request.method == "POST" and (form is None or form.is_valid()):
        return _moved(request, filing, move, form)
    return _move_page(request, filing, move, form, 422 if form and form.errors else 200)


def _moved(request: HttpRequest, filing: Filing, move: Move, form: ReasonForm | None) -> HttpResponse:
    given = {"reason": form.cleaned_data["reason"]} if form else {}
    action = {
        Move.RECALL: filing_actions.recall,
        Move.CORRECT: filing_actions.correct,
        Move.GIVE_UP: filing_actions.give_up,
    }[move]
    try:
        action(filing, revision=read_revision(request.POST), by=request.membership, **given)
    except Invalid as refused:
        for finding in refused.findings:
            form.add_error("reason", finding.text)
        return _move_page(request, filing, move, form, 422)
    except Refused as refused:
        refused.written = [(str(form.fields["reason"].label), given["reason"])] if form else []
        raise
    messages.success(request, PAGES[move].worded(filing).done)
    if move in (Move.RECALL, Move.CORRECT):
        return redirect("filing-edit", filing.public_id)
    return redirect(filing)


def _move_page(
    request: HttpRequest, filing: Filing, move: Move, form: ReasonForm | None, status: int
) -> HttpResponse:
    """A correction carries what happened in the last days of the quarter: the rule for it stands beside (D4)."""
    rule = filing.period.programme.definition("D4") if move == Move.CORRECT else None
    page = {
        "filing": filing,
        "move": move,
        "page": PAGES[move].worded(filing),
        "consequences": [
            *PAGES[move].consequences,
            *(price_of_recall(filing) if move == Move.RECALL else ()),
        ],
        "form": form,
        "late_rule": rule,
    }
    return render(request, "reporting/review/filing_move.html", page, status=status)


def is_accepted_with_remarks(version: Version) -> bool:
    decided = getattr(version, "review", None)
    return bool(decided and decided.outcome == Review.Outcome.ACCEPTED and decided.reason)


def _may_ask_unlock(filing: Filing, by) -> bool:
    """Whether the period is closed to a draft of one's own, so that there is something to ask for."""
    return (
        period_rules.why_never_request(filing.period, filing.tenant, by) is None
        and period_rules.why_not_request(filing.period, filing.tenant) is None
    )


def _beside_the_point(move: Move, filing: Filing, by) -> bool:
    """A move that is not this person's side of the matter is not shown at all; nor is giving up what was not opened."""
    if move == Move.GIVE_UP and filing_rules.why_not_now(filing, move):
        return True
    return MOVES[move].by_parent == (filing.tenant_id == by.tenant_id)
