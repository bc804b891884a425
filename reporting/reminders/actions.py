"""What people decide about reminders: switch them on and off, remind now, send again, where to be reached.

Each is one transaction with one line in the history; messages go out after it, through the outbox.
"""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import history, second_factor
from portal.clock import now, today
from portal.models import Membership, User
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Period, Programme

from ..models import Reminder, ReminderSettings
from ..models.reminders import ReminderKind
from ..periods import lead_tenant
from . import channels, outbox, queries

FINAL = (Reminder.Status.SENT, Reminder.Status.WITHHELD, Reminder.Status.DEAD)


@transaction.atomic
def change_reminders(
    programme: Programme,
    *,
    by_email: bool,
    by_dingtalk: bool,
    hour: int,
    webhook: str = "",
    secret: str = "",
    by: Membership,
) -> ReminderSettings:
    """Switch the programme's reminders on or off. A webhook or secret that is not given stays as it is.
    The history says that they were changed, never what they are."""
    require_settings(programme, by)
    found = ReminderSettings.objects.select_for_update().filter(programme=programme).first()
    before = _shown(found) if found else None
    found = found or ReminderSettings(programme=programme, tenant=by.tenant)
    found.by_email, found.by_dingtalk, found.hour = by_email, by_dingtalk, hour
    found.webhook = second_factor.encrypt(webhook) if webhook else found.webhook
    is_unsigned = bool(webhook) and not channels.robot_of(webhook).is_signed
    found.secret = second_factor.encrypt(secret) if secret or is_unsigned else found.secret
    if by_dingtalk and not (found.webhook and found.secret):
        raise Refused(_("Reminders to the group need the robot's webhook address and its secret."))
    found.changed_at, found.changed_by = now(), by.user
    found.save()
    after = _shown(found) | {"webhook_changed": bool(webhook), "secret_changed": bool(secret)}
    _record("reminder_settings", "reminder_settings", found.public_id, by, before=before, after=after)
    return found


@transaction.atomic
def send_test(programme: Programme, period: Period, *, by: Membership) -> None:
    """A message that says it is a test: to the group, if its robot is known, and to oneself, if one has an address."""
    require_settings(programme, by)
    rows = []
    if queries.reminder_settings(programme).webhook:
        rows.append(outbox.to_group(by.tenant, period, ReminderKind.TEST, today(), by.user))
    if by.user.email and settings.HAS_EMAIL:
        own = queries.Addressee(by.tenant, str(by.user.public_id), str(by.user), by.user.email)
        rows.append(outbox.to_person(own, period, ReminderKind.TEST, today(), by.user))
    if not rows:
        raise Refused(_("Give the robot's webhook address and secret first, or your own e-mail address."))
    _repeatable(rows)
    through = [str(row.channel) for row in rows]
    _record("reminder_test", "tenant", by.tenant.public_id, by, after={"channels": through})


@transaction.atomic
def remind(period: Period, *, by: Membership) -> list[Reminder]:
    """催报 now: everybody below who owes, through what is switched on. Once a day for each: who was reminded by hand
    today already is not reminded again."""
    switched = queries.reminder_settings(period.programme)
    if not (switched.by_email or switched.by_dingtalk):
        raise Refused(
            _("Reminders are switched off. Copy the text instead, or ask the programme's administrator.")
        )
    owed = [cell.tenant for cell in queries.owing_below(period, under=by.tenant)]
    rows = _by_hand(owed, period, switched, by)
    known = set(_sent_today(period, by).values_list("tenant", "channel", "recipient"))
    rows = [row for row in rows if (row.tenant_id, row.channel, row.recipient) not in known]
    if not rows:
        raise Refused(
            _("There is nobody to remind: all have filed, were reminded today, or cannot be reached.")
        )
    outbox.put(rows)
    after = {"period": period.code, "tenants": sorted({row.tenant.code for row in rows})}
    _record("remind", "tenant", by.tenant.public_id, by, after=after)
    transaction.on_commit(outbox.nudge_waiting)
    return rows


@transaction.atomic
def send_again(reminder: Reminder, *, by: Membership) -> None:
    """Try a message anew that was sent, withheld or given up. Whoever has filed still gets none."""
    if reminder.status not in FINAL or not _start_over(Reminder.objects.filter(pk=reminder.pk)):
        raise Refused(_("This message is on its way. Wait until it is sent or given up."))
    history.record(
        "send_again",
        subject_kind="reminder",
        subject_id=reminder.public_id,
        tenant=reminder.tenant,
        by=by.user,
        after={"channel": reminder.channel, "kind": reminder.kind},
    )
    transaction.on_commit(outbox.nudge_waiting)


@transaction.atomic
def set_address(user: User, email: str, *, by: Membership) -> None:
    """Where a person wants to be reminded; "": nowhere. The history keeps it masked."""
    before = User.objects.select_for_update().get(pk=user.pk).email
    if before == email:
        return
    User.objects.filter(pk=user.pk).update(email=email)
    _record(
        "set_address",
        "membership",
        by.public_id,
        by,
        before={"email": _masked(before)},
        after={"email": _masked(email)},
    )


def require_settings(programme: Programme, by: Membership) -> None:
    """403 unless a person may change the programme's settings: its lead's administrators may."""
    sentence = _("Only the programme's lead can change its settings.")
    lead_tenant.require_lead_tenant(programme, by, Permission.SETTINGS, sentence=sentence)


def _by_hand(owed: Collection, period: Period, switched: ReminderSettings, by: Membership) -> list[Reminder]:
    rows = []
    if switched.by_email:
        for people in queries.addressees(owed).values():
            rows += [
                outbox.to_person(each, period, ReminderKind.BY_HAND, today(), by.user) for each in people
            ]
    if switched.by_dingtalk and owed:
        rows.append(outbox.to_group(by.tenant, period, ReminderKind.BY_HAND, today(), by.user))
    return rows


def _sent_today(period: Period, by: Membership):
    rows = Reminder.objects.filter(period=period, kind=ReminderKind.BY_HAND, relative_to=today())
    return rows.filter(tenant__path__startswith=by.tenant.path)


def _repeatable(rows: list[Reminder]) -> None:
    """Put the rows, and those that are there already once more."""
    outbox.put(rows)
    for row in rows:
        same = {
            name: getattr(row, name)
            for name in ("tenant", "period", "kind", "relative_to", "channel", "recipient")
        }
        _start_over(Reminder.objects.filter(**same))
    transaction.on_commit(outbox.nudge_waiting)


def _start_over(reminders) -> int:
    return reminders.filter(status__in=FINAL).update(
        status=Reminder.Status.WAITING, attempts=0, next_at=timezone.now(), finished_at=None, note=""
    )


def _shown(found: ReminderSettings) -> dict:
    """What the history says of the settings: no address and no secret."""
    return {
        "by_email": found.by_email,
        "by_dingtalk": found.by_dingtalk,
        "hour": found.hour,
        "has_robot": bool(found.webhook and found.secret),
    }


def _masked(email: str) -> str:
    return channels.masked(email) if email else ""


def _record(action: str, kind: str, subject_id, by: Membership, **changes) -> None:
    history.record(action, subject_kind=kind, subject_id=subject_id, tenant=by.tenant, by=by.user, **changes)
