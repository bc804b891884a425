"""Security events, a JSON object a line: what happened, when, in which request, to whom by number. No personal data.

`event` writes them. What the answer to a request tells is read off it here, in two tables; signing in and out comes
from Django's signals. An object that is not there and one of somebody else are both 404 and neither is an event.
"""

import ipaddress
import json
import logging
import re
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from . import request_id
from .models import User

log = logging.getLogger("portal.security")

# What an answer means, whatever was asked.
BY_STATUS = {403: "denied", 413: "too-large", 429: "throttled"}
# What the success of a request means: (name of the address, method) -> (status of success, event).
BY_ROUTE: dict[tuple[str, str], tuple[int, str | Callable[[HttpRequest], str]]] = {
    ("password-change", "POST"): (302, "password-changed"),
    ("person-invite", "POST"): (200, "invited"),
    ("invitation-accept", "POST"): (302, "invitation-used"),
    ("person-set-active", "POST"): (
        302,
        lambda request: "activated" if request.POST.get("is_active") == "1" else "deactivated",
    ),
    ("person-reset-codes", "POST"): (302, "codes-reset"),
    ("mfa_activate_totp", "POST"): (302, "codes-switched-on"),
    ("mfa_deactivate_totp", "POST"): (302, "codes-switched-off"),
    ("mfa_generate_recovery_codes", "POST"): (302, "recovery-codes-made"),
    ("session-end", "POST"): (302, "session-ended"),
    ("export-list", "POST"): (302, "export-asked"),
    ("reminder-settings", "POST"): (302, "reminders-changed"),
    ("export-file", "GET"): (200, "downloaded"),
    ("export-now", "GET"): (200, "downloaded"),
    ("export-cancel", "POST"): (302, "export-cancelled"),
    ("import-template", "GET"): (200, "downloaded"),
    ("import-new", "POST"): (302, "uploaded"),
    ("import-detail", "POST"): (302, "imported"),
    ("import-file", "GET"): (200, "downloaded"),
    ("evidence-new", "POST"): (302, "evidence-attached"),
    ("evidence-file", "GET"): (200, "downloaded"),
    ("evidence-remove", "POST"): (302, "evidence-removed"),
    ("evidence-restore", "POST"): (302, "evidence-restored"),
    ("activity-files", "POST"): (302, "evidence-attached"),
    ("activity-file", "GET"): (200, "downloaded"),
    ("activity-file-withdraw", "POST"): (302, "evidence-removed"),
    ("material-files", "POST"): (302, "evidence-attached"),
    ("material-file", "GET"): (200, "downloaded"),
    ("material-file-withdraw", "POST"): (302, "evidence-removed"),
    ("survey-file", "GET"): (200, "downloaded"),
    ("version-attachment", "GET"): (200, "downloaded"),
    ("rollup-attachment", "GET"): (200, "downloaded"),
    ("release-workbook", "GET"): (200, "downloaded"),
    ("activity-template", "GET"): (200, "downloaded"),
    ("material-export", "GET"): (200, "downloaded"),
    ("channels-export", "GET"): (200, "downloaded"),
    ("assessment-export", "GET"): (200, "downloaded"),
    ("release-publish", "POST"): (302, "published"),
    ("assessment-weights", "POST"): (302, "weights-changed"),
    ("headline", "POST"): (302, "headline-chosen"),
    ("operator-list", "POST"): (302, "operator-designated"),
    ("operator-end", "POST"): (302, "operator-ended"),
    ("period-close", "POST"): (302, "period-closed"),
    ("period-reopen", "POST"): (302, "period-reopened"),
    ("period-extend", "POST"): (302, "period-extended"),
}
# Addresses that change something without being a security event: the history tells of them, or the signals here.
ORDINARY = {
    "sign-in",
    "sign-out",
    "account_login",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "session-state",
    "membership-switch",
    "set_language",
    "filing-start",
    "filing-edit",
    "filing-submit",
    "filing-nil",
    "filing-recall",
    "filing-accept",
    "filing-send-back",
    "filing-correct",
    "filing-autosave",
    "review-list",
    "provider-list",
    "provider-edit",
    "unlock-request",
    "reminder-address",
    "reminder-again",
    "reminder-send",
    "reminder-test",
    "provider-kind",
    "provider-ledger",
    "activity-new",
    "activity-day",
    "activity-import",
    "activity-edit",
    "activity-withdraw",
    "duplicate-decide",
    "duplicate-answer",
    "material-add",
    "material-edit",
    "material-move",
    "material-withdraw",
    "material-register",
    "survey-edit",
    "service-point-list",
    "service-point-edit",
    "service-point-check",
    "operator-check",
}

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
    status, name = BY_ROUTE.get((_route(request) or "", request.method or ""), (0, ""))
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
