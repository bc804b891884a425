"""The outbox: rows that say what is to be sent. Put in once, claimed by one worker at a time, tried again, given up.

A message is a claimed row (see `claimed_rows`). Leases and waits go by the machine's clock; what is planned when, by
the portal's.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import claimed_rows, clock, walls
from portal.claimed_rows import ClaimedRows
from portal.models import Tenant, User
from targets.models import Period

from ..models import Reminder
from ..models.reminders import ReminderKind
from .queries import Addressee

GROUP = "group"
Status, Channel = Reminder.Status, Reminder.Channel
CLAIMED = ClaimedRows(
    Reminder.objects,
    held=Status.SENDING,
    attempts=lambda: settings.REMINDER_ATTEMPTS,
    lease_seconds=lambda: settings.REMINDER_LEASE_SECONDS,
)


def to_person(
    addressee: Addressee, period: Period, kind: ReminderKind, day: date, by: User | None = None
) -> Reminder:
    return _row(addressee.tenant, period, kind, day, Channel.EMAIL, addressee.public_id, by)


def to_group(
    tenant: Tenant, period: Period, kind: ReminderKind, day: date, by: User | None = None
) -> Reminder:
    """A message that lists those at and below `tenant` who owe."""
    return _row(tenant, period, kind, day, Channel.DINGTALK, GROUP, by)


def _row(tenant, period, kind, day, channel, recipient, by) -> Reminder:
    return Reminder(
        tenant=tenant,
        period=period,
        kind=kind,
        relative_to=day,
        channel=channel,
        recipient=recipient,
        planned_at=clock.now(),
        next_at=timezone.now(),
        requested_by=by,
    )


def put(reminders: Iterable[Reminder]) -> None:
    """Write what is not there yet: whoever plans a second time, or at the same time, adds nothing."""
    Reminder.objects.bulk_create(list(reminders), ignore_conflicts=True)


def nudge_waiting() -> int:
    """Send workers what is due, and what lost its worker. Without a broker the next sweep tries again."""
    with walls.everything():
        CLAIMED.give_up(status=Status.DEAD, note=_("The work was interrupted too often."))
        waiting = list(Reminder.objects.filter(_free()).values_list("public_id", flat=True))
    claimed_rows.nudge("reporting.tasks.deliver_reminder", waiting)
    return len(waiting)


def _waiting() -> Q:
    return Q(status=Status.WAITING, next_at__lte=timezone.now())


def _free() -> Q:
    return CLAIMED.free(_waiting())


def claim(public_id: str) -> Reminder | None:
    """Take a message that waits or whose worker is gone; None if another worker has it, or it is finished."""
    if not CLAIMED.claim(public_id, _waiting()):
        return None
    return Reminder.objects.select_related("tenant", "period__programme__lead").get(public_id=public_id)


def sent(reminder: Reminder, *, to: str, subject: str, text: str) -> None:
    _finish(reminder, Status.SENT, sent_to=to, subject=subject, text=text, note="")


def withhold(reminder: Reminder, why: str) -> None:
    _finish(reminder, Status.WITHHELD, note=why)


def fail(reminder: Reminder, why: str) -> None:
    """Wait longer each time; after the last attempt it is given up, and says so."""
    if reminder.attempts >= settings.REMINDER_ATTEMPTS:
        return _finish(reminder, Status.DEAD, note=why)
    wait = settings.REMINDER_RETRY_SECONDS * 4 ** (reminder.attempts - 1)
    CLAIMED.write(reminder, status=Status.WAITING, note=why, next_at=timezone.now() + timedelta(seconds=wait))


def _finish(reminder: Reminder, status: str, **changes: str) -> None:
    CLAIMED.write(reminder, status=status, finished_at=clock.now(), **changes)
