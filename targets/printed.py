"""Which number does a printed cell say? “15万” is 150000, “1,500” is 1500, “/” and a blank are none. Pure."""

import re
import unicodedata
from decimal import Decimal

# A number, perhaps with separators of thousands, and in tens or hundreds of thousands; a unit or 以上 may follow.
PRINTED = re.compile(r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(万|百万|亿)?([^0-9.,]*)")
TIMES = {None: 1, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}


def number(text: str) -> Decimal | None:
    """None where no digit is printed. Raises ValueError where what is printed is not one number."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not any(character.isdecimal() for character in plain):
        return None
    found = PRINTED.fullmatch(plain)
    if not found:
        raise ValueError(text)
    return Decimal(found[1].replace(",", "")) * TIMES[found[2]]


def agrees(text: str, value: int | None) -> bool:
    """Whether the printed text says this figure; None: no task. A fixture need not repeat the text of a figure."""
    if value is not None and not text.strip():
        return True
    try:
        return number(text) == value
    except ValueError:
        return False
