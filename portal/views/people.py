"""Who works here: the list of people, invitations, and the history, for administrators."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from .. import actions, queries
from ..access import load, permitted
from ..forms import InvitationForm
from ..models import Membership
from ..requests import MemberRequest
from ..roles import Permission
from ..security_log import event_on
from ..tables import HistoryTable, PeopleTable, arrange


@require_GET
@permitted(Permission.PEOPLE)
def people_list(request: MemberRequest) -> HttpResponse:
    return _people_page(request, InvitationForm(by=request.membership))


@event_on("POST", "invited", status=200)
@require_POST
@permitted(Permission.PEOPLE)
def person_invite(request: MemberRequest) -> HttpResponse:
    """Shows the link once: only its digest is kept."""
    form = InvitationForm(request.POST, by=request.membership)
    if not form.is_valid():
        return _people_page(request, form, status=422)
    invitation, token = actions.invite(by=request.membership, **form.cleaned_data)
    link = request.build_absolute_uri(reverse("invitation-accept", args=[token]))
    return render(request, "portal/person_invited.html", {"invitation": invitation, "link": link})


def _activated(request: HttpRequest) -> str:
    return "activated" if request.POST.get("is_active") == "1" else "deactivated"


@event_on("POST", _activated)
@require_POST
@load(lambda: Membership.objects.select_related("user", "tenant"), permission=Permission.PEOPLE)
def person_set_active(request: MemberRequest, membership: Membership) -> HttpResponse:
    pressed = request.POST.get("is_active")
    if pressed not in ("0", "1"):
        raise BadRequest(pressed)
    is_active = pressed == "1"
    actions.set_active(membership, is_active=is_active, by=request.membership)
    text = _("%(name)s is active again.") if is_active else _("%(name)s can no longer act for %(tenant)s.")
    messages.success(request, text % {"name": membership.user, "tenant": membership.tenant})
    return redirect("people-list")


@event_on("POST", "codes-reset")
@require_POST
@load(lambda: Membership.objects.select_related("user", "tenant"), permission=Permission.PEOPLE)
def person_reset_codes(request: MemberRequest, membership: Membership) -> HttpResponse:
    """For somebody who has lost the telephone and the recovery codes."""
    actions.reset_second_factor(membership, by=request.membership)
    text = _("%(name)s sets up one-time codes anew at the next sign-in.")
    messages.success(request, text % {"name": membership.user})
    return redirect("people-list")


@require_GET
@permitted(Permission.HISTORY)
def history_list(request: MemberRequest) -> HttpResponse:
    table = arrange(HistoryTable(queries.history(request.membership)), request)
    return render(request, "portal/history_list.html", {"table": table})


def _people_page(request: MemberRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    table = arrange(PeopleTable(queries.people(request.membership)), request)
    page = {"table": table, "form": form, "invitations": queries.open_invitations(request.membership)}
    return render(request, "portal/people_list.html", page, status=status)
