"""What number did this person type? The one parser for form, autosave, workbook, CSV and JSON alike.

Accepted spellings are accepted with a visible notice; everything else is refused with a remedy. Only the
full-width digits U+FF10–FF19 are mapped: compatibility folding would turn ① into 1, ² into 2 and ½ into 1⁄2.
"""

import datetime
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .invisible import BLANKS, WITHOUT_WIDTH, hidden_in
from .names import HIDDEN_PROBLEMS, TYPED, NameMessage, shown
from .nothing import says_nothing

MAXIMUM = 9_999_999


@dataclass(frozen=True)
class Count:
    """A number as read. `value` None: nothing usable. `no_task` counts as 0 in sums and is kept as typed."""

    value: int | None
    no_task: bool = False
    notice: str = ""
    problem: str = ""
    code: str = ""
    suggestion: int | None = None


@dataclass(frozen=True)
class _Column:
    unit: str
    allows_no_task: bool
    target: int | None


# --- the texts

NOTICES = {
    "full_width": _("full-width digits “%(typed)s” were read as %(value)s"),
    "thousands": _("“%(typed)s” with thousands separators was read as %(value)s"),
    "point_zero": _("“%(typed)s” was read as the whole number %(value)s"),
    "own_unit": _("“%(typed)s” with its unit was read as %(value)s"),
    "plus": _("“%(typed)s” with a plus sign was read as %(value)s"),
    "zeros": _("“%(typed)s” was read as %(value)s"),
    "blanks": _("the blanks around “%(typed)s” were dropped; it was read as %(value)s"),
    "without_width": _("invisible characters in “%(typed)s” were dropped; it was read as %(value)s"),
    "several": _("“%(typed)s” was read as %(value)s"),
    "no_task": _("“%(typed)s” was read as no task"),
}

PROBLEMS = HIDDEN_PROBLEMS | {
    "negative": NameMessage(_("cannot be less than 0"), _("type 0 or a larger whole number")),
    "not_whole": NameMessage(_("must be a whole number"), _("type it without decimals, for example 12")),
    "too_large": NameMessage(_("is larger than 9,999,999"), _("check the digits and type the number again")),
    "bad_separator": NameMessage(
        _("the digits are separated by blanks or marks that cannot be read for certain"),
        _("write the digits together, for example 1000"),
    ),
    "scientific": NameMessage(_("is in scientific notation"), _("write out all digits, for example 1000")),
    "chinese_numerals": NameMessage(
        _("is written in Chinese numerals"), _("type Arabic digits, for example 120")
    ),
    "multiplier": NameMessage(
        _("is given in hundreds, thousands or 万"), _("write out all digits, for example 20000")
    ),
    "symbol_digits": NameMessage(
        _("uses symbols (circled, raised, Roman or the like) for digits"),
        _("type Arabic digits, for example 120"),
    ),
    "other_digits": NameMessage(
        _("uses the digits of another script"), _("type Arabic digits, for example 120")
    ),
    "wrong_unit": NameMessage(
        _("the unit “%(found)s” does not match this column"),
        _("check the column, then type the number alone"),
    ),
    "not_exact": NameMessage(_("is not one exact number"), _("type one exact whole number, for example 12")),
    "not_a_number": NameMessage(_("is not a number"), _("type one whole number, for example 12")),
    "not_finite": NameMessage(_("is not a finite number"), _("type one whole number, for example 12")),
    "formula": NameMessage(_("a formula cannot be entered"), _("type the result as a number")),
    "excel_error": NameMessage(
        _("is an error value of the worksheet"), _("correct the formula or type the number")
    ),
    "several_cells": NameMessage(
        _("contains the content of several cells"),
        _("type one number here, or paste the block into the table"),
    ),
    "date": NameMessage(
        _("is a date (%(typed)s)"), _("change the cell to General format and type the number again")
    ),
    "time": NameMessage(
        _("is a time (%(typed)s)"), _("change the cell to General format and type the number again")
    ),
    "boolean": NameMessage(_("is a logical value (%(typed)s)"), _("type one whole number, for example 12")),
    "not_one_value": NameMessage(
        _("a list or an object is not a number"), _("give one whole number, for example 12")
    ),
    "has_task": NameMessage(_("this year's task is %(target)s"), _("type 0 if nothing was done")),
    "number_needed": NameMessage(_("“no task” cannot be entered here"), _("type 0 if nothing was done")),
}

_ENDINGS = {str: TYPED, int: TYPED, float: _("%(problem)s (the actual value is %(typed)s)")}
_MONTH_AND_DAY = _("%(month)s/%(day)s")

# --- the spellings

_DASH = "\\-－−–—‐‑‒―﹣﹘"
_UNITS_ALIKE = {"场": ("场次", "场"), "场次": ("场次", "场")}
_UNITS = "人次|场次|学时|课时|小时|分钟|[场人个本次件期份名节部册套家位例篇天元种班户]"
_NUMERALS = "零〇○一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸"
_FORMAL = "〇○两壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸"
_COMMON_NUMERALS = str.maketrans(_FORMAL, "零零二一二三四五六七八九十百千万亿二二三六")
_NUMERAL_DIGITS = "零一二三四五六七八九"
_FACTORS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "k": 1000, "w": 10**4}
_FACTORS |= {"萬": 10**4, "億": 10**8}

_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_FOLD = _FULL_WIDTH | {ord(blank): " " for blank in BLANKS if blank not in "\t\r\n"}
_DIAGNOSED_AT_MOST = 64  # longer texts are not worth a closer look, and no pattern may run away on them


def parse_count(
    raw: object, *, unit: str = "", allows_no_task: bool = True, target: int | None = None
) -> Count:
    """The number in `raw`, a notice how it was read, or the problem; never an exception, whatever comes.

    Blank is code "blank" without a problem: the caller knows whether the cell may stay empty.
    `/` is refused where this year's `target` is above 0, and where it is not allowed at all.
    """
    if raw is None:
        return _BLANK
    column = _Column(unit.strip("()（） "), allows_no_task, target)
    reader = next((read for kind, read in _READERS if isinstance(raw, kind)), _read_structure)
    return reader(raw, column)


_BLANK = Count(None, code="blank")


def _refuse(code: str, raw: object, suggestion: int | None = None, **values: object) -> Count:
    values = {"typed": "" if raw is None else _quoted(raw)} | values
    problem = PROBLEMS[code].sentence(values)
    ending = next((text for kind, text in _ENDINGS.items() if isinstance(raw, kind)), None)
    if ending:
        problem = str(ending) % {"problem": problem, "typed": values["typed"]}
    return Count(None, problem=problem, code=code, suggestion=_in_range(suggestion))


def _in_range(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= MAXIMUM else None


def _quoted(raw: object) -> str:
    """Python refuses to print a whole number of more than 4,300 digits: such a number is described by its length."""
    if isinstance(raw, int) and raw.bit_length() > 1000:
        return f"{'-' if raw < 0 else ''}…E+{int(math.log10(abs(raw)))}"
    return shown(raw) if isinstance(raw, str) else shown(repr(raw))


# --- values that are not text: JSON and workbook cells


def _read_boolean(raw: bool, column: _Column) -> Count:
    return _refuse("boolean", None, typed=str(raw).upper())


def _read_whole(raw: int, column: _Column, typed: object = None) -> Count:
    typed = raw if typed is None else typed
    if raw < 0:
        return _refuse("negative", typed)
    return _refuse("too_large", typed) if raw > MAXIMUM else Count(int(raw))


def _read_real(raw: float, column: _Column) -> Count:
    """12.0 is 12; 12.4 is refused with its actual value, whatever the cell's format displays."""
    if not math.isfinite(raw):
        return _refuse("not_finite", raw)
    if raw > 0 and not raw.is_integer():
        return _refuse("not_whole", raw)
    return _read_whole(math.floor(raw), column, typed=raw)


def _read_date(raw: datetime.date, column: _Column) -> Count:
    """A person typed 3-5 and the worksheet made it 5 March."""
    return _refuse("date", None, typed=str(_MONTH_AND_DAY) % {"month": raw.month, "day": raw.day})


def _read_time(raw: datetime.time, column: _Column) -> Count:
    return _refuse("time", None, typed=f"{raw.hour}:{raw.minute:02}")


def _read_duration(raw: datetime.timedelta, column: _Column) -> Count:
    hours, minutes = divmod(int(raw.total_seconds()) // 60, 60)
    return _refuse("time", None, typed=f"{hours}:{minutes:02}")


def _read_structure(raw: object, column: _Column) -> Count:
    return _refuse("not_one_value", None)


# --- text


def _read_text(raw: str, column: _Column) -> Count:
    """Characters without a width are dropped with a notice: they come along from a chat, and move nothing."""
    text = raw.strip(BLANKS)
    seen = text if text.isascii() else WITHOUT_WIDTH.sub("", text).strip(BLANKS)
    if not seen:
        return _BLANK
    if code := hidden_in(seen):
        return _refuse(code, text)
    if says_nothing(seen):
        return _read_no_task(seen, column)
    folded = seen.translate(_FOLD)
    if match := _accepted(column.unit).fullmatch(folded):
        return _read_accepted(raw, text, match)
    return _diagnose(text, folded, column)


def _read_no_task(text: str, column: _Column) -> Count:
    if column.target:
        return _refuse("has_task", text, target=column.target)
    if not column.allows_no_task:
        return _refuse("number_needed", text)
    notice = "" if text in ("/", "／") else str(NOTICES["no_task"]) % {"typed": shown(text)}
    return Count(None, no_task=True, notice=notice, code="no_task")


def _own_unit(unit: str) -> str:
    names = "|".join(map(re.escape, _UNITS_ALIKE.get(unit, (unit,)))) if unit else "(?!)"
    return f" ?(?:(?:{names})|[(（] ?(?:{names}) ?[)）])"


def _accepted(unit: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<sign>[+＋{_DASH}]?)(?P<digits>[0-9]+|[0-9]{{1,3}}(?:[,，][0-9]{{3}})+)(?P<point>\.0+)?"
        rf"(?P<unit>{_own_unit(unit)})?"
    )


def _read_accepted(raw: str, text: str, match: re.Match[str]) -> Count:
    digits = re.sub("[,，]", "", match["digits"]).lstrip("0")
    if digits and match["sign"] and match["sign"] not in "+＋":
        return _refuse("negative", text)
    if len(digits) > len(str(MAXIMUM)):
        return _refuse("too_large", text)
    value = int(digits or 0)
    codes = [code for code, applies in _READINGS if applies(raw, match)]
    if not codes:
        return Count(value)
    code = codes[0] if len(codes) == 1 else "several"
    notice = str(NOTICES[code]) % {"typed": shown(text), "value": value}
    return Count(value, notice=notice, code=code)


# What was done to read it: every normalisation becomes a notice, but for ordinary blanks around the number.
_READINGS: tuple[tuple[str, Callable[[str, re.Match[str]], object]], ...] = (
    ("full_width", lambda raw, match: re.search("[０-９]", raw)),
    ("thousands", lambda raw, match: re.search("[,，]", match["digits"])),
    ("point_zero", lambda raw, match: match["point"]),
    ("own_unit", lambda raw, match: match["unit"]),
    ("plus", lambda raw, match: match["sign"] in ("+", "＋")),
    ("zeros", lambda raw, match: re.match("0[0-9]", match["digits"]) or match["sign"] not in ("", "+", "＋")),
    ("without_width", lambda raw, match: WITHOUT_WIDTH.search(raw)),
    ("blanks", lambda raw, match: raw.strip(" ") != raw.strip(BLANKS)),
)


def _diagnose(text: str, folded: str, column: _Column) -> Count:
    """Why it is no number: the first row of _REFUSALS that finds its mark, after the column's own unit."""
    if len(folded) > _DIAGNOSED_AT_MOST:
        return _refuse("not_a_number", text)
    bare = re.sub(f"{_own_unit(column.unit)}$", "", folded)
    code = next((code for code, finds in _REFUSALS if finds(bare)), "not_a_number")
    suggest = _SUGGESTIONS.get(code, lambda bare: None)
    return _refuse(code, text, suggest(bare), found=_unit_in(bare))


def _unit_in(bare: str) -> str:
    match = re.search(rf"({_UNITS})[)）]?$", bare)
    return match[1] if match else ""


def _has(*categories: str) -> Callable[[str], bool]:
    return lambda bare: any(c > "\x7f" and unicodedata.category(c) in categories for c in bare)


def _found(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.IGNORECASE).search


_ANY = f"[0-9{_NUMERALS}]"
_ABOUT = "约|大约|大概|大致|近|将近|超|超过|不足|不到|至少|最多|[><≥≤≈＞＜~～〜±]"
_OR_SO = "左右|上下|以上|以下|以内|多|余|来|几|[+＋~～±%％‰?？…]"
_BETWEEN = f"[{_DASH}~～〜/／至到或和及、;；:：*×+＋]|\\.\\.+"

_REFUSALS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("several_cells", _found(r"[\t\r\n]")),
    ("excel_error", _found(r"^#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")),
    ("formula", _found(rf"^[=＝@＠]|^[+＋{_DASH}].*[+＋*/^(（]")),
    ("not_finite", _found(rf"^[+＋{_DASH}]?(s?nan|inf|infinity|∞|无穷大?|无限)$")),
    ("scientific", _found(rf"^[+＋{_DASH}]?[0-9]+([.．][0-9]*)?[eｅ][+＋{_DASH}]?[0-9]+$")),
    ("negative", _found(rf"^([{_DASH}]|负) ?[.．]?{_ANY}[^{_DASH}]*$")),
    ("not_whole", _found(r"^[+＋]?(?=.*[0-9])[0-9,，]*[.．。·点][0-9]*$")),
    ("bad_separator", _found(r"^[+＋,，]?[0-9][0-9 ,，'’‘`´_]*$")),
    ("chinese_numerals", _found(f"^[{_NUMERALS}]+$")),
    ("multiplier", _found(f"^[+＋]?[0-9][0-9.,，]* ?[{''.join(_FACTORS)}][0-9.{_NUMERALS}]*$")),
    ("wrong_unit", _found(rf"^[+＋{_DASH}]?[0-9 .,，{_NUMERALS}]+[(（]? ?({_UNITS}) ?[)）]?$")),
    ("symbol_digits", _has("No", "Nl", "Me")),
    ("symbol_digits", _found("\U0001f51f|○")),
    ("other_digits", _has("Nd")),
    ("not_exact", _found(f"^({_ABOUT}) ?{_ANY}|{_ANY}.*({_OR_SO})|{_ANY} ?({_BETWEEN}) ?{_ANY}|几|若干")),
)


# --- the number that was probably meant, offered as one click, never taken silently


def _suggest_joined(bare: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,3}(?:([ '’_])[0-9]{3})(?:\1[0-9]{3})*", bare):
        return int(re.sub("[^0-9]", "", bare))
    return None


def _suggest_whole(bare: str) -> int | None:
    match = re.fullmatch(r"([0-9]+)[.．。·点]0*", bare)
    return int(match[1]) if match else None


def _suggest_product(bare: str) -> int | None:
    """2万 is 20000, 1.5万 is 15000; 2万5 is anybody's guess."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?(\D)", bare)
    if not match:
        return None
    product = Decimal(match[1]) * _FACTORS[match[2].lower()]
    return int(product) if product <= MAXIMUM and product == int(product) else None


def _suggest_digits(bare: str) -> int | None:
    return int(bare) if bare.isdecimal() else None


def _suggest_numerals(bare: str) -> int | None:
    """Only what Chinese writes exactly so: 一百零二 is 102, 一百二 may be 120 or 102 and is not guessed."""
    plain = bare.translate(_COMMON_NUMERALS).replace("廿", "二十").replace("卅", "三十")
    if all(numeral in _NUMERAL_DIGITS for numeral in plain):
        return int("".join(str(_NUMERAL_DIGITS.index(numeral)) for numeral in plain))
    number = _numerals_value(plain)
    same = re.sub("(?<![一二三四五六七八九])十", "一十", plain)
    return number if number <= MAXIMUM and _in_numerals(number) == same else None


def _numerals_value(plain: str) -> int:
    total = section = digit = 0
    for numeral in plain:
        if numeral in _NUMERAL_DIGITS:
            digit = _NUMERAL_DIGITS.index(numeral)
        elif _FACTORS[numeral] < 10**4:
            section, digit = section + (digit or 1) * _FACTORS[numeral], 0
        else:
            total, section, digit = (total + section + digit) * _FACTORS[numeral], 0, 0
    return total + section + digit


def _in_numerals(number: int) -> str:
    for name in "万千百十":
        factor = _FACTORS[name]
        if number >= factor:
            high, low = divmod(number, factor)
            gap = "零" if 0 < low < factor // 10 else ""
            return _in_numerals(high) + name + gap + (_in_numerals(low) if low else "")
    return _NUMERAL_DIGITS[number]


_SUGGESTIONS: dict[str, Callable[[str], int | None]] = {
    "not_whole": _suggest_whole,
    "bad_separator": _suggest_joined,
    "chinese_numerals": _suggest_numerals,
    "multiplier": _suggest_product,
    "other_digits": _suggest_digits,
}

# Order matters: True is an int, and a datetime is a date.
_READERS: tuple[tuple[type, Callable[..., Count]], ...] = (
    (str, _read_text),
    (bool, _read_boolean),
    (int, _read_whole),
    (float, _read_real),
    (datetime.date, _read_date),
    (datetime.time, _read_time),
    (datetime.timedelta, _read_duration),
)
