"""Signing in and out, choosing the active membership, and accepting an invitation."""

from allauth.account.views import LoginView
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import acting, actions
from ..demonstration import accounts_to_show
from ..forms import AccountForm, posted
from ..models import User
from ..requests import PortalRequest
from ..security_log import event_on
from .throttled import Throttled


class SignIn(Throttled, LoginView):
    template_name = "portal/sign_in.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            demo_accounts=accounts_to_show() if settings.DEMO else [],
            providers=get_provider_adapter().list_providers(self.request),
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Also for those who have typed their password and not yet their code: it ends what they began. The browser forgets
    the pages it has kept; not its storage, where the unsent typing of other accounts may lie (typing-store.js, which has
    asked about this account's)."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


@require_POST
def membership_switch(request: PortalRequest) -> HttpResponse:
    """Make another of one's memberships the active one."""
    chosen = request.POST.get("membership")
    for membership in request.memberships:
        if str(membership.public_id) == chosen:
            acting.act_for(request, membership)
            messages.success(request, _("You now act for %(tenant)s.") % {"tenant": membership.tenant})
            return redirect("home")
    raise Http404


@event_on("POST", "invitation-used")
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person chooses a user name and a password, and is signed in."""
    invitation = actions.open_invitation(token)
    if invitation is None:
        return render(request, "portal/invitation_gone.html", status=404)
    form = AccountForm(posted(request), invitation=invitation)
    if request.method == "POST" and form.is_valid() and (user := _joined(form)):
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(
            request, _("Your account is ready. Welcome to %(tenant)s.") % {"tenant": invitation.tenant}
        )
        return redirect("home")
    page = {"invitation": invitation, "form": form}
    return render(request, "portal/invitation_accept.html", page, status=422 if form.errors else 200)


def _joined(form: AccountForm) -> User | None:
    """The new account; None, and a problem on the form, if somebody has just taken its name."""
    chosen = form.cleaned_data
    try:
        return actions.accept_invitation(
            form.invitation, username=chosen["username"], password=chosen["password"]
        )
    except actions.Taken:
        form.add_error("username", form.taken(chosen["username"]))
        return None
