"""Rates, scores and ranks, on the demonstration year 2021: its targets and final figures, None where there is no task."""

from decimal import Decimal

import pytest

from targets.assessment import assess, completion_rate, score

CODES = ["training_sessions", "training_attendances", "outreach_sessions", "videos", "textbooks", "cases"]

_TARGETS = {
    "jiaojiang": [20, 1000, 10, None, None, None],
    "huangyan": [20, 1000, 10, None, None, None],
    "luqiao": [20, 1000, 10, None, None, None],
    "linhai": [25, 1250, 15, 1, None, None],
    "wenling": [25, 1250, 15, 1, None, None],
    "yuhuan": [20, 1000, 10, 1, None, None],
    "tiantai": [20, 1000, 10, None, None, None],
    "xianju": [20, 1000, 10, None, None, None],
    "sanmen": [20, 1000, 10, None, None, None],
    "taizhou-rtvu": [10, 500, None, 7, 1, 1],
}

_ACTUALS = {
    "jiaojiang": [21, 1050, 11, 0, 0, 0],
    "huangyan": [30, 1500, 15, 0, 0, 0],
    "luqiao": [20, 1000, 10, 0, 0, 0],
    "linhai": [25, 1250, 15, 1, 0, 0],
    "wenling": [27, 1343, 16, 1, 0, 0],
    "yuhuan": [18, 885, 10, 1, 0, 0],
    "tiantai": [18, 821, 9, 0, 0, 0],
    "xianju": [21, 548, 10, 0, 0, 0],
    "sanmen": [20, 999, 10, 0, 0, 0],
    "taizhou-rtvu": [10, 500, 2, 7, 1, 1],
    "taizhouwan": [2, 88, 1, 0, 0, 0],
    "taizhou-universities": [1, 60, 3, 0, 0, 0],
}

RANKED = list(_TARGETS)[:9]


def _figures(row: list) -> dict:
    return {code: figure for code, figure in zip(CODES, row, strict=True) if figure is not None}


TARGETS = {tenant: _figures(row) for tenant, row in _TARGETS.items()}
ACTUALS = {tenant: _figures(row) for tenant, row in _ACTUALS.items()}


def test_the_year_ranks_as_reckoned_by_hand():
    rows = assess(TARGETS, ACTUALS, RANKED)
    assert [(row.tenant, str(row.score), row.rank, row.tied) for row in rows] == [
        ("jiaojiang", "100.00", 1, True),
        ("huangyan", "100.00", 1, True),
        ("luqiao", "100.00", 1, True),
        ("linhai", "100.00", 1, True),
        ("wenling", "100.00", 1, True),
        ("sanmen", "99.97", 6, False),
        ("yuhuan", "94.63", 7, False),
        ("tiantai", "87.37", 8, False),
        ("xianju", "84.93", 9, False),
    ]


def test_only_ranked_tenants_are_assessed():
    assert {row.tenant for row in assess(TARGETS, ACTUALS, ["sanmen", "xianju"])} == {"sanmen", "xianju"}


def test_a_rate_is_none_where_there_is_no_task():
    (sanmen,) = assess(TARGETS, ACTUALS, ["sanmen"])
    assert sanmen.rates == {
        "training_sessions": Decimal("100.0"),
        "training_attendances": Decimal("99.9"),
        "outreach_sessions": Decimal("100.0"),
        "videos": None,
        "textbooks": None,
        "cases": None,
    }


@pytest.mark.parametrize(
    ("actual", "target", "rate"),
    [
        (999, 1000, "99.9"),
        (9999, 10000, "99.9"),
        (99_999_999, 100_000_000, "99.9"),
        (1000, 1000, "100.0"),
        (10004, 10000, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),  # 0.05: half goes up
        (205, 2000, "10.3"),  # 10.25, where rounding half to even says 10.2
        (99949, 100000, "99.9"),
        (0, 20, "0.0"),
        (61, 20, "305.0"),
    ],
)
def test_a_completion_rate_rounds_half_up_but_never_to_100_from_below(actual, target, rate):
    assert str(completion_rate(actual, target)) == rate


@pytest.mark.parametrize("target", [None, 0])
def test_without_a_task_there_is_no_rate(target):
    assert completion_rate(5, target) is None


def test_a_score_is_rounded_once_from_the_exact_fraction():
    assert score({"a": 20, "b": 1000, "c": 10, "d": 1}, {"a": 18, "b": 885, "c": 10, "d": 1}) == Decimal(
        "94.63"
    )


def test_a_surplus_does_not_make_up_for_another_indicator():
    assert score({"a": 10, "b": 10}, {"a": 30, "b": 5}) == Decimal("75.00")


def test_a_figure_that_is_missing_scores_nothing():
    assert score({"a": 10, "b": 10}, {"a": 10, "b": None}) == Decimal("50.00")


def test_weights_can_be_set():
    assert score({"a": 10, "b": 10}, {"a": 10, "b": 0}, {"a": 3}) == Decimal("75.00")


def test_without_any_task_there_is_no_score_and_no_rank():
    rows = assess({"a": {"x": 10}}, {"a": {"x": 10}, "b": {"x": 3}}, ["b", "a"])
    assert [(row.tenant, row.score, row.rank) for row in rows] == [
        ("a", Decimal("100.00"), 1),
        ("b", None, None),
    ]


def test_ranks_skip_after_a_tie():
    targets = {tenant: {"x": 100_000} for tenant in "abcd"}
    actuals = {"a": {"x": 50_000}, "b": {"x": 90_001}, "c": {"x": 90_002}, "d": {"x": 10}}
    rows = assess(targets, actuals, "abcd")
    assert [(row.tenant, str(row.score), row.rank, row.tied) for row in rows] == [
        ("b", "90.00", 1, True),
        ("c", "90.00", 1, True),
        ("a", "50.00", 3, False),
        ("d", "0.01", 4, False),
    ]
