"""The pages for what went wrong. Each says what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .. import typed
from ..throttle import LONGEST_WAIT


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale, as after signing in again in another tab. What was typed comes back."""
    if typed.is_kept(request):
        return typed.page(request, status=403)
    return render(request, "403_csrf.html", status=403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Too many attempts from one source or of one person, whatever they were."""
    return render(request, "429.html", status=429, headers={"Retry-After": str(LONGEST_WAIT)})
