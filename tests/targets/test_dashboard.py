"""Targets against figures."""

from datetime import date
from decimal import Decimal
from math import ceil

import pytest

from targets import dashboard
from targets.assessment import assess
from targets.calendar import Label

TARGETS = {"county": {"sessions": 20, "videos": 1}, "city": {"sessions": 10}}
ACTUALS = {
    "county": {"sessions": 7, "attendances": 300, "videos": None},
    "city": {"sessions": 10, "attendances": 500, "videos": 2},
    "university": {"sessions": 3, "attendances": 60, "videos": 0},
}
HALF = Decimal(40)
LATER = date(2022, 3, 21)


def cell(row, indicator):
    found = row.cell(indicator)
    return (found.target, found.actual, found.rate, found.remaining, found.expected, found.label, found.step)


def test_a_row_holds_the_assigned_indicators():
    county, city, university = dashboard.rows(TARGETS, ACTUALS, HALF)
    assert [row.tenant for row in (county, city, university)] == ["county", "city", "university"]
    assert cell(county, "sessions") == (20, 7, Decimal("35.0"), 13, 8, Label.BEHIND, 1)
    assert cell(county, "videos") == (1, None, Decimal("0.0"), 1, Decimal("0.4"), Label.BEHIND, 0)
    assert cell(city, "sessions") == (10, 10, Decimal("100.0"), 0, 4, Label.DONE, 4)
    assert (city.cell("videos"), university.cells) == (None, ())


def test_work_without_a_task_is_extra_but_attendances_are_not():
    county, city, university = dashboard.rows(TARGETS, ACTUALS, HALF)
    assert county.extra == ()
    assert city.extra == (dashboard.Extra("videos", 2),)
    assert university.extra == (dashboard.Extra("sessions", 3),)


def test_the_whole_counts_everybodys_figures_against_the_sum_of_the_targets():
    assert cell(dashboard.whole(TARGETS, ACTUALS, HALF), "sessions")[:3] == (30, 20, Decimal("66.7"))


def test_the_subtotal_counts_tenants_with_targets():
    assert cell(dashboard.subtotal(TARGETS, ACTUALS, HALF), "sessions")[:3] == (30, 17, Decimal("56.7"))


def test_nothing_filed_by_anybody_is_not_zero():
    assert dashboard.whole(TARGETS, {}, HALF).cell("videos").actual is None


@pytest.mark.parametrize(
    ("actual", "step"), [(0, 0), (249, 0), (250, 1), (500, 2), (750, 3), (999, 3), (1000, 4)]
)
def test_the_heat_map_has_five_steps(actual, step):
    (row,) = dashboard.rows({"a": {"x": 1000}}, {"a": {"x": actual}}, HALF)
    assert row.cells[0].step == step


@pytest.mark.parametrize(
    ("target", "percent", "expected"),
    [
        (25, 10, "2.5"),
        (25, 0, "0"),
        (1, 10, "0.1"),
        (20, 40, "8"),
        (7, 100, "7"),
        (7, "33.33", "2.33"),
        (1000, 10, "100"),
    ],
)
def test_the_expected_figure_is_exact(target, percent, expected):
    (row,) = dashboard.rows({"a": {"x": target}}, {"a": {"x": ceil(Decimal(expected))}}, Decimal(percent))
    assert str(row.cells[0].expected) == expected
    assert row.cells[0].label in (Label.ON_SCHEDULE, Label.DONE)


def test_one_less_than_expected_is_behind():
    (row,) = dashboard.rows({"a": {"x": 25}}, {"a": {"x": 2}}, Decimal(10))
    assert row.cells[0].label == Label.BEHIND


def test_the_order_is_the_programmes_whoever_stands_first():
    targets = {"first": {"videos": 1, "sessions": 5}, "second": {"lectures": 2, "sessions": 1}}
    order = ["sessions", "lectures", "videos"]
    assert dashboard.targeted(targets, order) == order
    first, second = dashboard.rows(targets, {}, None, order=order)
    assert [cell.indicator for cell in first.cells] == ["sessions", "videos"]
    assert [cell.indicator for cell in second.cells] == ["sessions", "lectures"]
    assert [cell.indicator for cell in dashboard.whole(targets, {}, None, order=order).cells] == order
    (row,) = assess(targets, {}, ["first"], order=order)
    assert list(row.rates) == order


def test_when_the_year_is_closed_nobody_is_behind():
    (row,) = dashboard.rows({"a": {"x": 10, "y": 10}}, {"a": {"x": 9, "y": 10}}, Decimal(100))
    assert [cell.label for cell in row.cells] == [Label.BEHIND, Label.DONE]
    assert [cell.label for cell in dashboard.closed(row).cells] == [Label.UNFINISHED, Label.DONE]


def test_a_target_that_is_not_known_is_not_no_task():
    targets, done = {"a": {"x": 10}}, {"a": {"x": 5, "y": 3}, "b": {"x": 2}}
    lacking = {("a", "y"), ("b", "x")}
    a, b = dashboard.rows(targets, done, None, order=["x", "y"], lacking=lambda *cell: cell in lacking)
    assert a.extra == (dashboard.Extra("y", 3, is_loaded=False),)
    assert b.extra == (dashboard.Extra("x", 2, is_loaded=False),)
    assert (a.extra[0].sign, a.extra[0].label) == ("未载入", Label.NOT_LOADED)
    assert (dashboard.Extra("y", 3).sign, dashboard.Extra("y", 3).label) == ("/", Label.NO_TASK)


def test_running_totals_meet_the_milestones():
    ends = [date(2021, 3, 31), date(2021, 6, 30)]
    series = {"module": [69_000, 176_000], "self_reported": [113_000, 256_000]}
    milestones = [(date(2021, 6, 30), 600_000, "60万"), (date(2021, 9, 30), 1_000_000, "100万")]
    data = dashboard.cumulative(ends, series, milestones, LATER)
    assert [(point.parts["module"], point.total) for point in data.points] == [
        (69_000, 182_000),
        (245_000, 614_000),
    ]
    assert [mark.is_reached for mark in data.marks] == [True, None]


def test_a_milestone_reached_too_late_was_not_reached():
    data = dashboard.cumulative(
        [date(2021, 6, 30), date(2021, 9, 30)], {"a": [5, 5]}, [(date(2021, 6, 30), 10, "")], LATER
    )
    assert [mark.is_reached for mark in data.marks] == [False]


@pytest.mark.parametrize(
    ("figure", "today", "expected"),
    [
        (9, date(2021, 5, 1), None),
        (9, date(2021, 6, 30), None),
        (9, date(2021, 7, 1), False),
        (10, date(2021, 6, 30), True),
    ],
)
def test_nothing_is_missed_before_the_day_of_the_milestone_is_over(figure, today, expected):
    """“预计6月底前”: the 30th of June belongs to it."""
    day = date(2021, 6, 30)
    (mark,) = dashboard.cumulative([day], {"a": [figure]}, [(day, 10, "")], today).marks
    assert mark.is_reached is expected


def test_the_recording_channels_stand_side_by_side():
    quarters = [
        {"module": {"a": {"x": 45, "y": 1}, "b": {"x": 24}}, "self_reported": {"c": {"x": 82}}},
        {"module": {"a": {"x": 5}}, "unrecorded": {"b": {"x": 7}}},
    ]
    assert dashboard.sums_by_channel(quarters, "x") == [
        {"module": 69, "self_reported": 82, "unrecorded": 0},
        {"module": 74, "self_reported": 82, "unrecorded": 7},
    ]
