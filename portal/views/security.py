"""One's own password, one-time codes and sessions."""

from allauth.account.views import PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import sessions
from ..gates import pending_step
from ..requests import PortalRequest, SignedInRequest
from ..security_log import event_on
from .throttled import Rejected, Throttled


class EndsOtherSessions(Rejected):
    """A change after which every other session of the person is over. `why`: the reason shown there."""

    request: SignedInRequest
    http_method_names = ["get", "head", "post"]
    why = "second_factor"

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end_all(self.request.user, self.why, except_for=self.request.session.session_key)
        return response


@method_decorator(event_on("POST", "password-changed"), name="dispatch")
class PasswordChange(EndsOtherSessions, PasswordChangeView):
    template_name = "portal/password_change.html"
    why = "password"

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.pop(sessions.PASSWORD_DUE, None)
        return response


class PasswordAgain(Throttled, ReauthenticateView):
    """One's password once more, before a change of the second factor."""


class Code(Throttled, AuthenticateView):
    """The second step of signing in."""


class CodeAgain(Throttled, CodeAgainView):
    """A code once more, before a change of the second factor."""


@method_decorator(event_on("POST", "codes-switched-on"), name="dispatch")
class TotpActivate(EndsOtherSessions, Throttled, ActivateTOTPView):
    pass


@method_decorator(event_on("POST", "codes-switched-off"), name="dispatch")
class TotpDeactivate(EndsOtherSessions, DeactivateTOTPView):
    success_url = reverse_lazy("mfa_index")


@method_decorator(event_on("POST", "recovery-codes-made"), name="dispatch")
class RecoveryCodesNew(Rejected, GenerateRecoveryCodesView):
    pass


@require_GET
@never_cache
def session_list(request: SignedInRequest) -> HttpResponse:
    """Where one is signed in."""
    rows = [
        {
            "session": each,
            "device": sessions.device(each.user_agent),
            "address": sessions.masked(each.ip),
            "is_current": each.session_key == request.session.session_key,
        }
        for each in sessions.living(request.user)
    ]
    return render(request, "portal/session_list.html", {"rows": rows})


@event_on("POST", "session-ended")
@require_POST
def session_end(request: SignedInRequest) -> HttpResponse:
    """End one of one's other sessions, or all of them."""
    if request.POST.get("session") == "others":
        sessions.end_all(request.user, "ended", except_for=request.session.session_key)
    else:
        own = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
        sessions.end(get_object_or_404(own, pk=_number(request.POST.get("session"))), "ended")
    messages.success(request, _("Signed out there."))
    return redirect("session-list")


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def session_state(request: PortalRequest) -> JsonResponse:
    """For the open page: is it still signed in, as whom, for how long? With a token for its forms. POST: stay."""
    if not request.user.is_authenticated or pending_step(request):
        return JsonResponse({"signed_in": False}, status=401)
    return JsonResponse(
        {
            "signed_in": True,
            "user": str(request.user.public_id),
            "left": sessions.seconds_left(request),
            "is_last": sessions.is_last_stretch(request),
            "token": get_token(request),
        }
    )


@require_GET
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """Where the second tab ends after signing in: back to the page that waits."""
    return render(request, "portal/signed_in_again.html")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
