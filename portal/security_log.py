"""Security events, a JSON object a line: what happened, when, in which request, to whom by number. No personal data.

`event` writes them. What the response to a request means is read off it here: by its status, or because `event_on`
stands at its view; signing in and out comes from Django's signals. An object that is not there and one of somebody
else are both 404 and neither is an event.
"""

import ipaddress
import json
import logging
import re
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import request_id
from .models import User

log = logging.getLogger("portal.security")
View = TypeVar("View", bound=Callable)
Events = dict[str, tuple[int, str | Callable[[HttpRequest], str]]]
EVENTS = "security_events"  # the attribute of a view; what wraps the view takes it over

# What a response status means at every address.
BY_STATUS = {403: "denied", 413: "too-large", 429: "throttled"}
# The answer by which a request has succeeded, where its view does not say another: a file, or the way on.
SUCCESS = {"GET": 200, "POST": 302}

# Codes and dates pass; a name, a telephone number, a token or a sentence does not.
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}|[0-9]{4}Q[1-4]")


def event(request: HttpRequest | None, name: str, /, **ids: int | str | UUID | None) -> None:
    """Write one line. `ids` are numbers, public ids and codes; anything else is written as “?”."""
    line: dict[str, object] = {
        "at": timezone.localtime(timezone.now()).isoformat(timespec="milliseconds"),
        "event": name,
        "request": request_id.current.get(),
    }
    if request is not None:
        line |= _about(request)
    line |= {key: _plain(value) for key, value in ids.items()}
    log.info(json.dumps({key: value for key, value in line.items() if value is not None}))


def event_on(
    method: str, name: str | Callable[[HttpRequest], str], *, status: int = 0
) -> Callable[[View], View]:
    """At the top of a view: its success is this event. A view without one is ordinary."""

    def mark(view: View) -> View:
        view.__dict__[EVENTS] = {**events_of(view), method: (status or SUCCESS[method], name)}
        return view

    return mark


def events_of(view: Callable) -> Events:
    """By method: the status of success, and the event."""
    return getattr(view, EVENTS, {})


class SecurityLog:
    """Reads off an answer what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if name := _happened(request, response):
            event(request, name, **_objects(request))
        return response


def _happened(request: HttpRequest, response: HttpResponse) -> str | None:
    if getattr(request, "is_csrf_failure", False):
        return "csrf-failed"
    if response.status_code in BY_STATUS:
        return BY_STATUS[response.status_code]
    match = request.resolver_match
    status, name = events_of(match.func).get(request.method or "", (0, "")) if match else (0, "")
    if response.status_code != status:
        return None
    return name(request) if callable(name) else name


def _about(request: HttpRequest) -> dict[str, object]:
    membership = getattr(request, "membership", None)
    return {
        "method": request.method,
        "route": _route(request),
        "user": getattr(getattr(request, "user", None), "pk", None),
        "membership": membership and str(membership.public_id),
        "address": _address(request),
    }


def _route(request: HttpRequest) -> str | None:
    """The name of the address. Never the address itself: it may carry a token."""
    return request.resolver_match.view_name if request.resolver_match else None


def _objects(request: HttpRequest) -> dict[str, UUID | None]:
    given = request.resolver_match.kwargs.values() if request.resolver_match else ()
    return {"object": next((value for value in given if isinstance(value, UUID)), None)}


def _address(request: HttpRequest) -> str | None:
    """The client's address, by default without its last part: of an office, not of a person."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:  # behind a proxy, which adds the address that it saw at the end
        text = request.headers.get("X-Forwarded-For", text).rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if settings.LOG_ADDRESSES == "masked":
        return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))
    return str(address) if settings.LOG_ADDRESSES == "full" else None


def _plain(value: int | str | UUID | None) -> int | str | None:
    if value is None or isinstance(value, int):
        return value
    return str(value) if isinstance(value, UUID) or _CODE.fullmatch(value) else "?"


@receiver(user_logged_in)
def _signed_in(sender, request, user, **kwargs) -> None:
    event(request, "signed-in", user=user.pk)


@receiver(user_logged_out)
def _signed_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        event(request, "signed-out", user=user.pk)


@receiver(user_login_failed)
def _sign_in_failed(sender, credentials, request=None, **kwargs) -> None:
    """What was typed as the user name may be anything, a password even: only the account it hit is named."""
    typed = str(credentials.get(User.USERNAME_FIELD, ""))
    hit = User.objects.filter(username=typed).first() if typed.isprintable() else None
    event(request, "sign-in-failed", user=hit.pk if hit else None)
