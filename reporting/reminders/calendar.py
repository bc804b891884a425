"""On which day does which reminder go out? Pure: a due day and an instant in, a reminder out.

“Scheduled reminders (T−7, −3, −1, day, +1, +3)”, each on the working day before where its own day is none (D3: the due
day itself is not moved). The first due day, 28 March 2021, is a Sunday: its reminder goes out on Friday the 26th.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

from ..models.reminders import ReminderKind

DAY = timedelta(days=1)


OFFSETS = {
    ReminderKind.BEFORE_7: -7,
    ReminderKind.BEFORE_3: -3,
    ReminderKind.BEFORE_1: -1,
    ReminderKind.DUE_DAY: 0,
    ReminderKind.AFTER_1: 1,
    ReminderKind.AFTER_3: 3,
}


@cache
def _calendar() -> holidays.HolidayBase:
    """法定节假日 with 调休. For a year that the State Council has not announced yet: the statutory days and weekends."""
    return holidays.country_holidays("CN")


def working_day(day: date) -> date:
    """The day itself if people work on it, else the last working day before it."""
    while not _calendar().is_working_day(day):
        day -= DAY
    return day


def schedule(due_on: date) -> dict[date, ReminderKind]:
    """{day: reminder} of a due day. Two that fall on the same day are one: the one for the due day, else the later."""
    planned: dict[date, ReminderKind] = {}
    for kind, offset in OFFSETS.items():
        day = working_day(due_on + offset * DAY)
        if planned.get(day) != ReminderKind.DUE_DAY:
            planned[day] = kind
    return planned


def due_now(due_on: date, at: datetime, hour: int) -> ReminderKind | None:
    """The reminder whose hour struck within the last day: a planner that was down for some hours makes up for it, and
    one that was down for longer does not send what has been overtaken."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    for day, kind in schedule(due_on).items():
        struck = timezone.make_aware(datetime.combine(day, time(hour)), timezone.get_default_timezone())
        if struck <= local < struck + DAY:
            return kind
    return None
