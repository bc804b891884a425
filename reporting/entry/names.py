"""Which typed text is a usable provider name, a usable field, an explanation that explains?"""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.identity_numbers import holds_identity_number

from .invisible import BLANKS, hidden_in, is_hidden
from .nothing import says_nothing
from .totals import is_total

QUOTED_AT_MOST = 20
NAME_LIMIT = 100
EXPLANATION_AT_LEAST = 8


@dataclass(frozen=True)
class NameMessage:
    """What is wrong and what to do: no problem is reported without its remedy."""

    what: str | Promise
    remedy: str | Promise

    def sentence(self, values: Mapping[str, object]) -> str:
        return str(_("%(what)s; %(remedy)s")) % {
            "what": str(self.what) % values,
            "remedy": str(self.remedy) % values,
        }


HIDDEN_PROBLEMS = {
    "direction": NameMessage(
        _("contains invisible direction marks"),
        _("delete the content and type it again by hand"),
    ),
    "invisible": NameMessage(
        _("contains invisible characters"),
        _("delete the content and type it again by hand"),
    ),
    "unreadable": NameMessage(
        _("contains characters that cannot be read"),
        _("delete the content and type it again by hand"),
    ),
}

PROBLEMS = HIDDEN_PROBLEMS | {
    "line_break": NameMessage(
        _("contains a line break or a tab"),
        _("keep it on one line"),
    ),
    "too_long": NameMessage(
        _("has %(length)s characters, at most %(limit)s are allowed"),
        _("shorten it"),
    ),
    "total_row": NameMessage(
        _("“%(typed)s” is the heading of a total, not the name of a provider"),
        _("type the provider's name; totals are computed by the system"),
    ),
    "identity_number": NameMessage(
        _("seems to contain an identity card number"),
        _("delete it; the return needs counts only, no personal data"),
    ),
    "not_text": NameMessage(
        _("is not text"),
        _("change the cell to text format and type the content again"),
    ),
}

TYPED = _("%(problem)s (you typed “%(typed)s”)")
_NOT_REPEATED = {"identity_number"}  # a message is no place for personal data

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord(blank): " " for blank in BLANKS}

# Words that only assert “it is right”: a text made of nothing else explains nothing.
_STOCK_WORDS = (
    "核实|核对|核查|审核|复核|检查|确认|确实|属实|真实|如实|准确|正确|无误|没有|没问题|问题|错误|异常|有误|"
    "情况|数据|数字|信息|内容|以上|上述|本次|本季度|填报|上报|单位|我们|全部|说明|特此|暂无|"
    "无|没|已|经|均|都|皆|是|对|的|为|系|好|同意|知道|"
    "ok|yes|none|correct|right|true|checked|verified|confirmed"
)
_STOCK = re.compile(_STOCK_WORDS)


@dataclass(frozen=True)
class Text:
    """A cleaned text; with a problem (or code "blank") the value is empty: nothing usable."""

    value: str = ""
    problem: str = ""
    code: str = ""


@dataclass(frozen=True)
class Name:
    """A provider's name as typed (trimmed) and the key that decides whether two rows name the same one."""

    value: str = ""
    key: str = ""
    problem: str = ""
    code: str = ""


def clean_name(raw: object) -> Name:
    """The provider's name, or why it is none: hard check “provider named, and no total” (`totals`). A word that says
    “nothing” (`nothing`) names nobody."""
    if says_nothing(raw):
        return Name(code="blank")
    text = _clean(raw, limit=NAME_LIMIT)
    if text.value and is_total(text.value):
        return Name(problem=PROBLEMS["total_row"].sentence({"typed": shown(text.value)}), code="total_row")
    return Name(text.value, name_key(text.value), text.problem, text.code)


def name_key(name: str) -> str:
    """What is stored to find a name by: trimmed and width-folded, nothing cleverer (第①小学 is not 第1小学). What looks
    the same to a reader, `visual_names.visual_key` compares."""
    return " ".join(unicodedata.normalize("NFC", name.translate(_HALF_WIDTH)).split())


def clean_text(raw: object, *, limit: int, label: str | Promise, multiline: bool = False) -> Text:
    """A field of free text, with its label (if any) before the problem; markup and formulas stay as typed."""
    text = _clean(raw, limit=limit, multiline=multiline)
    if not (text.problem and label):
        return text
    problem = str(_("%(label)s: %(problem)s")) % {"label": label, "problem": text.problem}
    return Text(problem=problem, code=text.code)


def _clean(raw: object, *, limit: int, multiline: bool = False) -> Text:
    typed = _as_text(raw)
    if typed is None:
        return Text(problem=PROBLEMS["not_text"].sentence({}), code="not_text")
    value = typed.strip(BLANKS)
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if not value:
        return Text(code="blank")
    if code := _problem_in(value, limit, multiline):
        return Text(problem=_problem(code, value, limit), code=code)
    return Text(value)


def _problem(code: str, value: str, limit: int) -> str:
    problem = PROBLEMS[code].sentence({"length": len(value), "limit": limit})
    return problem if code in _NOT_REPEATED else str(TYPED) % {"problem": problem, "typed": shown(value)}


def _as_text(raw: object) -> str | None:
    """A cell that holds a whole number (a telephone, a name such as 2021) reads as its digits."""
    if raw is None or isinstance(raw, str):
        return raw or ""
    if isinstance(raw, bool | datetime.date) or not isinstance(raw, int | float):
        return None
    return str(int(raw)) if abs(raw) < 10**15 and raw == int(raw) else None


def _problem_in(value: str, limit: int, multiline: bool) -> str:
    if code := hidden_in(value):
        return code
    if not multiline and re.search(r"[\t\r\n]", value):
        return "line_break"
    if len(value) > limit:
        return "too_long"
    return "identity_number" if holds_identity_number(value) else ""


def shown(text: str) -> str:
    """The text as a message quotes it: what is hidden made visible (<U+202E>), at most 20 characters."""
    marks = [_visible(character) for character in text[: QUOTED_AT_MOST + 1]]
    if sum(map(len, marks)) <= QUOTED_AT_MOST:
        return "".join(marks)
    kept = ""
    for mark in marks:
        if len(kept) + len(mark) >= QUOTED_AT_MOST:
            break
        kept += mark
    return kept + "…"


def _visible(character: str) -> str:
    return f"<U+{ord(character):04X}>" if character in "\t\r\n" or is_hidden(character) else character


def is_empty_explanation(text: object) -> bool:
    """Soft checks need at least 8 characters that say something.

    “核实无误/属实/无误/正确…” is none, alone, repeated, or filled up with punctuation, blanks or figures.
    """
    if not isinstance(text, str):
        return True
    written = [character for character in text if _is_written(character)]
    if len(written) < EXPLANATION_AT_LEAST:
        return True
    letters = "".join(filter(str.isalnum, written)).casefold()
    if _is_short_refrain(letters):
        return True
    letters_used = {character for character in _STOCK.sub("", letters) if character.isalpha()}
    return len(letters_used) < 2


def _is_written(character: str) -> bool:
    return character not in BLANKS and not is_hidden(character)


def _is_short_refrain(text: str) -> bool:
    """One piece of fewer than 8 characters, repeated until it is long enough (found in its own double)."""
    period = (text + text).find(text, 1)
    return period < len(text) and period < EXPLANATION_AT_LEAST
