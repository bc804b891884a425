"""Reminders: whether a programme sends any, and the outbox of what is to be sent and what was."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.models import Period, Programme


class ReminderKind(models.TextChoices):
    """Why a message goes out: how many days before or after the due day, or because somebody asked for it."""

    BEFORE_7 = "before-7", _("7 days before")
    BEFORE_3 = "before-3", _("3 days before")
    BEFORE_1 = "before-1", _("the day before")
    DUE_DAY = "due-day", _("on the due day")
    AFTER_1 = "after-1", _("1 day after")
    AFTER_3 = "after-3", _("3 days after")
    BY_HAND = "by-hand", _("sent by hand")
    TEST = "test", _("test message")


class ReminderSettings(models.Model):
    """What the programme's lead has switched on. No row: nothing is sent. Webhook and secret are kept encrypted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")  # the lead
    by_email = models.BooleanField(default=False)
    by_dingtalk = models.BooleanField(default=False)
    hour = models.PositiveSmallIntegerField(default=9)
    webhook = models.TextField(blank=True)
    secret = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by_dingtalk=False) | (~Q(webhook="") & ~Q(secret="")),
                name="reminder_settings_dingtalk_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(hour__gte=0, hour__lte=23), name="reminder_settings_hour_of_day"
            ),
        ]


class Reminder(models.Model):
    """One message of the outbox: to whom, about which period, and what became of it.

    `tenant` is the one that is reminded; of a message to the group, the one whose tenants below it lists.
    The unique key is why a reminder goes out once, however often it is planned. A due day that was moved is another one.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        DINGTALK = "dingtalk", _("DingTalk group")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        WITHHELD = "withheld", _("Not needed any more")
        DEAD = "dead", _("Not delivered")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="reminders")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    relative_to = models.DateField(
        help_text=_("The due day that it counts from; by hand: the day on which it was asked for.")
    )
    channel = models.CharField(max_length=10, choices=Channel)
    recipient = models.CharField(max_length=40, help_text=_("An account's public id, or “group”."))
    planned_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text=_("Not tried before this instant of the machine's clock."))
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.CharField(max_length=120, blank=True, help_text=_("Masked."))
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text=_("What went wrong, or why it was not needed."))

    class Meta:
        verbose_name = _("reminder")
        ordering = ["-planned_at", "-id"]
        indexes = [models.Index(fields=["status", "next_at"], name="reminder_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "period", "kind", "relative_to", "channel", "recipient"],
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "sending", "sent", "withheld", "dead"]),
                name="reminder_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(finished_at__isnull=False), name="reminder_sent_has_time"
            ),
        ]
