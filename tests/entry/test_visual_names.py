"""Two names that look the same have one key, and the register's name is found by any spelling of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.entry.names import name_key
from reporting.entry.registered_names import RegisteredNames
from reporting.entry.visual_names import visual_key

from ..bad_inputs.names import SAME_LOOK, SAME_NAME

NAME, OTHER = "下陈街道成校", "古城街道成校"


@pytest.mark.parametrize(("_id", "one", "other", "is_same"), [*SAME_NAME, *SAME_LOOK])
def test_what_looks_the_same_has_one_key(_id, one, other, is_same):
    assert (visual_key(one) == visual_key(other)) is is_same


@given(st.text(st.characters()))
def test_the_key_of_a_key_is_itself(text):
    assert visual_key(visual_key(text)) == visual_key(text) == visual_key(name_key(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (NAME, ""),
        (f" {NAME} ", ""),
        ("下陈", NAME),
        ("下 陈", NAME),
        ("下陈街道 成校", NAME),
        ("古城", ""),
        ("", ""),
    ],
)
def test_it_finds_who_is_meant(typed, meant):
    names = RegisteredNames({NAME: ["下陈", OTHER], OTHER: []})
    assert names.meant_by(typed) == meant
    assert names.key_of(typed) == name_key(meant or typed)


def test_a_name_goes_before_the_alias_of_another():
    assert RegisteredNames({NAME: ["古 城街道成校"], OTHER: []}).meant_by("古　城街道成校") == OTHER
