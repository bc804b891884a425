"""Names, fields of text and explanations: what is kept as typed, what is refused, what says nothing."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reporting.entry import names
from reporting.entry.names import clean_name, clean_text, is_empty_explanation, name_key, shown

from ..bad_inputs.chinese import spoken
from ..bad_inputs.names import EXPLANATIONS, LINES, NAMES, SAME_NAME


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def numbered(rows):
    return [pytest.param(row, id=f"{row[0]}-{index}") for index, row in enumerate(rows)]


def verdict(text) -> str:
    return "hard" if text.problem else text.code or "ok"


@pytest.mark.parametrize("row", numbered(NAMES))
def test_a_name_gets_the_verdict_of_the_table(row):
    name = clean_name(row.raw)

    assert (verdict(name), name.value, name.code) == (row.verdict, row.value, row.code)
    assert bool(name.key) == bool(name.value)


@pytest.mark.parametrize("row", numbered(LINES))
def test_every_field_of_one_line_gets_the_same_verdict(row):
    text = clean_text(row.raw, limit=100, label="Head")

    assert (verdict(text), text.value, text.code) == (row.verdict, row.value, row.code)
    assert not text.problem or text.problem.startswith("Head: ")


@pytest.mark.parametrize("row", numbered([row for row in NAMES if row.verdict == "hard"]))
def test_a_problem_says_what_to_do(row):
    problem = clean_name(row.raw).problem

    assert str(names.PROBLEMS[row.code].remedy) in problem
    problem.encode()


@pytest.mark.parametrize("row", numbered([row for row in NAMES if row.verdict == "hard"]))
def test_a_problem_is_told_in_chinese(row):
    with spoken():
        problem = clean_name(row.raw).problem

    assert row.words in problem
    assert "，" in problem


def test_every_code_is_used_by_a_row():
    assert {row.code for row in NAMES} - {"", "blank"} == set(names.PROBLEMS)


@pytest.mark.parametrize(("id", "one", "other", "same"), SAME_NAME)
def test_it_knows_the_same_provider_in_two_widths(id, one, other, same):
    assert (clean_name(one).key == clean_name(other).key) is same


def test_a_field_of_several_lines_keeps_its_lines():
    text = clean_text(" one\r\ntwo\rthree\tx ", limit=100, label="Reason", multiline=True)

    assert text.value == "one\ntwo\nthree\tx"
    assert clean_text("one\n\x00", limit=100, label="Reason", multiline=True).code == "invisible"


def test_a_problem_without_a_label_stands_alone():
    assert clean_text("abc", limit=2, label="").problem == (
        "has 3 characters, at most 2 are allowed; shorten it (you typed “abc”)"
    )


def test_a_problem_does_not_repeat_an_identity_number():
    problem = clean_name("11010519491231002X").problem

    assert "identity card" in problem
    assert "1101" not in problem


@pytest.mark.parametrize(("id", "text", "expected"), EXPLANATIONS)
def test_it_knows_an_explanation_that_says_nothing(id, text, expected):
    assert is_empty_explanation(text) is expected


@pytest.mark.parametrize("raw", [None, 12345678, ["a long explanation"], True])
def test_only_text_explains(raw):
    assert is_empty_explanation(raw)


@pytest.mark.parametrize("padding", ["。", " ", "　", "!", "…", "1", "🎉", "\u200b", "核实"])
def test_padding_makes_no_explanation(padding):
    assert is_empty_explanation("核实无误" + padding * 20)


anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())
)


@given(anything | st.text(st.characters()))
def test_it_never_raises(raw):
    name = clean_name(raw)
    clean_text(raw, limit=5, label="Head", multiline=True)
    is_empty_explanation(raw)

    assert bool(name.problem) == (name.code not in ("", "blank"))
    (name.value + name.key + name.problem).encode()


@given(st.text())
def test_the_key_of_a_key_is_itself(text):
    assert name_key(name_key(text)) == name_key(text)


@given(st.text(st.characters()))
def test_a_quotation_is_short_and_can_be_written(text):
    assert len(shown(text)) <= 20
    shown(text).encode()
