"""Which months does this text speak of? A quarter, months, half a year or a year, as offices write them.

The text is folded before: without blanks, in characters of one width, so that Ⅰ is I and １ is 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {
    each: str(number % 10)
    for each, number in zip("零〇○Ｏ一二三四五六七八九", [0, 0, 0, 0, *range(1, 10)], strict=True)
}
_NUMBERS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
}
_NUMBERS |= {
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "首": 1,
    "两": 2,
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
    "末": 4,
}

_NUMERALS = "零〇○O0一二三四五六七八九"
_YEAR = rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}}(?![0-9])|[二2][{_NUMERALS}]{{3}}|[0-9]{{2}}(?=年))[)\]】]?年?度?"
_COUNT = "[一二三四五六七八九十]{1,2}|[0-9]{1,2}"
_QUARTER = "[一二三四壹贰叁肆首末]|(?<![0-9])0?[1-4]|I{1,3}|IV"
_TO = r"[-—–－~～至到、]+"
_MONTHS = (
    rf"第?(?P<from_quarter>{_QUARTER})(?:季度|季)?{_TO}第?(?P<to_quarter>{_QUARTER})个?季度"
    r"|前(?P<quarters>[一二三四两1-4])个?季度"
    rf"|(?:第|(?<=年))(?P<season>{_QUARTER})季(?!度)|第?(?P<quarter>{_QUARTER})季度"
    r"|Q(?P<code>[1-4])(?![0-9])|(?<![0-9])(?P<english>[1-4])Q"
    rf"|(?P<from_month>{_COUNT})月?份?(?:、(?:{_COUNT})月?)*{_TO}(?:(?:20[0-9]{{2}}|[二2][{_NUMERALS}]{{3}})年)?"
    rf"(?P<to_month>{_COUNT})月"
    rf"|(?P<half>上|下)半年|(?P<whole>全年)"
    rf"|(?P<month>{_COUNT})月"
)
_FOUND = re.compile(f"{_YEAR}|{_MONTHS}", re.IGNORECASE)
_BESIDE = re.compile(r"[年度第季月份()]")  # of a period's name, besides what is found in it

_DAY = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[日号]"
_MONTH = rf"(?:[0-9]{{4}}|[二2][{_NUMERALS}]{{3}})(?:年(?:{_COUNT})月|[-/.](?:[0-9]{{1,2}})(?![-—–~至0-9月]))"
_WRITTEN_ON = re.compile(
    rf"(?:[0-9]{{4}}|[二2][{_NUMERALS}]{{3}})年(?:{_COUNT})月{_DAY}"
    r"|(?<![0-9])[0-9]{4}(?P<mark>[-/.])[0-9]{1,2}(?P=mark)[0-9]{1,2}(?![0-9月])"
    rf"|(?:日期|时间):?{_MONTH}"
    rf"|(?<![0-9])(?:{_COUNT})月{_DAY}"
    r"|[(\[〔【]?(?:19|20)[0-9]{2}[)\]〕】]?第?[0-9]{1,4}号"  # a document's number
)
_SPAN = re.compile(
    r"([0-9]{4})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])0?1[日号]?"
    rf"{_TO}(?:([0-9]{{4}})(?:年|[-/.]))?([0-9]{{1,2}})(?:月|[-/.])([0-9]{{1,2}})[日号]?"
)
_LAST_DAYS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass(frozen=True)
class Months:
    """`year` None: not said. `first` 0: the year alone. `place`: where in the text."""

    year: int | None
    first: int = 0
    last: int = 0
    place: int = 0


def without_dates(text: str) -> str:
    """Days are not periods: 填报时间：2022年3月28日. From the first day of a month to the last of one are its months."""
    text = _SPAN.sub(_as_months, text)
    return _WRITTEN_ON.sub(lambda found: "·" * len(found[0]), text)


def _as_months(found: re.Match[str]) -> str:
    last = _LAST_DAYS.get(int(found[4]), 0)
    is_whole = int(found[5]) in (last, 29 if int(found[4]) == 2 else last)
    months = f"{found[1]}年{int(found[2])}-{int(found[4])}月"
    return (
        months.ljust(len(found[0]), "·") if is_whole and found[3] in (None, found[1]) else "·" * len(found[0])
    )


def months_in(text: str) -> Iterator[Months]:
    """Everything that is named, from left to right. A year belongs to what follows it, or else to what stands before it."""
    found = list(_FOUND.finditer(text))
    year: int | None = None
    place, is_used = 0, True
    waiting: list[Months] = []
    for each in found:
        if each["year"]:
            if not is_used:
                waiting.append(Months(year, place=place))
            year, place, is_used = _year(each["year"]), each.start(), False
        elif months := _months(each):
            waiting.append(Months(year, *months, place if year is not None and not is_used else each.start()))
            is_used = True
    if not is_used:
        alone = [number for number, each in enumerate(waiting) if each.year is None]
        if alone:
            waiting[alone[-1]] = Months(
                year, waiting[alone[-1]].first, waiting[alone[-1]].last, waiting[alone[-1]].place
            )
        else:
            waiting.append(Months(year, place=place))
    yield from waiting


def is_months(name: str) -> bool:
    """Whether a period's name says its months and nothing else: 2022年第一季度, 2023年1月, but not 2022年春季学期."""
    return bool(list(months_in(name))) and not _BESIDE.sub("", _FOUND.sub("", name))


def _year(text: str) -> int:
    digits = "".join(_DIGITS.get(each, "0" if each in "Oo" else each) for each in text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _months(found: re.Match[str]) -> tuple[int, int] | None:
    quarter = found["season"] or found["quarter"] or found["code"] or found["english"]
    if found["from_quarter"]:
        return _quarters(_number(found["from_quarter"]), _number(found["to_quarter"]))
    if found["quarters"]:
        return _quarters(1, _number(found["quarters"]))
    if quarter:
        return _quarters(_number(quarter), _number(quarter))
    if found["from_month"]:
        return _in_order(_number(found["from_month"]), _number(found["to_month"]))
    if found["half"]:
        return (1, 6) if found["half"] == "上" else (7, 12)
    if found["whole"]:
        return 1, 12
    return _in_order(_number(found["month"]), _number(found["month"]))


def _quarters(first: int, last: int) -> tuple[int, int] | None:
    return _in_order(first * 3 - 2, last * 3)


def _in_order(first: int, last: int) -> tuple[int, int] | None:
    return (first, last) if 1 <= first <= last <= 12 else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS.get(text.upper(), 0)
