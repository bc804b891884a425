"""The pages for what went wrong. Each says what to do next."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader
from django.views import defaults

from .. import database_faults, request_id, typed
from ..requests import PortalRequest
from ..throttle import LONGEST_WAIT

log = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds
# Needs no template, no translation, no style sheet: what is left when the page for a fault is itself at fault.
LAST_RESORT = (settings.BASE_DIR / "templates" / "500_last_resort.html").read_bytes()


def csrf_failure(request: PortalRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale, as after signing in again in another tab. What was typed comes back."""
    request.is_csrf_failure = True  # for the security log: not a lack of rights
    if typed.is_kept(request):
        return typed.page(request, status=403)
    return render(request, "403_csrf.html", status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than a form or a workbook can be."""
    limits = {
        "form": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20,
        "upload": settings.UPLOAD_LIMIT // 2**20,
    }
    return HttpResponse(loader.render_to_string("413.html", limits), status=413)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or what Django makes no difference from: 413 where a form without a workbook is too long, 503 where the
    database could not keep the session."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if reason := database_faults.kind_of(exception):
        return unavailable(request, reason)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    page: str | bytes
    try:
        if reason := database_faults.kind_of(sys.exc_info()[1]):
            return unavailable(request, reason)
        page = loader.render_to_string("500.html", {"request_id": request_id.current.get()})
    except Exception:  # whatever is wrong with the page, an answer is owed
        log.exception("the page for a fault could not be made")
        page = LAST_RESORT
    return HttpResponseServerError(page)


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    """Nothing was saved, and why; what was typed stays in the page, to be sent again. Nothing is asked of the database."""
    page: dict[str, object] = {"reason": reason, "request_id": request_id.current.get()}
    if typed.is_kept(request):
        page |= {"form": typed.sent(request), "csrf_token": get_token(request)}
    response = HttpResponse(loader.render_to_string("503.html", page), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Too many attempts from one source or of one person, whatever they were."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(LONGEST_WAIT)
    return response
