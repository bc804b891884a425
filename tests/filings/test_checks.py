"""Each check of the table with a row that trips it and a neighbour that does not, at the boundary (domain §3)."""

from typing import NamedTuple

import pytest

from reporting.entry.columns import Field, fields_for
from reporting.entry.computed_figures import Computed, ComputedRow, OpenQuestion
from reporting.entry.reading import Finding, read_rows
from reporting.filings import checks
from reporting.filings.checks import CHECKS, Facts, run_checks, unanswered
from reporting.filings.replies import ReviewReason, SentBack

from ..bad_inputs.names import EXPLANATIONS
from ..factories import EXPLANATION, accepted, period, row, tenant

# Written from domain §3; a test below compares the programme's settings with it.
THRESHOLDS = {
    "average_low": {"training_attendances": 10},
    "average_high": {"training_attendances": 150, "outreach_attendances": 60},
    "row_high": {"textbooks": 3, "videos": 5},
    "year_percent_high": 300,
    "explanation_length": 8,
}
FIELDS = [
    Field("training_sessions", "培训（场）", "场", "", "", target=20),
    Field("training_attendances", "培训（人次）", "人次", "", "training_sessions", target=1000),
    Field("outreach_sessions", "三入（场次）", "场次", "", "", target=10),
    Field("outreach_attendances", "三入（人次）", "人次", "", "outreach_sessions"),
    Field("videos", "视频（个）", "个", "", "", target=1),
    Field("textbooks", "教材（本）", "本", "", ""),
    Field("cases", "案例（个）", "个", "", ""),
]
GIVEN = {"preparer": "甲", "head": "乙", "telephone": "0000"}
A, B = "海门街道社区学校", "洪家街道成校"
COMPUTED = Computed(
    (
        ComputedRow(
            "a", A, A, frozenset(), {}, questions=(OpenQuestion("23人。", ("first_phase_size", "23")),)
        ),
    )
)
BEFORE = {A: dict(zip([each.code for each in FIELDS], (2, 80, 1, 18, 0, 0, 0), strict=True))}


class Case(NamedTuple):
    """What trips a check, what it says, and what just does not trip it. Facts may differ between the two."""

    check: str
    code: str
    trips: list[dict]
    at: list[tuple[int | None, str]]  # (row, column) of each finding
    neighbour: list[dict]
    facts: dict = {}
    neighbour_facts: dict | None = None


def at(check: str, code: str, trips: dict, column: str, neighbour: dict, **facts) -> Case:
    """A check of one row."""
    return Case(check, code, [trips], [(0, column)], [neighbour], facts)


def whole(check: str, code: str, trips: list[dict], neighbour: list[dict], facts=None, neighbour_facts=None):
    """A check of the return as a whole."""
    return Case(check, code, trips, [(None, "")], neighbour, facts or {}, neighbour_facts)


PAIR, FEWER = "sessions_and_attendances_go_together", "attendances_at_least_sessions"
AVERAGE, LARGE, CUMULATIVE = "average_is_plausible", "row_is_not_too_large", "not_cumulative_by_mistake"
T, OA, OS = "training_attendances", "outreach_attendances", "outreach_sessions"
FULL = [row(A, 1, 50)]
KEY = read_rows(FULL, FIELDS).lines[0].key

SENT = SentBack(
    [ReviewReason("1-1", "请核对。", A, KEY, T, "培训（人次）")],
    {KEY: read_rows(FULL, FIELDS).lines[0].values},
)
KNOWN = "provider_is_known_otherwise"

HARD = [
    Case(
        "reasons_are_answered", "reason_unanswered", FULL, [(None, "reply-1-1")], [row(A, 1, 51)], {"sent_back": SENT}
    ),
    Case(
        "reasons_are_answered", "reason_unanswered", FULL, [(None, "reply-1-1")], FULL,
        {"sent_back": SENT, "replies": {"1-1": "核实无误核实无误"}},
        {"sent_back": SENT, "replies": {"1-1": EXPLANATION}},
    ),
    whole("rows_or_nil", "empty", [], FULL),
    whole("rows_or_nil", "empty", [{"provider": A, "values": {}}], [], {}, {"is_nil": True}),
    whole("rows_or_nil", "nil_with_rows", FULL, FULL, {"is_nil": True}, {}),
    at(PAIR, "one_without_other", row(A, 1, 0), T, row(A, 1, 1)),
    at(PAIR, "one_without_other", row(A, 0, 1), "training_sessions", row(A, 0, 0)),
    at(PAIR, "one_without_other", row(A, 0, 0, 1, 0), OA, row(A, 0, 0, 1, 1)),
    at(PAIR, "one_without_other", row(A, 0, 0, 0, 5), OS, row(A, 0, 0, 5, 5)),
    at(PAIR, "one_without_other", row(A, 0, 0, 1, "/"), OA, row(A, 0, 0, 0, "/")),
    at(PAIR, "one_without_other", row(A, 0, 0, 1, ""), OA, row(A, 0, 0, 1, "约50")),  # unreadable: told once
    at(FEWER, "fewer_than_sessions", row(A, 3, 2), T, row(A, 3, 3)),
    at(FEWER, "fewer_than_sessions", row(A, 0, 0, 3, 2), OA, row(A, 0, 0, 3, 3)),
    *[
        Case("contacts_given", "contact_missing", FULL, [(None, who)], FULL, {"contacts": GIVEN | {who: blank}}, {})
        for who in GIVEN
        for blank in ("", " \u3000")
    ],
    Case(
        "contacts_given",
        "too_long",
        FULL,
        [(None, "head")],
        FULL,
        {"contacts": GIVEN | {"head": "乙" * 41}},
        {"contacts": GIVEN | {"head": "乙" * 40}},
    ),
]  # fmt: skip

SOFT = [
    at(AVERAGE, "unusual_average", row(A, 1, 9), T, row(A, 1, 10)),
    at(AVERAGE, "unusual_average", row(A, 3, 29), T, row(A, 3, 30)),
    at(AVERAGE, "unusual_average", row(A, 1, 151), T, row(A, 1, 150)),
    at(AVERAGE, "unusual_average", row(A, 3, 451), T, row(A, 3, 450)),
    at(AVERAGE, "unusual_average", row(A, 0, 0, 1, 61), OA, row(A, 0, 0, 1, 60)),
    at(AVERAGE, "unusual_average", row(A, 1, 9), T, row(A, 2, 1)),  # fewer than sessions is told elsewhere
    at(LARGE, "row_high", row(A, 0, 0, 0, 0, 0, 4), "textbooks", row(A, 0, 0, 0, 0, 0, 3)),
    at(LARGE, "row_high", row(A, 0, 0, 0, 0, 6), "videos", row(A, 0, 0, 0, 0, 5)),
    at("training_is_not_outreach", "pairs_identical", row(A, 1, 50, 1, 50), OS, row(A, 1, 50, 1, 49)),
    at("training_is_not_outreach", "pairs_identical", row(A, 1, 50, 1, 50), OS, row(A, 0, 0, 0, 0)),
    whole(CUMULATIVE, "cumulative", [row(A, 3, 120, 2, 36)], [row(A, 3, 79, 2, 36)]),
    whole(CUMULATIVE, "cumulative", [row(A, 2, 80, 1, 19)], [row(A, 2, 80, 1, 17)]),
    whole(CUMULATIVE, "identical", [row(A, 2, 80, 1, 18)], [row(A, 1, 80, 1, 18)]),
    whole(CUMULATIVE, "identical", [row(A, 2, 80, 1, 18), row(B, 1, 9)], [row(B, 2, 80, 1, 18)]),
    whole(CUMULATIVE, "identical", [row(A, 2, 80, 1, 18)], [row(A, 2, 80, 1, 18)], {}, {"previous": {}}),
    whole("year_is_plausible", "year_high", [row(A, 61, 2999)], [row(A, 60, 3000)]),
    whole("year_is_plausible", "year_high", [row(A, 1, 50)], [row(A, 0, 0)], {"earlier": {"training_sessions": 60}}),
    whole("year_is_plausible", "year_high", [row(A, 0, 0, 0, 0, 4)], [row(A, 0, 0, 0, 0, 3, 99, 99)]),
    whole("not_all_zero_after_activity", "all_zero", [row(A, 0)], [row(A, 0, 0, 0, 0, 0, 0, 1)], {"previous_totals": {T: 80}}),
    whole("not_all_zero_after_activity", "all_zero", [row(A, 0)], [row(A, 0)], {"previous_totals": {T: 80}}, {"previous_totals": {T: 0}}),
    at("activities_are_explained", "activity_unexplained", row(A, 1, 50), "provider", row(B, 1, 50), computed=COMPUTED),
    at("provider_is_our_own", "other_tenants_name", row("黄岩区社区学院", 1, 50), "provider", row("北黄岩小学", 1, 50)),
]  # fmt: skip

INFORMATION = [
    whole("work_without_a_task", "extra_work", [row(A, 0, 0, 0, 0, 0, 1)], [row(A, 0, 0, 1, 18, 1)]),
    whole("work_without_a_task", "extra_work", [row(A, 0, 0, 0, 0, 0, 0, 1)], [row(A, 0)]),
    at(KNOWN, "provider_alike", row("海门成校", 1, 50), "provider", row(A, 1, 50), register={A: ["海门成校"]}),
    at(KNOWN, "provider_alike", row("海門街道社區學校", 1, 50), "provider", row(B, 1, 50), register={A: []}),
    at(KNOWN, "provider_alike", row("（海门）街道社区学校", 1, 50), "provider", row(B, 1, 50), register={A: []}),
    at(KNOWN, "provider_alike", row(f"椒江区{A}", 1, 50), "provider", row("社区学校", 1, 50), register={A: []}),
    at(KNOWN, "provider_alike", row("海门街道社区学", 1, 50), "provider", row("下陈街道社区学校", 1, 50), register={A: []}),
    Case(KNOWN, "provider_alike", [row(B, 1, 9), row("洪家街道成人校", 1, 9)], [(1, "provider")], [row("第一小学校", 1, 9), row("第二小学校", 1, 9)]),
]  # fmt: skip


def facts(**given) -> Facts:
    usual = {"contacts": GIVEN, "previous": BEFORE, "thresholds": THRESHOLDS, "other_tenants": ["黄岩"]}
    return Facts(fields=FIELDS, **usual | given)


def found(case: Case, rows: list[dict], given: dict) -> list[tuple]:
    """What the one check of the case finds: (code, row, column, class)."""
    check = getattr(checks, case.check)
    return [
        (each.code, each.row, each.column, kind(each))
        for each in check(read_rows(rows, FIELDS), facts(**given))
    ]


def kind(finding: Finding) -> str:
    return "hard" if finding.is_hard else "soft" if finding.key else "information"


KINDS = [*(("hard", each) for each in HARD), *(("soft", each) for each in SOFT)]
KINDS += [("information", each) for each in INFORMATION]


@pytest.mark.parametrize(("expected", "case"), KINDS)
def test_it_finds_what_cannot_be_right(expected, case):
    assert found(case, case.trips, case.facts) == [(case.code, *place, expected) for place in case.at]


@pytest.mark.parametrize(("_expected", "case"), KINDS)
def test_it_finds_nothing_just_inside_the_limit(_expected, case):
    given = case.facts if case.neighbour_facts is None else case.neighbour_facts
    assert found(case, case.neighbour, given) == []


def test_every_check_of_the_table_is_tested_here():
    assert {case.check for _expected, case in KINDS} == {check.__name__ for check in CHECKS}


@pytest.mark.parametrize("case", [case for _expected, case in KINDS if case.check != "contacts_given"])
def test_a_check_whose_threshold_is_not_set_is_off(case):
    without = found(case, case.trips, case.facts | {"thresholds": {}})
    needs_one = case.check in {AVERAGE, LARGE, "year_is_plausible"}
    assert bool(without) is not needs_one


def test_the_programme_has_the_thresholds_of_the_documents_reading(db):
    assert period().programme.thresholds == THRESHOLDS


@pytest.mark.parametrize("code", ["2021Q2", "2022Q1"])
def test_the_columns_here_are_the_programmes(code, db):
    """The pairs of 场 and 人次, in the order of the form."""
    fields = fields_for(tenant("jiaojiang"), period(code))
    assert [(each.code, each.sessions) for each in fields] == [(each.code, each.sessions) for each in FIELDS]


def test_it_finds_everything_at_once_in_the_order_of_the_sheet():
    rows = [row(A, 1, 9), row("合计", 2, 1), row(A, "x", 5)]
    findings = run_checks(read_rows(rows, FIELDS), facts(contacts=GIVEN | {"head": ""}, previous={}))
    assert [(each.code, each.row, each.column) for each in findings] == [
        ("unusual_average", 0, T),
        ("total_row", 1, "provider"),
        ("fewer_than_sessions", 1, T),
        ("not_a_number", 2, "training_sessions"),
        ("provider_twice", 2, "provider"),
        ("contact_missing", None, "head"),
    ]


# --- explanations


def soft(*figures: int) -> Finding:
    """The one soft finding of a row with these figures."""
    (finding,) = run_checks(read_rows([row(A, *figures)], FIELDS), facts(previous={}))
    return finding


@pytest.mark.parametrize(("_id", "text", "is_empty"), EXPLANATIONS)
def test_an_explanation_that_says_nothing_explains_nothing(_id, text, is_empty):
    assert unanswered([soft(1, 9)], {soft(1, 9).key: text}, 8) == ([soft(1, 9)] if is_empty else [])


@pytest.mark.parametrize(("text", "is_enough"), [("小班教学，来了九", True), ("小班教学来了九", False)])
def test_an_explanation_has_at_least_eight_characters(text, is_enough):
    assert (len(text) >= 8) is is_enough
    assert (unanswered([soft(1, 9)], {soft(1, 9).key: f" {text} "}, 8) == []) is is_enough


def test_an_explanation_stands_for_the_figure_that_it_was_written_for():
    written = {soft(1, 9).key: EXPLANATION}
    assert unanswered([soft(1, 9)], written, 8) == []
    assert unanswered([soft(1, 8)], written, 8) == [soft(1, 8)]
    assert unanswered([soft(2, 9)], written, 8) == [soft(2, 9)]


# A row that trips one soft check, and the same row with another figure that trips it as well.
CHANGED = {
    "unusual_average": (row(A, 1, 9), row(A, 1, 8)),
    "row_high": (row(A, 0, 0, 0, 0, 6), row(A, 0, 0, 0, 0, 7)),
    "pairs_identical": (row(A, 1, 50, 1, 50), row(A, 1, 51, 1, 51)),
    "cumulative": (row(A, 2, 80, 1, 19), row(A, 2, 80, 1, 20)),
    "year_high": (row(A, 61, 2440), row(A, 62, 2480)),
}


@pytest.mark.parametrize("code", CHANGED)
def test_another_figure_asks_for_another_explanation(code):
    def key(rows: dict) -> set[str]:
        findings = run_checks(read_rows([rows], FIELDS), facts())
        return {each.key for each in findings if each.code == code}

    before, after = map(key, CHANGED[code])
    assert (len(before), len(after), before & after) == (1, 1, set())


def test_a_programme_may_ask_for_longer_explanations():
    written = {soft(1, 9).key: EXPLANATION}
    assert unanswered([soft(1, 9)], written, len(EXPLANATION)) == []
    assert unanswered([soft(1, 9)], written, len(EXPLANATION) + 1) == [soft(1, 9)]


def test_no_explanation_answers_a_hard_finding():
    (finding,) = run_checks(read_rows([row(A, 1, 0)], FIELDS), facts(previous={}))
    assert unanswered([finding], {"": EXPLANATION, finding.key: EXPLANATION}, 8) == [finding]


def test_information_needs_no_explanation():
    (finding,) = run_checks(read_rows([row(A, 0, 0, 0, 0, 0, 1)], FIELDS), facts(previous={}))
    assert (finding.code, unanswered([finding], {}, 8)) == ("extra_work", [])


def test_explanations_travel_with_the_version(clerk):
    version = accepted(clerk, row(A, 1, 9), row(B, 0, 0, 1, 61)).accepted
    assert [(each["answer"], A in each["question"]) for each in version.explanations] == [
        (EXPLANATION, False),
        (EXPLANATION, False),
    ]
    assert ["9" in each["question"] for each in version.explanations] == [True, False]
