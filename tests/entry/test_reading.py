"""How typed rows become lines: what is read, what is left out, what is refused at which cell."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.entry.columns import Field, fields_for
from reporting.entry.names import name_key
from reporting.entry.reading import MAXIMUM_ROWS, read_rows
from reporting.entry.registered_names import RegisteredNames

from ..bad_inputs.names import SAME_LOOK, SAME_NAME
from ..factories import period, tenant

SESSIONS = Field("sessions", "培训（场）", "场", "", "", target=20)
PEOPLE = Field("people", "三入（人次）", "人次", "", "")  # no task
UNCREDITED = Field("assistance", "帮办（人次）", "人次", "", "", is_credited=False)
FIELDS = [SESSIONS, PEOPLE]
A, B = "海门街道社区学校", "洪家街道成校"


def typed(provider: object, *figures: object, fields=FIELDS) -> dict:
    codes = [each.code for each in fields][: len(figures)]
    return {"provider": provider, "values": dict(zip(codes, figures, strict=True))}


class Read(NamedTuple):
    """Lines as (provider, values), findings and notices as (code, row, column)."""

    lines: list
    findings: list
    notices: list


def read(*rows: dict, fields=FIELDS) -> Read:
    reading = read_rows(rows, fields)
    return Read(
        [(line.provider, line.values) for line in reading.lines],
        [(each.code, each.row, each.column) for each in reading.findings if each.is_hard],
        [(each.code, each.row, each.column) for each in reading.notices if not each.is_hard],
    )


# --- one cell: what was typed in the column with a task, in the one without, and what becomes of it

CELLS = {
    "a blank cell with a task": (["", 3], {"people": 3}, [("blank", 0, "sessions")], []),
    "a cell that was not posted": ([None, 3], {"people": 3}, [("blank", 0, "sessions")], []),
    "blanks alone": ([" \u3000\t", 3], {"people": 3}, [("blank", 0, "sessions")], []),
    "/ with a task": (["/", 3], {"people": 3}, [("has_task", 0, "sessions")], []),
    "无 with a task": (["无", 3], {"people": 3}, [("has_task", 0, "sessions")], []),
    "a blank cell without a task": ([1, ""], {"sessions": 1, "people": None}, [], []),
    "/ without a task": ([1, "/"], {"sessions": 1, "people": None}, [], []),
    "／ without a task": ([1, "／"], {"sessions": 1, "people": None}, [], []),
    "— without a task": ([1, "—"], {"sessions": 1, "people": None}, [], [("no_task", 0, "people")]),
    "0 is a figure": ([0, 0], {"sessions": 0, "people": 0}, [], []),
    "work without a task": ([1, 18], {"sessions": 1, "people": 18}, [], []),
    "full width": (["１", "18人次"], {"sessions": 1, "people": 18}, [], [("full_width", 0, "sessions"), ("own_unit", 0, "people")]),
    "decimals": (["1.5", 0], {"people": 0}, [("not_whole", 0, "sessions")], []),
    "both unreadable": (["约50", "-1"], {}, [("not_exact", 0, "sessions"), ("negative", 0, "people")], []),
    "NUL": (["1\x002", 0], {"people": 0}, [("invisible", 0, "sessions")], []),
    "a truth value": ([True, 0], {"people": 0}, [("boolean", 0, "sessions")], []),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS)
def test_it_reads_a_cell(case):
    figures, values, findings, notices = CELLS[case]
    assert read(typed(A, *figures)) == Read([(A, values)], findings, notices)


def test_no_task_is_not_zero_and_adds_nothing():
    reading = read_rows([typed(A, 1, "/"), typed(B, 2, 5)], FIELDS)
    assert reading.totals(FIELDS) == {"sessions": 3, "people": 5}
    assert [line.values["people"] for line in reading.lines] == [None, 5]
    assert [line.figure("people") for line in reading.lines] == [0, 5]


def test_an_unreadable_cell_is_neither_zero_nor_no_task():
    (line,) = read_rows([typed(A, "约50", 1)], FIELDS).lines
    assert ("sessions" in line.values, line.figure("sessions"), line.value("sessions")) == (False, None, 0)


# --- a column that does not count for the tenant

NOT_CREDITED = {
    "left empty": ("", {"assistance": None}, []),
    "/": ("/", {"assistance": None}, []),
    "0": ("0", {"assistance": None}, []),
    "a figure": ("5", {"assistance": 5}, [("not_credited", 0, "assistance")]),
    "junk": ("约5", {}, [("not_exact", 0, "assistance")]),
}


@pytest.mark.parametrize("case", NOT_CREDITED)
def test_a_column_that_is_not_credited_takes_no_figure(case):
    raw, values, findings = NOT_CREDITED[case]
    row = typed(A, 1, raw, fields=[SESSIONS, UNCREDITED])
    assert read(row, fields=[SESSIONS, UNCREDITED])[:2] == ([(A, {"sessions": 1} | values)], findings)


def test_the_open_university_is_credited_with_training_only(db):
    fields = fields_for(tenant("sh-open-university"), period("2021Q1", "shanghai"))
    assert {each.code: each.is_credited for each in fields} == {
        "training_attendances": True,
        "assistance_attendances": False,
    }


# --- rows

ROWS = {
    "nothing": ([], Read([], [], [])),
    "blank rows": ([typed(" \u3000", "", "\t"), {"provider": None, "values": {}}], Read([], [], [])),
    "a name carried over without figures": ([typed(A, "", " ")], Read([], [], [("row_left_out", 0, "")])),
    "a name without columns": ([typed(A)], Read([], [], [("row_left_out", 0, "")])),
    "figures without a name": ([typed("　", 1, 2)], Read([("", {"sessions": 1, "people": 2})], [("provider_missing", 0, "provider")], [])),
    "0 is typed, so the row counts": ([typed(A, "0", "0")], Read([(A, {"sessions": 0, "people": 0})], [], [])),
    "/ is typed, so the row counts": ([typed(A, "", "/")], Read([(A, {"people": None})], [("blank", 0, "sessions")], [])),
    "a total row": ([typed("合　计：", 1, 2)], Read([], [("total_row", 0, "provider")], [])),
    "a total row is not asked for its cells": ([typed("城区小计", "", "x")], Read([], [("total_row", 0, "provider")], [])),
    "a provider called nothing is a blank row": ([typed("无", "", ""), typed("N/A")], Read([], [], [])),
    "figures of a provider called nothing": ([typed("无", 1, 2)], Read([("", {"sessions": 1, "people": 2})], [("provider_missing", 0, "provider")], [])),
    "a gap keeps the numbers of the rows": ([typed("", "", ""), typed(A, "x", 1)], Read([(A, {"people": 1})], [("not_a_number", 1, "sessions")], [])),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_it_reads_rows(case):
    rows, expected = ROWS[case]
    assert read(*rows) == expected


@pytest.mark.parametrize(("_id", "one", "other", "is_same"), SAME_NAME)
def test_a_provider_stands_in_one_row_only(_id, one, other, is_same):
    assert read(typed(one, 1, 2), typed(other, 3, 4)).findings == (
        [("provider_twice", 1, "provider")] if is_same else []
    )


@pytest.mark.parametrize(("_id", "one", "other", "is_same"), SAME_LOOK)
def test_a_provider_that_looks_the_same_stands_in_one_row_only(_id, one, other, is_same):
    reading = read_rows([typed(one, 1, 2), typed(B, 1, 2), typed(other, 3, 4)], FIELDS)
    assert [(each.code, each.row) for each in reading.findings] == [("provider_twice", 2)] * is_same
    for each in reading.findings:
        assert [part in each.text for part in ("3", "1", other)] == [True] * 3
        assert one in each.text or name_key(one) == name_key(other)


def test_no_sum_counts_the_row_of_a_total():
    reading = read_rows([typed(A, 1, 2), typed("本页合计", 1, 2)], FIELDS)
    assert reading.totals(FIELDS) == {"sessions": 1, "people": 2}


NAMES = RegisteredNames({A: ["海门成校"], B: []})


def test_an_alias_is_read_as_the_registered_name_with_a_notice_that_offers_it():
    reading = read_rows([typed("海门 成校", 1, 2)], FIELDS, names=NAMES)
    ((line,), (notice,)) = reading.lines, reading.notices
    assert (line.provider, line.key, reading.findings) == (A, A, [])
    assert (notice.code, notice.anchor, notice.offer) == ("registered_name", "row-1-provider", A)
    assert "海门 成校" in notice.text and A in notice.text


def test_an_alias_beside_its_provider_is_the_provider_twice():
    rows = [typed("海门成校", 1, 2), typed(A, 3, 4)]
    ((finding,), plain) = read_rows(rows, FIELDS, names=NAMES).findings, read_rows(rows, FIELDS)
    assert (finding.code, finding.row, plain.findings) == ("provider_twice", 1, [])
    assert [part in finding.text for part in ("2", "1", "海门成校", A)] == [True] * 4


def test_both_rows_of_a_repeated_provider_are_named():
    (finding,) = read_rows([typed(A, 1, 2), typed(B, 1, 2), typed(A, 3, 4)], FIELDS).findings
    assert ["3" in finding.text, "1" in finding.text, A in finding.text] == [True, True, True]


def test_a_third_row_of_the_same_provider_is_named_as_well():
    rows = [typed(A, 1, 2)] * 3
    assert read(*rows).findings == [("provider_twice", 1, "provider"), ("provider_twice", 2, "provider")]


@pytest.mark.parametrize(("count", "findings"), [(200, []), (201, [("too_many_rows", None, "")])])
def test_a_return_has_at_most_two_hundred_rows(count, findings):
    rows = [typed(f"第{number}学校", 1, 2) for number in range(count)]
    reading = read(*rows)
    assert (MAXIMUM_ROWS, len(reading.lines), reading.findings) == (200, 200, findings)
    assert all(str(count) in each.text for each in read_rows(rows, FIELDS).findings)


def test_a_cell_names_its_row_its_column_and_what_was_typed():
    (finding,) = read_rows([typed(B, 1, 2), typed(A, "１２．５", 1)], FIELDS).findings
    assert [part in finding.text for part in ("2", "培训（场）", "１２．５")] == [True, True, True]
    assert finding.anchor == "row-2-sessions"


raw = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.lists(st.text())


@given(st.lists(st.fixed_dictionaries({"provider": raw, "values": st.dictionaries(st.sampled_from(["sessions", "people", "other"]), raw)})))  # fmt: skip
def test_it_never_raises_and_says_why_a_figure_is_missing(rows):
    reading = read_rows(rows, FIELDS)
    refused = {(each.row, each.column) for each in reading.findings}
    assert {
        (line.row, code)
        for line in reading.lines
        for code in ("sessions", "people")
        if code not in line.values
    } <= refused
    assert {line.row for line in reading.lines if not line.provider} <= {
        row for row, column in refused if column == "provider"
    }
