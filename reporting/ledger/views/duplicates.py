"""Two activities that may be one: side by side, decided by a person, with a reason, recorded at both sides."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import load, permitted
from portal.forms import posted
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission

from ...entry.findings import Invalid
from ...models import Activity
from .. import content, duplicate_actions, duplicate_queries, page_queries
from .. import queries as ledger_queries
from .. import rules as ledger_rules
from ..forms import AnswerForm, DuplicateForm


@require_GET
@permitted(Permission.VIEW)
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """What may be counted twice among the activities that the person sees, and what was asked about one's own."""
    by = request.membership
    programme = page_queries.ledger_shown(by)
    pairs = (
        [
            *duplicate_queries.possible_duplicates(by, programme),
            *duplicate_queries.possible_overlaps(by, programme),
        ]
        if programme
        else []
    )
    seen = page_queries.content_seen([each for pair in pairs for each in (pair.one, pair.other)], by)
    page = {
        "pairs": [{"pair": pair, "sides": _sides(pair.one, pair.other, seen)} for pair in pairs],
        "asked": duplicate_queries.questions_to(by),
        "answered": [each for each in duplicate_queries.answered_below(by) if each.tenant_id == by.tenant_id],
        "counted": duplicate_queries.counted_although_duplicate(by, programme) if programme else [],
        "ledger": programme.ledger_rules if programme else None,
        "overlaps": {each.code: each.name for each in programme.ledger_rules.overlaps} if programme else {},
    }
    return render(request, "reporting/ledger/duplicate_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@load(Activity.objects.with_parties, shown_to=ledger_queries.without_uncounted_of_others)
def duplicate_decide(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Both activities, what was decided before, and the decision, if it is this person's."""
    by = request.membership
    named = request.POST.get("other") or request.GET.get("other", "")
    if not named and request.method != "POST":
        return redirect("activity-detail", activity.public_id)
    second = _other(activity, named, by)
    if request.method == "POST":
        form = DuplicateForm(request.POST, one=activity, other=second)
        if form.is_valid():
            try:
                duplicate_actions.decide_duplicate(activity, second, **form.cleaned_data, by=by)
            except Invalid as refused:
                for finding in refused.findings:
                    form.add_error("reason", finding.text)
            else:
                messages.success(request, _("The decision is recorded at both sides."))
                return redirect("duplicate-list")
        duplicate_actions.require_may_decide(activity, second, by)
    else:
        form = DuplicateForm(one=activity, other=second)
    seen = page_queries.content_seen([activity, second], by)
    page = {
        "activity": activity,
        "other": second,
        "form": form,
        "sides": _sides(activity, second, seen),
        "decisions": [
            each for each in duplicate_queries.decisions_about(activity) if each.other_id == second.public_id
        ],
        "answers": duplicate_queries.answers_about(activity, second),
        "why_never": ledger_rules.why_never_decide_duplicate(activity, second, by),
        "ledger": activity.programme.ledger_rules,
    }
    return render(request, "reporting/ledger/duplicate_decide.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@load(
    Activity.objects.with_parties,
    permission=Permission.FILE,
    shown_to=ledger_queries.without_uncounted_of_others,
)
def duplicate_answer(request: HttpRequest, activity: Activity) -> HttpResponse:
    """What the body above asked about one's own activity, with what is known of the other one, and the answer."""
    if reason := ledger_rules.why_never_record(activity.tenant, request.membership):
        raise PermissionDenied(reason)
    named = request.POST.get("other") or request.GET.get("other", "")
    asked = duplicate_queries.question_about(activity, _uuid(named) if named else None)
    if asked is None:
        raise Refused(_("Nothing is asked about these two any more."))
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            duplicate_actions.answer_duplicate(
                activity, asked.other_id, reason=form.cleaned_data["reason"], by=request.membership
            )
        except Invalid as refused:
            for finding in refused.findings:
                form.add_error("reason", finding.text)
        else:
            messages.success(request, _("Your answer is with the body above."))
            return redirect("duplicate-list")
    page = {"asked": asked, "form": form, "ledger": activity.programme.ledger_rules}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/ledger/duplicate_answer.html", page, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _other(activity: Activity, public_id: str, by: Membership) -> Activity:
    """The second one, if this very membership sees it as well; else it does not exist."""
    seen = ledger_queries.visible_activities(by).filter(programme=activity.programme_id)
    found = seen.filter(public_id=_uuid(public_id)).exclude(pk=activity.pk).first()
    if found is None:
        raise Http404
    return found


def _sides(one: Activity, other: Activity, seen: dict) -> list[dict]:
    """Other tenants' as their version froze them."""
    return [
        {"activity": each, "shown": seen.get(each.pk) or content.content_of(each, [])}
        for each in (one, other)
    ]
