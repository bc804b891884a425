"""What the portal does not even begin to read: methods that no page offers, bodies that are too long, NUL characters."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

from .views.errors import too_large

METHODS = ["GET", "HEAD", "POST"]
NUL = "\x00"


class Limits:
    """405 whoever asks, 413 by the length that is announced: nothing of the body is read.

    A NUL in the address is 400, a cookie with one is as good as none: PostgreSQL stores no such text and would
    make it a fault of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if _announced(request) > _limit(request):
            return too_large(request)
        if "%00" in request.META.get("QUERY_STRING", "") or NUL in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        for name in [name for name, value in request.COOKIES.items() if NUL in value]:
            del request.COOKIES[name]
        return self.get_response(request)


def _announced(request: HttpRequest) -> int:
    """Bytes of the body by its header; without one, or with nonsense in it, Django reads no body at all."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _limit(request: HttpRequest) -> int:
    if request.content_type == "multipart/form-data":
        return settings.UPLOAD_LIMITS.get(_name(request), settings.UPLOAD_LIMIT)
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _name(request: HttpRequest) -> str:
    """Of the address; a few take larger forms than the others."""
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
