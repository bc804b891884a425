"""Was it on time, and is it on schedule? Pure: instants and figures in, answers out."""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

# What stands in a cell of which the facts say nothing; “/” says that there is no task.
NOT_LOADED_SIGN = gettext_lazy("not loaded")


class Label(TextChoices):
    """Progress against the time that has passed (序时进度)."""

    DONE = "done", gettext_lazy("done")
    ON_SCHEDULE = "on_schedule", gettext_lazy("on schedule")
    BEHIND = "behind", gettext_lazy("behind")
    UNFINISHED = "unfinished", gettext_lazy("not fulfilled")
    NO_TASK = "no_task", gettext_lazy("no task")
    NOT_LOADED = "not_loaded", gettext_lazy("targets not loaded")
    OPEN = "open", gettext_lazy("no schedule of its own")
    PENDING = "pending", gettext_lazy("not due yet")


def last_day(first_late: datetime) -> date:
    """The last day before an instant that is too late, in Asia/Shanghai: “28日前” means through 24:00 of the 28th (D2)."""
    return timezone.localtime(first_late - timedelta(microseconds=1), timezone.get_default_timezone()).date()


def through(first_late: datetime) -> str:
    """“2022年3月28日24时”: the instant before which it is in time, in words, wherever it is shown. What does not fall on a
    midnight, such as a closing by decision, is said to the minute."""
    local = timezone.localtime(first_late, timezone.get_default_timezone())
    if local.time() != time.min:
        return date_format(local, "DATETIME_FORMAT")
    return gettext("24:00 of %(day)s") % {"day": date_format(last_day(first_late), "DATE_FORMAT")}


def timeliness(first_submitted_at: datetime, due_at: datetime) -> int:
    """Days late in calendar days of Asia/Shanghai; 0 is on time.

    “每季度最后一个月的28日前”: through the 28th. `due_at` is the first late instant, itself 1 day late.
    """
    if first_submitted_at < due_at:
        return 0
    submitted_on = timezone.localtime(first_submitted_at, timezone.get_default_timezone()).date()
    return max(1, (submitted_on - last_day(due_at)).days)


def expected_figure(target: int, percent: Decimal) -> Decimal:
    """What the time that has passed asks for, as exact as a reader needs it: 2.5, and 8, not 8.0."""
    exact = (target * Decimal(percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()


def progress_label(
    rate: Decimal | None, expected_percent: Decimal | None, has_task: bool, is_due: bool = True
) -> Label:
    """`rate` in percent as printed, so that label and figure agree; None, nothing done yet, is 0.

    `expected_percent` None: what is expected is not split up, nobody is behind singly. Before the period is due nobody
    is behind at all.
    """
    if not has_task:
        return Label.NO_TASK
    reached = rate or Decimal(0)
    if reached >= 100:
        return Label.DONE
    if not is_due:
        return Label.PENDING
    if expected_percent is None:
        return Label.OPEN
    return Label.ON_SCHEDULE if reached >= expected_percent else Label.BEHIND
