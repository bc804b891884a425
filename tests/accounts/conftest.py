"""Signing in through the page, from a given address; codes as an authenticator app shows them."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from portal import clock, demonstration

from ..conftest import NOW

PASSWORD = demonstration.PASSWORD


@pytest.fixture(autouse=True)
def no_attempts_counted(db):
    cache.clear()


@pytest.fixture
def sign_in():
    """`sign_in(who, password=…, address=…, client=…)` posts the sign-in form; the answer has `.client`."""

    def post(who, password=PASSWORD, *, address="203.0.113.5", client=None, **extra):
        name = who if isinstance(who, str) else who.user.username
        client = client or Client(REMOTE_ADDR=address)
        return client.post(
            "/sign-in/", {"username": name, "password": password, **extra}, REMOTE_ADDR=address
        )

    return post


@pytest.fixture
def totp_required(settings):
    settings.REQUIRE_TOTP = True


def code(secret: str, steps: int = 0) -> str:
    """What the app shows, `steps` of thirty seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def enrol(client: Client) -> str:
    """Set up one-time codes through the pages. Returns the key; its present code counts as used."""
    page = client.get("/account/codes/activate/")
    secret = re.search(r'id="key">([A-Z2-7]+)<', page.content.decode())[1]
    answer = client.post("/account/codes/activate/", {"code": code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def is_signed_in(client: Client) -> bool:
    return client.get("/", headers={"X-Portal-Background": "1"}).status_code == 200


def later(**how_long):
    """`with later(minutes=31): …`"""
    return clock.frozen(NOW + timedelta(**how_long))
