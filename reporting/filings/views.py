"""The returns as a list, and the pages that fill one in: the grid, the nil return, the confirmation."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access import load, permitted
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission
from portal.tables import arrange
from targets.models import Period
from targets.queries import schedule_of

from ..entry import nothing, totals
from ..entry.columns import Field
from ..entry.computed_figures import Computed
from ..entry.findings import Invalid
from ..entry.names import NAME_LIMIT
from ..entry.posted import read_revision
from ..entry.reading import MAXIMUM_ROWS, Reading
from ..materials.shelf import beside_return
from ..models import Filing
from ..models.states import Move
from ..periods import deadlines
from ..periods import queries as period_queries
from ..periods import rules as period_rules
from ..periods.lookup import chosen_programme
from . import actions, counted_lines, queries, rules, versions
from . import computed as filing_computed
from .facts import Facts
from .forms import read_grid
from .grid import Grid, build_grid, differences
from .reasons import place_reasons
from .sheet import draft_sheet
from .tables import FilingTable
from .typed_return import Typed
from .unread import unread_in

ROWS_ADDED = 5
# What the buttons of the grid do besides saving. Each works without scripts.
SAVE, CHECK, ADD_ROWS, FILL_ZEROS = "save", "check", "add_rows", "fill_zeros"


@require_GET
@permitted(Permission.VIEW)
def filing_list(request: HttpRequest) -> HttpResponse:
    """Those of the programme that one is in."""
    found = queries.visible_filings(request.membership).filter(period__programme=chosen_programme(request))
    table = FilingTable(found, order_by=("-period", "tenant"))
    return render(request, "reporting/filings/filing_list.html", {"table": arrange(table, request)})


@require_POST
@permitted(Permission.FILE)
def filing_start(request: HttpRequest) -> HttpResponse:
    """Open one's own return for a period that takes returns."""
    programmes = period_queries.programmes_of(request.membership.tenant)
    periods = Period.objects.filter(programme__in=programmes).select_related("programme")
    named = request.POST.get("programme", ""), request.POST.get("period", "")
    period = period_queries.period_named(periods, *named)
    if period is None:
        raise Http404
    filing = actions.start(request.membership.tenant, period, by=request.membership)
    return redirect("filing-edit", filing.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@load(
    lambda: Filing.objects.with_parties().select_related("draft__saved_by"),
    permission=Permission.FILE,
    shown_to=queries.without_drafts_of_others,
)
def filing_edit(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The official table as a grid. Everything typed is kept first, then judged; a rejected page keeps it all."""
    refuse_others(filing, request.membership)
    if request.method == "POST":
        return _grid_posted(request, filing)
    if reason := rules.why_not(filing, Move.SAVE, request.membership):
        messages.info(request, reason)
        return redirect(filing)
    judged = judge(filing, Typed.of(filing.draft))
    return _grid_page(request, filing, judged, show_findings=filing.draft.saved_at is not None)


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def filing_submit(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The last look: the official table, the explanations, the tenant and the period by name. Then it is submitted."""
    refuse_others(filing, request.membership)
    move = Move.NIL if filing.draft.is_nil else Move.SUBMIT
    if request.method == "POST":
        try:
            version = actions.submit(
                filing,
                revision=read_revision(request.POST),
                seen=request.POST.get("ledger"),
                by=request.membership,
            )
        except Invalid:
            messages.error(
                request, gettext_lazy("The draft has changed and has open points. Nothing was submitted.")
            )
            return redirect("filing-edit", filing.public_id)
        return redirect("version-detail", version.public_id)
    if reason := rules.why_not(filing, move, request.membership):
        raise Refused(reason, filing=filing)
    judged = judge(filing, Typed.of(filing.draft))
    if not judged.grid.is_ready:
        return redirect("filing-edit", filing.public_id)
    page = {
        "filing": filing,
        "grid": judged.grid,
        "attachment": draft_sheet(filing, judged.reading.lines),
        "reasons": place_reasons(judged.reading, judged.facts),
        "computed": judged.facts.computed,
        "unread": unread_in(judged.reading, judged.facts.computed),
        **_window_facts(filing, request.membership),
    }
    return render(request, "reporting/filings/filing_submit.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@load(Filing.objects.with_parties, permission=Permission.FILE, shown_to=queries.without_drafts_of_others)
def filing_nil(request: HttpRequest, filing: Filing) -> HttpResponse:
    """零报告: says in so many words what is declared, and what happens to rows that are typed already."""
    refuse_others(filing, request.membership)
    if request.method == "POST":
        try:
            version = actions.declare_nil(filing, revision=read_revision(request.POST), by=request.membership)
        except Invalid as refused:
            for finding in refused.findings:
                messages.error(request, finding.text)
            return redirect("filing-edit", filing.public_id)
        return redirect("version-detail", version.public_id)
    if reason := rules.why_not(filing, Move.NIL, request.membership):
        raise Refused(reason, filing=filing)
    typed_rows = sum(any(row["values"].values()) for row in filing.draft.rows)
    return render(request, "reporting/filings/filing_nil.html", {"filing": filing, "typed_rows": typed_rows})


def refuse_others(filing: Filing, by: Membership) -> None:
    """403 for a return that the person sees and that another tenant fills in."""
    if reason := rules.why_never(filing, Move.SAVE, by):
        raise PermissionDenied(reason)


def _grid_posted(request: HttpRequest, filing: Filing) -> HttpResponse:
    fields = queries.fields_of(filing)
    typed = read_grid(request.POST, fields, Typed.of(filing.draft))
    revision, button = read_revision(request.POST), _pressed(request)
    _press(button, typed, fields, filing)
    try:
        filing = actions.save_draft(filing, typed, revision=revision, by=request.membership)
    except Refused as refused:
        return _conflict_page(request, filing, typed, refused, fields)
    if button == CHECK:
        judged = judge(filing, typed, fields=fields)
        if judged.grid.is_ready:
            return redirect("filing-submit", filing.public_id)
        return _grid_page(request, filing, judged, show_findings=True, is_rejected=True)
    if button == SAVE:
        messages.success(request, _("The draft is saved."))
    return redirect("filing-edit", filing.public_id)


def _pressed(request: HttpRequest) -> str:
    """The button's name; those that remove or move a row carry the row's number."""
    if row := request.POST.get("remove_row"):
        return f"remove:{row}"
    if move := request.POST.get("move_row"):
        return f"move:{move}"
    return request.POST.get("do", SAVE)


def _press(button: str, typed: Typed, fields: list[Field], filing: Filing) -> None:
    """What a button changes in the typing itself: blank cells to 0 on request, a suggestion taken, rows added."""
    if button == ADD_ROWS:
        blank = {"provider": "", "values": {}}
        typed.rows += [dict(blank) for _row in range(min(ROWS_ADDED, MAXIMUM_ROWS - len(typed.rows)))]
        return
    typed.rows = _without_trailing_blanks(typed.rows)
    if button == FILL_ZEROS:
        _fill_zeros(typed, fields, filing_computed.computed_for(filing))
    elif button.startswith("take:"):
        _take_suggestion(button, typed)
    elif button.startswith("name:"):
        _take_name(button, typed)
    elif button.startswith("remove:"):
        _remove_row(button, typed)
    elif button.startswith("move:"):
        _move_row(button, typed)


def _fill_zeros(typed: Typed, fields: list[Field], computed: Computed) -> None:
    """Blank cells of named rows; what the ledger computes is not typed."""
    for row in typed.rows:
        found = computed.row(row["provider"])
        if row["provider"].strip():
            blank = {each.code: "" if found and each.code in found.figures else "0" for each in fields}
            row["values"] = {
                code: row["values"].get(code, "").strip() or filler for code, filler in blank.items()
            }


def _take_suggestion(button: str, typed: Typed) -> None:
    """`take:<row>:<column>:<figure>`: a figure that the page offered for what was typed."""
    try:
        _take, row, column, figure = button.split(":")
        values = typed.rows[_index(row)]["values"]
        if column not in values:
            raise KeyError(column)
        values[column] = str(int(figure))
    except (ValueError, LookupError) as error:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept.")) from error


def _take_name(button: str, typed: Typed) -> None:
    """`name:<row>:<name>`: the registered name that the page offered for what was typed."""
    try:
        _name, row, name = button.split(":", 2)
        typed.rows[_index(row)]["provider"] = name[:NAME_LIMIT]
    except (ValueError, LookupError) as error:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept.")) from error


def _remove_row(button: str, typed: Typed) -> None:
    """`remove:<row>`."""
    try:
        del typed.rows[_index(button.removeprefix("remove:"))]
    except (ValueError, IndexError) as error:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept.")) from error


def _move_row(button: str, typed: Typed) -> None:
    """`move:<row>:up` or `:down`; the first row stays on top, the last at the end."""
    try:
        _move, row, way = button.split(":")
        index = _index(row)
        typed.rows.insert(max(0, index + {"up": -1, "down": 1}[way]), typed.rows.pop(index))
    except (ValueError, LookupError) as error:
        raise BadRequest(_("The form is incomplete. Open the return again; your draft is kept.")) from error


def _index(number: str) -> int:
    """The place in the list of a row number as shown, from 1."""
    if int(number) < 1:
        raise IndexError(number)
    return int(number) - 1


def _without_trailing_blanks(rows: list[dict]) -> list[dict]:
    last = max(
        (index for index, row in enumerate(rows) if row["provider"] or any(row["values"].values())),
        default=-1,
    )
    return rows[: last + 1]


@dataclass(frozen=True)
class Judged:
    """A return as typed, as it is read, what it is compared with, and the table that shows all that."""

    typed: Typed
    reading: Reading
    facts: Facts
    grid: Grid


def judge(
    filing: Filing, typed: Typed, *, fields: list[Field] | None = None, computed: Computed | None = None
) -> Judged:
    """Read what was typed once, for everything that a page or an answer shows of it. `fields`, `computed`: if they were
    asked for before."""
    reading, facts = queries.read_typed(filing, typed, fields=fields, computed=computed)
    is_shared = any(each.shared for each in facts.fields)
    grid = build_grid(
        reading,
        facts,
        typed.explanations,
        minimum_rows=filing.period.programme.layout["minimum_rows"],
        length=queries.explanation_length(filing),
        expected_percent=schedule_of(filing.period).each if is_shared else filing.period.expected_percent,
        is_due=deadlines.window_of(filing).is_late,
    )
    return Judged(typed, reading, facts, grid)


def _grid_page(
    request: HttpRequest,
    filing: Filing,
    judged: Judged,
    *,
    show_findings: bool,
    is_rejected: bool = False,
    conflict: dict | None = None,
) -> HttpResponse:
    facts = judged.facts
    page = {
        "filing": filing,
        "typed": judged.typed,
        "layout": filing.period.programme.layout,
        "grid": judged.grid,
        "show_findings": show_findings,
        "is_rejected": is_rejected,
        "conflict": conflict,
        "submit_reason": rules.why_not(filing, Move.SUBMIT, request.membership),
        "give_up_reason": rules.why_not(filing, Move.GIVE_UP, request.membership),
        "maximum_rows": MAXIMUM_ROWS,
        "register": facts.register,
        "words": totals.PATTERNS | {"nothing": sorted(nothing.ALL)},
        "explanation_length": queries.explanation_length(filing),
        "last_review": versions.last_review(filing),
        "reasons": place_reasons(judged.reading, facts),
        "computed": facts.computed,
        "unread": unread_in(judged.reading, facts.computed),
        "why_not_type": rules.why_not_type(filing, request.membership) if facts.computed else None,
        "left_out": counted_lines.left_out_of(filing, facts.computed)
        if filing.period.programme.ledger
        else 0,
        "materials": beside_return(filing),
        **_window_facts(filing, request.membership),
    }
    return render(
        request,
        "reporting/filings/filing_edit.html",
        page,
        status=409 if conflict else 422 if is_rejected else 200,
    )


def _window_facts(filing: Filing, by: Membership) -> dict:
    """Until when it is taken, what was decided about that, and whether to ask for it."""
    window = deadlines.window_of(filing)
    may_ask = window.is_closed and period_rules.why_not_request(filing.period, filing.tenant) is None
    return {
        "window": window,
        "may_ask_unlock": may_ask,
        "late_rule": filing.period.programme.definition("D4") if window.is_late else None,
        "is_voluntary": period_queries.files_voluntarily(filing.tenant, filing.period.programme),
    }


def _conflict_page(
    request: HttpRequest, filing: Filing, typed: Typed, refused: Refused, fields: list[Field]
) -> HttpResponse:
    """Somebody else was faster: 409 with the state as it is now, what differs, and everything typed still there."""
    current = Filing.objects.with_parties().select_related("draft__saved_by").get(pk=filing.pk)
    names = {each.code: each.name for each in fields}
    found = [
        {"row": row + 1, "column": names.get(code, ""), "mine": mine, "theirs": theirs}
        for row, code, mine, theirs in differences(typed.rows, current.draft.rows)
    ]
    conflict = {
        "reason": refused.reason,
        "saved_by": current.draft.saved_by,
        "saved_at": current.draft.saved_at,
        "differences": found,
    }
    if rules.why_not(current, Move.SAVE, request.membership):
        page = {
            "filing": current,
            "typed": typed,
            "columns": fields,
            "conflict": conflict,
        }
        return render(request, "reporting/filings/filing_conflict.html", page, status=409)
    judged = judge(current, typed, fields=fields)
    return _grid_page(request, current, judged, show_findings=False, conflict=conflict)
