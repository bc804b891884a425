"""On which day which reminder goes out."""

from datetime import date, datetime, timedelta

import pytest

from reporting.models.reminders import ReminderKind
from reporting.reminders.calendar import due_now, schedule, working_day

FIRST_DUE = date(2021, 3, 28)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-03-28", "2021-03-26"),  # a Sunday
        ("2021-03-27", "2021-03-26"),
        ("2021-09-26", "2021-09-26"),  # a Sunday on which people work (调休)
        ("2021-09-21", "2021-09-18"),  # 中秋节, after a Saturday on which people work
        ("2021-10-05", "2021-09-30"),  # 国庆节
        ("2022-02-05", "2022-01-30"),  # 春节: the Sunday before is a working day
        ("2022-03-28", "2022-03-28"),
    ],
)
def test_it_is_the_working_day_before(day, expected):
    assert working_day(date.fromisoformat(day)) == date.fromisoformat(expected)


def test_it_reminds_of_the_first_due_day_on_friday_the_26th():
    """28 March 2021 is a Sunday: one reminder on the Friday stands for the day and for the day before."""
    assert {str(day): str(kind) for day, kind in schedule(FIRST_DUE).items()} == {
        "2021-03-19": "before-7", "2021-03-25": "before-3", "2021-03-26": "due-day",
        "2021-03-29": "after-1", "2021-03-31": "after-3",
    }  # fmt: skip


def test_it_reminds_six_times_when_every_day_is_a_working_day():
    assert list(schedule(date(2021, 12, 28)).values()) == [
        ReminderKind.BEFORE_7, ReminderKind.BEFORE_3, ReminderKind.BEFORE_1, ReminderKind.DUE_DAY, ReminderKind.AFTER_1, ReminderKind.AFTER_3,
    ]  # fmt: skip


def test_it_does_not_call_the_due_day_late_when_the_days_after_it_are_holidays():
    """Friday 30 September 2022 is followed by the holidays: what would come after falls on the due day itself."""
    assert [str(kind) for kind in schedule(date(2022, 9, 30)).values()] == [
        "before-7", "before-3", "before-1", "due-day",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2021-03-26T08:59:59", ReminderKind.BEFORE_3),  # still yesterday's, if it was missed
        ("2021-03-26T09:00:00", ReminderKind.DUE_DAY),
        ("2021-03-26T15:00:00", ReminderKind.DUE_DAY),  # six hours late
        ("2021-03-27T08:59:59", ReminderKind.DUE_DAY),
        ("2021-03-27T09:00:00", None),  # overtaken: nobody is told on Saturday what was due on Friday
        ("2021-03-28T12:00:00", None),
        ("2021-03-29T09:00:00", ReminderKind.AFTER_1),
        ("2021-04-01T09:00:00", None),
    ],
)
def test_it_makes_up_for_hours_but_not_for_days(moment, expected):
    assert due_now(FIRST_DUE, at(moment), 9) == expected


def test_it_goes_by_beijing_time_wherever_the_server_stands():
    assert due_now(FIRST_DUE, datetime.fromisoformat("2021-03-26T01:00:00+00:00"), 9) == ReminderKind.DUE_DAY
    assert due_now(FIRST_DUE, datetime.fromisoformat("2021-03-26T00:59:00+00:00"), 9) == ReminderKind.BEFORE_3


@pytest.mark.parametrize("offset", range(0, 400, 7))
def test_it_never_reminds_on_a_day_off_nor_twice_on_a_day(offset):
    due_on = date(2021, 1, 1) + timedelta(days=offset)
    days = list(schedule(due_on))
    assert all(working_day(day) == day for day in days)
    assert len(days) == len(set(days)) and ReminderKind.DUE_DAY in schedule(due_on).values()
