"""No identity number is kept, in whatever field it is typed: of eighteen digits, and of the fifteen of before 1999."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, Model, TextField
from django.urls import reverse

from portal.identity_numbers import holds_identity_number
from portal.models import HistoryEntry
from reporting.models import Draft, Survey

from ..access.asking import undone
from ..factories import EXPLANATION, grid, membership, returned, row, started, submitted
from ..page_forms import WHO, Forms, PageForm, addresses, pages
from ..screen import Screen

NUMBERS = {"18": "11010519491231002X", "15": "331002490101123"}  # the first is the example of GB 11643
REFUSED = "身份证"

# What is no text: a password or a code, which is kept as its hash at most; a figure, which is read as a number; an
# address that carries a secret and is never shown.
NO_TEXT = {
    "password-change": {"oldpassword", "password1", "password2"},
    "mfa_activate_totp": {"code"},
    "account_reauthenticate": {"password"},
    "reminder-settings": {"webhook", "secret"},
}


def is_figure(form: PageForm, name: str) -> bool:
    return False


def texts_of(form: PageForm) -> list[str]:
    return [name for name in form.texts if name not in NO_TEXT.get(form.route, ())]


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_it_is_found_in_what_is_typed(number):
    for typed in (number, f"学员{number}。", number.translate({each: each + 0xFEE0 for each in range(48, 58)})):
        assert holds_identity_number(typed)
