"""Who needs one-time codes at sign-in, and how are they kept? TOTP (RFC 6238) by allauth."""

import base64

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.utils.encoding import force_bytes

from .models import Membership, User
from .roles import Role

NEEDED_BY = {Role.REVIEWER, Role.ADMINISTRATOR}


def is_required(memberships: list[Membership]) -> bool:
    """Reviewers and administrators, unless the setting says otherwise. Everybody else may."""
    return settings.REQUIRE_TOTP and any(each.role in NEEDED_BY for each in memberships)


def is_missing(user: User, memberships: list[Membership]) -> bool:
    """Whether the person has yet to set up what their role requires."""
    return is_required(memberships) and not is_set_up(user)


def is_set_up(user: User) -> bool:
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def was_used(user: User, code: str) -> bool:
    return cache.get(_used_key(user, code)) is not None


def mark_used(user: User, code: str) -> bool:
    """Remember a code for as long as any clock within the tolerance takes it. False: another request was first.

    allauth remembers it for one period of thirty seconds; with one step of tolerance it would be good again after that.
    """
    lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return cache.add(_used_key(user, code), True, lasts)


def encrypt(text: str) -> str:
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> MultiFernet:
    """Keys derived from the secret key, and from former ones for reading."""
    keys = map(force_bytes, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal second factor")
    return base64.urlsafe_b64encode(derivation.derive(key))


def _used_key(user: User, code: str) -> str:
    return f"totp-used:{user.pk}:{''.join(filter(str.isalnum, code))}"
