"""Does a text hold a resident identity number? None is needed anywhere: whatever is typed or handed in is refused with one."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# In one piece or in the usual three; the eighteen digits of GB 11643, the last of which follows from the others.
_OF_18 = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}[\s-]?(?:18|19|20)[0-9]{{2}}{_DAY}[\s-]?[0-9]{{3}}[0-9Xx](?![0-9])"
)
# The fifteen of before 1999, without the century and without a check digit: the province and the day are all there is.
_OF_15 = re.compile(rf"(?<![0-9]){_PROVINCE}[0-9]{{4}}[\s-]?[0-9]{{2}}{_DAY}[\s-]?[0-9]{{3}}(?![0-9Xx])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def holds_identity_number(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return any(map(_has_right_check_digit, _OF_18.findall(plain))) or _OF_15.search(plain) is not None


def refuse_identity_number(text: str) -> None:
    """For a field of a form."""
    if holds_identity_number(text):
        raise ValidationError(
            _("This seems to contain an identity card number. Delete it: none is needed here."),
            code="identity_number",
        )


def _has_right_check_digit(number: str) -> bool:
    number = re.sub(r"[\s-]", "", number)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
