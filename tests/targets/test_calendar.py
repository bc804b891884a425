"""On time, late, on schedule."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from targets.calendar import Label, progress_label, timeliness

SHANGHAI_TIME = ZoneInfo("Asia/Shanghai")
DUE = datetime(2021, 9, 29, tzinfo=SHANGHAI_TIME)


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        (datetime(2021, 9, 1, tzinfo=SHANGHAI_TIME), 0),
        (datetime(2021, 9, 28, 23, 59, 59, 999999, tzinfo=SHANGHAI_TIME), 0),
        (datetime(2021, 9, 29, tzinfo=SHANGHAI_TIME), 1),
        (datetime(2021, 9, 29, 23, 59, tzinfo=SHANGHAI_TIME), 1),
        (datetime(2021, 9, 30, tzinfo=SHANGHAI_TIME), 2),
        (datetime(2021, 9, 28, 15, 59, 59, tzinfo=UTC), 0),
        (datetime(2021, 9, 28, 16, 0, tzinfo=UTC), 1),
        (datetime(2021, 9, 29, 16, 0, tzinfo=UTC), 2),
    ],
)
def test_days_late_are_calendar_days_in_shanghai(submitted, days):
    assert timeliness(submitted, DUE) == days


def test_an_instant_due_at_noon_is_a_day_late_the_same_afternoon():
    noon = datetime(2021, 9, 28, 12, tzinfo=SHANGHAI_TIME)
    assert timeliness(noon, noon) == 1
    assert timeliness(datetime(2021, 9, 29, 1, tzinfo=SHANGHAI_TIME), noon) == 1


@pytest.mark.parametrize(
    ("rate", "label"),
    [
        (None, Label.BEHIND),
        (Decimal("39.9"), Label.BEHIND),
        (Decimal("40.0"), Label.ON_SCHEDULE),
        (Decimal("99.9"), Label.ON_SCHEDULE),
        (Decimal("100.0"), Label.DONE),
        (Decimal("305.0"), Label.DONE),
    ],
)
def test_progress_is_judged_by_the_time_passed(rate, label):
    assert progress_label(rate, Decimal(40), has_task=True) == label


def test_no_task_is_neither_behind_nor_done():
    assert progress_label(None, Decimal(100), has_task=False) == Label.NO_TASK


def test_nothing_done_is_on_schedule_where_nothing_is_expected():
    assert progress_label(None, Decimal(0), has_task=True) == Label.ON_SCHEDULE
