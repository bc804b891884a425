"""Was it on time, and is it on schedule? Pure: instants and figures in, answers out."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Label(TextChoices):
    """Progress against the time that has passed (序时进度)."""

    DONE = "done", _("done")
    ON_SCHEDULE = "on_schedule", _("on schedule")
    BEHIND = "behind", _("behind")
    NO_TASK = "no_task", _("no task")


def timeliness(first_submitted_at: datetime, due_at: datetime) -> int:
    """Days late in calendar days of Asia/Shanghai; 0 is on time.

    “每季度最后一个月的28日前”: through the 28th. `due_at` is the first late instant, itself 1 day late.
    """
    if first_submitted_at < due_at:
        return 0
    shanghai = timezone.get_default_timezone()
    last_day = timezone.localtime(due_at - timedelta(microseconds=1), shanghai).date()
    return max(1, (timezone.localtime(first_submitted_at, shanghai).date() - last_day).days)


def progress_label(rate: Decimal | None, expected_percent: Decimal, has_task: bool) -> Label:
    """`rate` in percent as printed, so that label and figure agree; None, nothing done yet, is 0."""
    if not has_task:
        return Label.NO_TASK
    reached = rate or Decimal(0)
    if reached >= 100:
        return Label.DONE
    return Label.ON_SCHEDULE if reached >= expected_percent else Label.BEHIND
