"""How long does a session last, how many may a person have, and why did one end? Rows of allauth's `UserSession`.

A session ends after half an hour without activity and twelve hours after signing in (settings). Activity is written
down at most once a minute. What a page asks by itself (`X-Portal-Background`) is not a person's activity.
"""

import hashlib
import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import authenticated_user
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import passwords
from .clock import now
from .models import User

STARTED, SEEN, PASSWORD_DUE = "started_at", "seen_at", "password_due"
WRITTEN_EVERY = 60  # seconds
WHY = {
    "idle": gettext_lazy("You were signed out because nothing happened for a while. Sign in to go on."),
    "absolute": gettext_lazy(
        "You were signed out because the longest time for one session is over. Sign in to go on."
    ),
    "too_many": gettext_lazy(
        "You were signed out here because you signed in elsewhere and have too many sessions. If that was not you, change your password."
    ),
    "ended": gettext_lazy("This session was ended from another browser."),
    "password": gettext_lazy(
        "You were signed out because the password was changed. Sign in with the new one."
    ),
    "second_factor": gettext_lazy("You were signed out because two-step sign-in was changed. Sign in again."),
    "deactivated": gettext_lazy("You were signed out because a membership of yours was ended."),
}
# What a browser says about itself, the most specific word first: an Edge also says Chrome, a Chrome also says Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("QQBrowser", "QQ"),
    ("360", "360"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]


def begin(request: HttpRequest) -> None:
    """The first request after signing in: note the time, end the oldest beyond the limit, look at the password's age."""
    request.session[STARTED] = request.session[SEEN] = _seconds()
    UserSession.objects.create_from_request(request)
    _write_seen(request)
    user = authenticated_user(request)
    others = [each for each in living(user) if each.session_key != request.session.session_key]
    for each in others[settings.SESSION_LIMIT - 1 :]:
        end(each, "too_many")
    if passwords.is_due(user):
        request.session[PASSWORD_DUE] = True
    elif due := passwords.notice_of(user):
        text = _("Your password has to be changed before %(at)s.")
        messages.warning(request, text % {"at": date_format(localtime(due), "DATETIME_FORMAT")})


def touch(request: HttpRequest) -> None:
    """Somebody is at work."""
    if _seconds() - request.session[SEEN] >= WRITTEN_EVERY:
        request.session[SEEN] = _seconds()
        _write_seen(request)


def why_over(request: HttpRequest) -> str | None:
    """The limit that a session has passed."""
    if _seconds() - request.session[STARTED] >= settings.SESSION_ABSOLUTE:
        return "absolute"
    if _seconds() - request.session[SEEN] >= settings.SESSION_IDLE:
        return "idle"
    return None


def seconds_left(request: HttpRequest) -> int:
    """Until one of the limits ends the session if nobody does anything."""
    idle = request.session[SEEN] + settings.SESSION_IDLE - _seconds()
    return max(0, min(idle, _seconds_at_most(request)))


def is_last_stretch(request: HttpRequest) -> bool:
    """Whether activity does not help any more: the absolute limit comes first."""
    return _seconds_at_most(request) <= settings.SESSION_WARNING


def age(request: HttpRequest) -> int:
    """Seconds since the person signed in."""
    return _seconds() - request.session[STARTED]


def close(request: HttpRequest, why: str) -> None:
    """End the request's own session, and say why on the next page."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    messages.warning(request, WHY[why])


def end(session: UserSession, why: str) -> None:
    """End a session that is open elsewhere; its next request is answered with the reason."""
    cache.set(_cache_key(session.session_key), why, settings.SESSION_ABSOLUTE)
    session.end()


def end_all(user: User, why: str, *, except_for: str | None = None) -> None:
    """End every session of a person, but for the one with the given key."""
    for each in UserSession.objects.filter(user=user).exclude(session_key=except_for or ""):
        end(each, why)


def why_ended(request: HttpRequest) -> str | None:
    """Why the session that the browser still names is gone, in a sentence, if it was ended here."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    why = cache.get(_cache_key(key)) if key else None
    return str(WHY[why]) if why else None


def living(user: User) -> list[UserSession]:
    """A person's sessions that still hold, the newest first."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda each: each.pk, reverse=True)


def device(user_agent: str) -> str:
    """Browser and system, as a person would name them."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), _("Unknown browser"))
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} · {system}" if system else browser


def masked(address: str) -> str:
    """Enough of an address to recognise it: 203.0.113.9 is 203.0.*.*; of IPv6 the first three groups."""
    if ipaddress.ip_address(address).version == 4:
        return ".".join([*address.split(".")[:2], "*", "*"])
    return ":".join([*ipaddress.ip_address(address).exploded.split(":")[:3], "*"])


def _write_seen(request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=now(), ip=get_adapter().get_client_ip(request)
    )


def _seconds_at_most(request: HttpRequest) -> int:
    return request.session[STARTED] + settings.SESSION_ABSOLUTE - _seconds()


def _seconds() -> int:
    return int(now().timestamp())


def _cache_key(session_key: str) -> str:
    """Not the key itself, which opens the session."""
    return "session-ended:" + hashlib.sha256(session_key.encode()).hexdigest()
