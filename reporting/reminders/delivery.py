"""Reminders from the plan to the message: what is due now goes into the outbox, what is in the outbox goes out."""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import clock, second_factor, walls
from targets.calendar import last_day

from ..models import Reminder, ReminderSettings
from ..models.reminders import ReminderKind
from ..rollup import status as rollup_status
from . import channels, outbox, queries, texts
from .calendar import due_now

log = logging.getLogger(__name__)


def plan() -> None:
    """Put what is due now into the outbox, of every programme that has switched reminders on.

    Idempotent: the rows' unique key refuses what is there already, however often beat starts and whoever plans.
    """
    with walls.everything():
        on = ReminderSettings.objects.exclude(by_email=False, by_dingtalk=False)
        for each in on.select_related("programme__lead"):
            outbox.put(_due(each))


def _due(switched_on: ReminderSettings) -> Iterator[Reminder]:
    programme = switched_on.programme
    for period in queries.reminded_periods(programme):
        due = {}
        for cell in queries.owing(period, under=programme.lead):
            due_on = last_day(cell.due_at)
            if kind := due_now(due_on, clock.now(), switched_on.hour):
                due[cell.tenant] = (period, kind, due_on)
        if switched_on.by_email:
            for each in queries.addressees(due).values():
                yield from (outbox.to_person(person, *due[person.tenant]) for person in each)
        if switched_on.by_dingtalk:
            yield from (outbox.to_group(programme.lead, *each) for each in dict.fromkeys(due.values()))


class _Needless(Exception):
    """The message is not needed any more, and why."""


def deliver(public_id: str) -> None:
    """Send one message that could be claimed. Looks again first: who has filed meanwhile is not reminded."""
    with walls.everything():
        reminder = outbox.claim(public_id)
    if reminder is None:
        return
    with override(settings.LANGUAGE_CODE):
        try:
            with walls.below(reminder.period.programme.lead):
                send, to, message = _composed(reminder)
            send()
        except _Needless as reason:
            outbox.withhold(reminder, str(reason))
        except channels.NotDelivered as error:
            outbox.fail(reminder, str(error))
        except Exception as error:  # whatever went wrong is tried again, and shown
            log.exception("reminder %s failed", public_id)
            outbox.fail(reminder, type(error).__name__)
        else:
            outbox.sent(reminder, to=to, subject=message.subject, text=message.text)


def _composed(reminder: Reminder):
    """(what sends it, to whom as it is shown, the message), by how things stand now."""
    switched = queries.reminder_settings(reminder.period.programme)
    if reminder.channel == Reminder.Channel.EMAIL:
        return _email(reminder, switched)
    return _group(reminder, switched)


def _email(reminder: Reminder, switched: ReminderSettings):
    if not (switched.by_email or reminder.kind == ReminderKind.TEST):
        raise _Needless(_("Reminders by e-mail have been switched off."))
    person = queries.addressee(reminder)
    if person is None:
        raise _Needless(_("The person does not file here any more, or has no e-mail address."))
    message = texts.of_test()
    if reminder.kind != ReminderKind.TEST:
        owed = queries.owing(reminder.period, under=reminder.tenant)
        own = [cell for cell in owed if cell.tenant == reminder.tenant]
        if not own:
            raise _Needless(_("Filed meanwhile, or closed."))
        message = texts.for_tenant(own[0], link=portal_link())

    def send() -> None:
        channels.send_email(person.email, message.subject, message.text, identity=str(reminder.public_id))

    return send, channels.masked(person.email), message


def _group(reminder: Reminder, switched: ReminderSettings):
    if not (switched.by_dingtalk or (reminder.kind == ReminderKind.TEST and switched.webhook)):
        raise _Needless(_("Reminders to the group have been switched off."))
    message = texts.of_test()
    if reminder.kind != ReminderKind.TEST:
        owed = _listed(reminder)
        if not owed:
            raise _Needless(_("Everybody has filed meanwhile, or it is closed."))
        text = texts.for_group(reminder.period, owed, link=portal_link())
        message = texts.ReminderMessage(text.splitlines()[0], text)
    webhook, secret = (second_factor.decrypt(each) for each in (switched.webhook, switched.secret))

    def send() -> None:
        channels.post_to_group(webhook, secret, message.text)

    return send, "", message


def _listed(reminder: Reminder) -> list[rollup_status.BoardCell]:
    """Those who owe; of a scheduled reminder only those whose due day it is about."""
    if reminder.kind == ReminderKind.BY_HAND:
        return queries.owing_below(reminder.period, under=reminder.tenant)
    owed = queries.owing(reminder.period, under=reminder.tenant)
    return [cell for cell in owed if last_day(cell.due_at) == reminder.relative_to]


def portal_link() -> str:
    """The portal's address as the operator gives it; "" if not: a request's own host is not to be trusted in a message."""
    return f"{settings.SITE_URL}{reverse('home')}" if settings.SITE_URL else ""
