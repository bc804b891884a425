"""The pages for what went wrong. Each says what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale, as after signing in again in another tab. What was typed is in the page before."""
    return render(request, "403_csrf.html", status=403)
