"""What stands before every page: being signed in, within the limits of the session, with every required step done.

People who have not passed a gate are as anonymous: 302 to the step for a page, 401 for what a script asks, and what
they typed comes back to be sent again.
"""

from collections.abc import Callable

from allauth.core.internal.httpkit import authenticated_user
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import second_factor, sessions, typed
from .requests import PortalRequest

BACKGROUND = "X-Portal-Background"
# Which addresses each step needs. What is open to everybody, signing out among it, stays open.
STEPS = {
    "password-change": {"password-change"},
    "mfa_activate_totp": {"mfa_activate_totp", "account_reauthenticate"},
}


def pending_step(request: PortalRequest) -> str | None:
    """The address that a person who is signed in has to visit first: a new password, then a second factor."""
    if request.session.get(sessions.PASSWORD_DUE):
        return "password-change"
    if second_factor.is_missing(authenticated_user(request), request.memberships):
        return "mfa_activate_totp"
    return None


class SignedIn(LoginRequiredMiddleware):
    """Every page needs a person who is signed in, unless its view says otherwise."""

    def handle_no_permission(  # type: ignore[override]  # Django itself only redirects
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        if _is_script(request):
            return JsonResponse({"signed_in": False}, status=401)
        if typed.is_kept(request):
            return typed.page(request, status=401, step=_sign_in_again())
        if why := sessions.why_ended(request):
            messages.warning(request, why)
        return super().handle_no_permission(request, view_func)


class SessionLimits:
    """Ends a session that has passed a limit, and notes that this one is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        if sessions.STARTED not in request.session:
            sessions.begin(request)
        elif why := sessions.why_over(request):
            sessions.close(request, why)
        elif BACKGROUND not in request.headers:
            sessions.touch(request)


class RequiredSteps:
    """Who has to change the password or set up one-time codes reaches nothing else before. Needs `request.memberships`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PortalRequest, view_func: Callable, args, kwargs) -> HttpResponse | None:
        is_public = not getattr(view_func, "login_required", True)
        if is_public or not request.user.is_authenticated:
            return None
        step = pending_step(request)
        here = request.resolver_match.url_name if request.resolver_match else None
        if step is None or here in STEPS[step]:
            return None
        if _is_script(request):
            return JsonResponse({"signed_in": False}, status=401)
        if typed.is_kept(request):
            return typed.page(request, status=401, step=reverse(step))
        return redirect(step)


def _is_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers or request.headers.get("Accept", "").startswith("application/json")


def _sign_in_again() -> str:
    return f"{reverse('sign-in')}?next={reverse('signed-in-again')}"
