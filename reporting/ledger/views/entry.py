"""Recording an activity on a phone in under a minute, and putting one right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access import load, permitted
from portal.clock import today
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission

from ...entry.findings import Invalid
from ...entry.posted import read_revision
from ...models import Activity
from .. import actions as ledger_actions
from .. import page_queries
from .. import queries as ledger_queries
from ..forms import ActivityForm, read_activity_form
from ..reading import TypedActivity, as_typed

ADD_SITTING = "add_sitting"
# What the next activity takes over from the one before, when the person asks for another one.
TAKEN_OVER = ("kind", "venue_kind", "venue", "channel")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.FILE)
def activity_new(request: HttpRequest) -> HttpResponse:
    """One screen of a phone: who, what, when, how many; the rest is folded away."""
    by = request.membership
    programme = ledger_actions.require_ledger(by.tenant, by)
    if request.method != "POST":
        return _page(request, _form(_begun(request, by), programme, by))
    typed = read_activity_form(request.POST)
    if request.POST.get("do") == ADD_SITTING:
        return _page(request, _form(typed, programme, by, more=1))
    try:
        activity = ledger_actions.record_activity(by.tenant, typed, by=by)
    except Invalid as refused:
        return _page(request, _form(typed, programme, by, refused.findings), status=422)
    messages.success(request, _("Recorded in the ledger."))
    return redirect("activity-detail", activity.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@load(
    Activity.objects.with_parties,
    permission=Permission.FILE,
    shown_to=ledger_queries.without_uncounted_of_others,
)
def activity_edit(request: HttpRequest, activity: Activity) -> HttpResponse:
    """The same form with what was recorded: another sitting is added here."""
    by = request.membership
    ledger_actions.require_own_activity(activity, by)
    programme = activity.programme
    if request.method != "POST":
        return _page(request, _form(as_typed(activity), programme, by), activity)
    typed = read_activity_form(request.POST, as_typed(activity))
    if request.POST.get("do") == ADD_SITTING:
        return _page(request, _form(typed, programme, by, more=1), activity)
    try:
        ledger_actions.change_activity(activity, typed, revision=read_revision(request.POST), by=by)
    except Invalid as refused:
        return _page(request, _form(typed, programme, by, refused.findings), activity, status=422)
    except Refused as refused:  # somebody was faster: what was typed stays, and now follows what they did
        current = Activity.objects.with_parties().get(pk=activity.pk)
        return _page(request, _form(typed, programme, by), current, status=409, conflict=refused.reason)
    messages.success(request, _("The activity is changed."))
    return redirect("activity-detail", activity.public_id)


def _begun(request: HttpRequest, by: Membership) -> TypedActivity:
    """Today, and the provider of the last time; after “another one” what is usually the same as well."""
    typed = TypedActivity(sittings=[(today().isoformat(), "")])
    last = page_queries.last_recorded(by)
    if last:
        typed.provider = last.provider.name if last.provider.is_active else ""
        if "again" in request.GET:
            for name in TAKEN_OVER:
                setattr(typed, name, getattr(last, name))
    return typed


def _form(typed: TypedActivity, programme, by: Membership, findings=(), *, more: int = 0) -> ActivityForm:
    return ActivityForm(typed, programme.ledger_rules, page_queries.provider_names(by.tenant), findings, more)


def _page(
    request: HttpRequest,
    form: ActivityForm,
    activity: Activity | None = None,
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    is_going_on = activity and request.method == "POST" and not conflict
    page = {
        "conflict": conflict,
        "revision": read_revision(request.POST) if is_going_on else activity and activity.revision,
        "form": form,
        # Who comes to explain finds the field without a click: an older browser opens nothing for an anchor.
        "is_unfolded": "unfold" in request.GET,
        "activity": activity,
        "today": today(),
        "venues": page_queries.venues_of(request.membership.tenant),
        "tenant": request.membership.tenant,
    }
    return render(request, "reporting/ledger/activity_edit.html", page, status=status)
