"""Was it on time, and is it on schedule? Pure: instants and figures in, answers out."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What stands in a cell of which the facts say nothing; “/” says that there is no task.
NOT_LOADED_SIGN = _("not loaded")


class Label(TextChoices):
    """Progress against the time that has passed (序时进度)."""

    DONE = "done", _("done")
    ON_SCHEDULE = "on_schedule", _("on schedule")
    BEHIND = "behind", _("behind")
    UNFINISHED = "unfinished", _("not fulfilled")
    NO_TASK = "no_task", _("no task")
    NOT_LOADED = "not_loaded", _("targets not loaded")
    OPEN = "open", _("no schedule of its own")


def last_day(first_late: datetime) -> date:
    """The last day before an instant that is too late, in Asia/Shanghai: “28日前” means through 24:00 of the 28th (D2)."""
    return timezone.localtime(first_late - timedelta(microseconds=1), timezone.get_default_timezone()).date()


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


def progress_label(rate: Decimal | None, expected_percent: Decimal | None, has_task: bool) -> Label:
    """`rate` in percent as printed, so that label and figure agree; None, nothing done yet, is 0.

    `expected_percent` None: what is expected is not split up, nobody is behind singly.
    """
    if not has_task:
        return Label.NO_TASK
    reached = rate or Decimal(0)
    if reached >= 100:
        return Label.DONE
    if expected_percent is None:
        return Label.OPEN
    return Label.ON_SCHEDULE if reached >= expected_percent else Label.BEHIND
