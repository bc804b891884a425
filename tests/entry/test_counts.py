"""One parser for every channel: what is accepted, what is said about it, what is refused."""

import re
import time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.entry import counts
from reporting.entry.counts import MAXIMUM, Count, parse_count

from ..bad_inputs.chinese import spoken
from ..bad_inputs.numbers import NUMBERS, Number

ROWS = [pytest.param(row, id=f"{row.id}-{index}") for index, row in enumerate(NUMBERS)]

numbers = st.integers(0, MAXIMUM)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def parse(row: Number) -> Count:
    return parse_count(row.raw, unit=row.unit, target=row.target, allows_no_task=row.allows_no_task)


def verdict(count: Count) -> str:
    if count.problem:
        return "hard"
    if count.no_task or count.value is None:
        return count.code
    return "notice" if count.notice else "ok"


@pytest.mark.parametrize("row", ROWS)
def test_it_gives_the_verdict_of_the_table(row):
    count = parse(row)

    assert (verdict(count), count.value, count.code, count.suggestion) == (
        row.verdict,
        row.value,
        row.code,
        row.suggestion,
    )


@pytest.mark.parametrize("row", [row for row in ROWS if row.values[0].verdict == "hard"])
def test_it_says_what_is_wrong_what_to_do_and_what_was_typed(row):
    problem = parse(row).problem
    remedy = str(counts.PROBLEMS[row.code].remedy)

    assert remedy and remedy in problem
    assert not re.search("[\x00-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", problem)
    problem.encode()
    if isinstance(row.raw, str):
        typed = re.search("you typed “(.*)”", problem)[1]
        assert typed and len(typed) <= 20


def test_it_says_the_same_of_every_dash():
    problems = {
        re.sub("“.*”", "", parse(row).problem)
        for row in NUMBERS
        if row.code == "negative" and type(row.raw) is str
    }

    assert len(problems) == 1


def test_it_shows_what_cannot_be_seen():
    assert "“<U+202E>12”" in parse_count("\u202e12").problem


def test_every_code_is_used_by_a_row():
    used = {row.code for row in NUMBERS} - {"", "blank"}

    assert used == set(counts.PROBLEMS) | set(counts.NOTICES)


def test_every_code_has_one_meaning():
    assert not set(counts.PROBLEMS) & set(counts.NOTICES)
    assert {code for code, _ in counts._REFUSALS} <= set(counts.PROBLEMS)


def test_every_problem_has_a_remedy():
    assert all(str(message.what) and str(message.remedy) for message in counts.PROBLEMS.values())


@pytest.mark.parametrize("row", [row for row in ROWS if row.values[0].verdict in ("hard", "notice")])
def test_it_speaks_chinese_in_the_words_of_the_catalogue(row):
    with spoken():
        count = parse(row)
    sentence = count.problem or count.notice

    assert row.words in sentence
    assert re.search("请|按", sentence)


def spellings(number: int) -> list[str]:
    """Every accepted way to write a number."""
    plain, grouped = str(number), f"{number:,}"
    wide = plain.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    dotted = [f"{plain}.0", f"{plain}.00", f"{grouped}.0 (场次)"]
    signed = [f"+{plain}", f"＋{wide}", f"0{plain}"]
    blanks = [f" {plain} ", f"\u3000{plain}\u3000", f"{wide} 场"]
    return [
        plain,
        wide,
        grouped,
        grouped.replace(",", "，"),
        f"{plain}场",
        f"{plain}（场）",
        *dotted,
        *signed,
        *blanks,
    ]


@given(numbers)
def test_it_reads_every_accepted_spelling(number):
    assert {parse_count(text, unit="场").value for text in spellings(number)} == {number}
    assert parse_count(number) == parse_count(float(number)) == parse_count(str(number)) == Count(number)


@given(numbers)
def test_it_tells_every_reading_that_is_not_plain(number):
    plain = {str(number), f" {number} "}

    assert all(parse_count(text, unit="场").notice for text in spellings(number) if text not in plain)


@given(numbers.filter(bool), st.sampled_from("-－−–—‐‑‒―﹣"))
def test_it_refuses_every_negative(number, dash):
    assert parse_count(f"{dash}{number}").code == parse_count(-number).code == "negative"


@given(st.integers(MAXIMUM + 1, 10**30))
def test_it_refuses_what_is_too_large(number):
    assert parse_count(str(number)).code == parse_count(number).code == "too_large"


@given(numbers.filter(bool))
def test_it_offers_the_digits_of_chinese_numerals(number):
    counted = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))

    assert parse_count(counted).suggestion == number
    assert parse_count(counts._in_numerals(number)).suggestion == number or number < 10


def is_sound(count: Count) -> bool:
    if count.problem:
        return count.value is None and count.code in counts.PROBLEMS and not count.notice
    if count.code == "blank" or count.no_task:
        return count.value is None
    return 0 <= count.value <= MAXIMUM and (count.code in counts.NOTICES) == bool(count.notice)


times = st.dates() | st.times() | st.datetimes() | st.timedeltas()
figures = st.integers() | st.floats() | st.decimals() | st.complex_numbers() | st.booleans()
anything = st.recursive(
    st.none() | st.text() | st.text(st.characters()) | st.binary() | times | figures,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
nearly = st.text(
    st.sampled_from(
        "0123456789１２.,，。 　-－+=/%约万一二十百零①²٣eE_'’场本人次()（）~\t\n\u200b\u202e\x00\ud800无亿点#"
    )
)


@given(anything | nearly, st.sampled_from(["", "场", "人次", "(", "\\"]), st.none() | st.integers(0, 100))
def test_it_never_raises(raw, unit, target):
    assert is_sound(parse_count(raw, unit=unit, target=target))


@given(nearly)
def test_it_never_reads_a_number_that_is_not_written_there(text):
    """Without signs, commas, a zero fraction, the unit, brackets, blanks and what has no width, only its digits may remain."""
    count = parse_count(text, unit="场")
    digits = re.sub(r"\.0+(?=\D*$)|[+＋,，\s\-－场次()（）\u200b]", "", text)
    if count.value is not None:
        assert re.fullmatch("[0-9０-９]+", digits) and int(digits) == count.value


@pytest.mark.parametrize(
    "part", ["9", "1-", "一", " ", "1 ", "约", "\u202e", ",000", "(", "\ud800", "0.", "#"]
)
def test_it_answers_quickly_whatever_the_length(part):
    started = time.perf_counter()
    parse_count(part * 200_000, unit="场")

    assert time.perf_counter() - started < 1


def test_it_survives_a_list_that_holds_itself():
    endless: list = []
    endless.append(endless)

    assert parse_count(endless).code == "not_one_value"
