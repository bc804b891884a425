"""催报: remind now, the outbox, the programme's settings, and where one wants to be reminded oneself."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access import load, permitted, require
from portal.forms import posted
from portal.roles import Permission
from portal.security_log import event_on
from portal.tables import arrange
from targets.models import Period, Programme

from ..models import Reminder
from ..periods import queries as period_queries
from ..periods.lead_tenant import why_not_lead
from ..periods.lookup import programme_or_404
from ..periods.shown import period_in_work
from ..rollup import status as rollup_status
from . import actions, queries, texts
from .channels import masked
from .delivery import portal_link
from .forms import AddressForm, ReminderSettingsForm
from .tables import ReminderTable


@require_GET
@permitted(Permission.VIEW)
def reminder_list(request: HttpRequest, programme: str) -> HttpResponse:
    """The outbox: what went to whom, when, and what did not."""
    found = programme_of_those_above(request, programme)
    shown = queries.shown_reminders(Reminder.objects.filter(period__programme=found), request.membership)
    table = arrange(ReminderTable(shown.select_related("tenant", "period", "requested_by")), request)
    page = {
        "programme": found,
        "table": table,
        "switched": queries.reminder_settings(found),
        "dead": queries.undelivered(request.membership),
        "may_change": why_not_lead(found, request.membership, Permission.SETTINGS) is None,
    }
    return render(request, "reporting/reminders/reminder_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def reminder_send(request: HttpRequest, programme: str) -> HttpResponse:
    """Remind now those below who have not filed: first who will get what, then it goes out."""
    found, by = programme_of_those_above(request, programme), request.membership
    period = _period(request, found)
    if request.method == "POST":
        rows = actions.remind(period, by=by)
        text = ngettext("%(count)s reminder goes out now.", "%(count)s reminders go out now.", len(rows))
        messages.success(request, text % {"count": len(rows)})
        return redirect("reminder-list", programme=found.code)
    owed, switched = queries.owing_below(period, under=by.tenant), queries.reminder_settings(found)
    people = queries.addressees(cell.tenant for cell in owed) if switched.by_email else {}
    page = {
        "programme": found,
        "period": period,
        "switched": switched,
        "is_on": switched.by_email or switched.by_dingtalk,
        "owed": [
            (cell, [(each.name, masked(each.email)) for each in people.get(cell.tenant.pk, [])])
            for cell in owed
        ],
        "copy_text": copy_text(request, period, owed) if owed else "",
    }
    return render(request, "reporting/reminders/reminder_send.html", page)


@require_POST
@load(
    lambda: Reminder.objects.select_related("tenant", "period__programme"),
    permission=Permission.REMIND,
    shown_to=queries.shown_reminders,
)
def reminder_again(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    actions.send_again(reminder, by=request.membership)
    messages.success(request, _("The message is sent again, unless it is not needed any more."))
    return redirect("reminder-list", programme=reminder.period.programme.code)


@event_on("POST", "reminders-changed")
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def reminder_settings(request: HttpRequest, programme: str) -> HttpResponse:
    """Whether the programme reminds, through what, and at what hour. The robot's address and secret are never shown."""
    found, by = programme_or_404(request, programme), request.membership
    actions.require_settings(found, by)
    switched = queries.reminder_settings(found)
    form = ReminderSettingsForm(posted(request), switched=switched)
    if request.method == "POST" and form.is_valid():
        actions.change_reminders(found, by=by, **form.cleaned_data)
        messages.success(request, _("The settings are saved."))
        return redirect("reminder-settings", programme=found.code)
    page = {"programme": found, "form": form, "switched": switched, "own_email": request.user.email}
    return render(
        request, "reporting/reminders/reminder_settings.html", page, status=422 if form.errors else 200
    )


@require_POST
@permitted(Permission.VIEW)
def reminder_test(request: HttpRequest, programme: str) -> HttpResponse:
    found = programme_or_404(request, programme)
    require(request.membership, Permission.SETTINGS)
    actions.send_test(found, _period(request, found), by=request.membership)
    messages.success(
        request, _("The test message is on its way. What became of it stands in the first line.")
    )
    return redirect("reminder-list", programme=found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.VIEW)
def reminder_address(request: HttpRequest) -> HttpResponse:
    """My own address for reminders."""
    form = AddressForm(posted(request), initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        actions.set_address(request.user, form.cleaned_data["email"], by=request.membership)
        messages.success(request, _("Your address is saved."))
        return redirect("reminder-address")
    return render(
        request,
        "reporting/reminders/reminder_address.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


def programme_of_those_above(request: HttpRequest, code: str) -> Programme:
    """A programme of the active tenant, which has tenants below it that can be reminded (403 otherwise)."""
    found = programme_or_404(request, code)
    require(request.membership, Permission.REMIND)
    if not request.membership.tenant.numchild:
        raise PermissionDenied(_("Only a body with tenants below it reminds anybody."))
    return found


def copy_text(request: HttpRequest, period: Period, owed: list[rollup_status.BoardCell]) -> str:
    """复制催报文本, with the portal's address: the operator's, or the one that the reader is looking at."""
    link = portal_link() or request.build_absolute_uri(reverse("home"))
    return texts.for_group(period, owed, link=link)


def _period(request: HttpRequest, programme: Programme) -> Period:
    """The period that the request names, else the one in work."""
    named = request.POST.get("period") or request.GET.get("period")
    periods = programme.periods.select_related("programme__lead")
    if named is None:
        return period_in_work(programme) or periods.first() or _none()
    return period_queries.period_named(periods, programme.code, named) or _none()


def _none() -> Period:
    raise Http404
