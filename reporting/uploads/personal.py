"""Is there personal data in it that no return needs? Identity numbers, lists of telephone numbers, identity cards."""

import re

from portal.identity_numbers import holds_identity_number

from .problems import Unacceptable

# The form itself carries the telephone of who filled it in, and perhaps a second one; more is a list of people.
TELEPHONES_ALLOWED = 2
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")
_CARDS = re.compile("身份证|户口|护照|居住证|社保卡")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}


def check_name(name: str) -> None:
    if holds_identity_number(name):
        raise Unacceptable("identity_name")
    if _CARDS.search(name):
        raise Unacceptable("identity_card")


def telephones_in(text: str) -> set[str]:
    return {re.sub("[ -]", "", each) for each in _MOBILE.findall(text.translate(_FULL_WIDTH))}


def check_telephones(found: set[str]) -> None:
    """Of a whole file."""
    if len(found) > TELEPHONES_ALLOWED:
        raise Unacceptable("telephones", number=len(found))
