"""How many wrong passwords, for whom and from where? Counted by allauth, in the database cache.

The counter is for an account *from a source*, so that a stranger who hammers an account from elsewhere locks nobody
out. A browser that has signed in to the account before has a counter of its own and does not share that of its source:
colleagues behind one address cannot lock each other out (OWASP: device cookies).
"""

import math
import secrets
import time

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from .models import User
from .requests import PortalRequest

APP = "allauth.account"
COOKIE = "portal_device"
SALT = "portal.throttle"
COOKIE_LASTS = 180 * 24 * 3600
ACCOUNTS_A_BROWSER = 5
# The longest that a counter lasts: what is answered where the counter is not at hand.
LONGEST_WAIT = 600


def counter(request: HttpRequest, username: str) -> tuple[str, str]:
    """Which of the rate limits applies to an attempt, and its key."""
    name = username.casefold()
    if mark := dict(_known(request)).get(name):
        return "login_failed_known", f"{name}|{mark}"
    return "login_failed", f"{name}|{ratelimit.truncate_ip(get_adapter().get_client_ip(request))}"


def take(request: PortalRequest, username: str) -> ratelimit.RateLimitUsage | None:
    """Count an attempt before its password is looked at; None: too many, and `request.retry_after` says how long to wait."""
    action, key = counter(request, username)
    usage = ratelimit.consume(request, app=APP, action=action, key=key)
    if usage is None:
        request.retry_after = _seconds_to_wait(request, action, key)
    return usage


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser show next time that this account has signed in with it."""
    name = user.get_username().casefold()
    others = [each for each in _known(request) if each[0] != name]
    marks = [(name, secrets.token_urlsafe(12)), *others][:ACCOUNTS_A_BROWSER]
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=SALT),
        max_age=COOKIE_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _known(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_LASTS)
    except signing.BadSignature:
        return []
    return [(name, mark) for name, mark in marks]


def _seconds_to_wait(request: HttpRequest, action: str, key: str) -> int:
    """Until the oldest attempt that still counts counts no more."""
    waits = [1.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        taken = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key), [])
        if len(taken) >= rate.amount:
            waits.append(taken[rate.amount - 1] + rate.duration - time.time())
    return math.ceil(max(waits))
