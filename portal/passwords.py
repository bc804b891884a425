"""Is this a password that somebody would guess, and is it due for a change? The validators that Django does not have."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .clock import now
from .models import FormerPassword, User

CLASSES = [re.compile(pattern) for pattern in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")]
SHORTEST_NAME = 3  # names shorter than this are in every other password
# One word and digits, with signs between, before or behind: Taizhou@2021, 2021taizhou!, Zhejiang#123.
WORD_AND_DIGITS = re.compile(r"^[\W_]*(?:[a-z]+[\W_]*(\d+)|(\d+)[\W_]*[a-z]+)[\W_]*$")
YEAR = re.compile(r"^(19|20)\d{2,6}$")
RUNS = ["01234567890123456789", "98765432109876543210"]
WALKS = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnop",
]
LONGEST_WALK = 6
DISGUISE = str.maketrans("@431!0$57", "aaeiiosst")
TRIMMINGS = "0123456789!@#$%^&*._-?~ "
LONGEST_TRIMMING = 6


class LongEnough(MinimumLengthValidator):
    """Django's Chinese catalogue lacks the sentence for a password that is too short; the hint says the same."""

    def get_error_message(self) -> str:
        return self.get_help_text()


class MaximumLength:
    def __init__(self, maximum: int):
        self.maximum = maximum

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > self.maximum:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("At most %(number)s characters.") % {"number": self.maximum}


class CharacterClasses:
    """Small letters, capitals, digits, and everything else (Chinese characters too): how many of the four."""

    def __init__(self, wanted: int):
        self.wanted = wanted

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(each.search(password)) for each in CLASSES) < self.wanted:
            raise ValidationError(self.get_help_text(), code="password_too_few_classes")

    def get_help_text(self) -> str:
        return _(
            "At least %(number)s of these four: small letters, capital letters, digits, other signs."
        ) % {"number": self.wanted}


class NotAName:
    """Not the person's name or user name, nor the name or code of a tenant that they belong to."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.casefold()
        if user and any(name in plain for name in _names(user)):
            raise ValidationError(self.get_help_text(), code="password_is_a_name")

    def get_help_text(self) -> str:
        return _("Not your name, your user name or the name of your tenant.")


class NotCommon(CommonPasswordValidator):
    """Not in the list of common passwords, nor one of them in disguise, nor a word with a year, nor a walk on the keyboard."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.casefold().strip()
        if plain in self.passwords or self._is_disguised(plain) or _is_pattern(plain):
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        return _("Not a common password, not a word with a year such as Taizhou@2021, not keys in a row.")

    def _is_disguised(self, plain: str) -> bool:
        """`P@ssw0rd!23` is `password` to those who guess."""
        core = plain.rstrip(TRIMMINGS)
        is_short = len(plain) - len(core) <= LONGEST_TRIMMING
        return len(core) >= 4 and is_short and core.translate(DISGUISE) in self.passwords


class NotUsedBefore:
    """Not one of the last passwords. Django calls `password_changed` whenever one has been saved."""

    def __init__(self, remembered: int):
        self.remembered = remembered

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        former = FormerPassword.objects.filter(user=user).values_list("password", flat=True)[
            : self.remembered
        ]
        if any(check_password(password, each) for each in {user.password, *former}):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: User) -> None:
        FormerPassword.objects.create(user=user, password=user.password, set_at=now())
        kept = FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[: self.remembered]
        FormerPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return ngettext(
            "Not the last password.", "Not one of the last %(number)s passwords.", self.remembered
        ) % {"number": self.remembered}


def due_at(user: User) -> datetime | None:
    """When the password has to be changed; None where nobody has to, and for the published demonstration password."""
    if settings.PASSWORD_DAYS is None or user.is_demo or not user.has_usable_password():
        return None
    set_at = FormerPassword.objects.filter(user=user).values_list("set_at", flat=True).first()
    return (set_at or user.date_joined) + timedelta(days=settings.PASSWORD_DAYS)


def is_due(user: User) -> bool:
    """Whether it has to be changed before anything else: its time has come, or somebody else knows it."""
    due = due_at(user)
    return user.has_initial_password or (due is not None and due <= now())


def notice_of(user: User) -> datetime | None:
    """When the password has to be changed, once it is time to say so; None before."""
    due = due_at(user)
    if due is None or now() < due - timedelta(days=settings.PASSWORD_NOTICE_DAYS):
        return None
    return due


def _names(user: User) -> set[str]:
    """What the password must not contain, in small letters. `user.invited_to`: of a person about to be made."""
    names = {user.username, user.full_name}
    for tenant in _tenants(user):
        names |= {tenant.code, tenant.name, tenant.short_name, *tenant.code.split("-")}
    return {name.casefold() for name in names if len(name) >= (2 if not name.isascii() else SHORTEST_NAME)}


def _tenants(user: User) -> list:
    if user.pk is None:
        return [user.invited_to] if hasattr(user, "invited_to") else []
    return [each.tenant for each in user.memberships.select_related("tenant")]


def _is_pattern(plain: str) -> bool:
    return _is_word_and_guessable_digits(plain) or any(
        walk[start : start + LONGEST_WALK] in plain
        for walk in WALKS
        for start in range(len(walk) - LONGEST_WALK + 1)
    )


def _is_word_and_guessable_digits(plain: str) -> bool:
    """Four digits or fewer, a year or a date, a run such as 123456, or one digit again and again."""
    found = WORD_AND_DIGITS.match(plain)
    if not found:
        return False
    digits = found[1] or found[2]
    return (
        len(digits) <= 4
        or bool(YEAR.match(digits))
        or any(digits in run for run in RUNS)
        or len(set(digits)) == 1
    )
