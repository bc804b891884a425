"""What was decided about a period: closed (封账), reopened (解锁), extended for one tenant; and who asked for it.

The dates of the document stay in `Period` as they are. Rows are added, never changed: the last decision counts.
"""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.calendar import last_day
from targets.models import Period


class PeriodDecision(models.Model):
    """The books of a period are closed or opened again, for everybody, with a reason."""

    class Kind(models.TextChoices):
        CLOSED = "close_period", _("Period closed")
        REOPENED = "reopen_period", _("Period reopened")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="decisions")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", help_text=_("The lead."))
    kind = models.CharField(max_length=20, choices=Kind)
    until = models.DateTimeField(null=True, blank=True, help_text=_("When a reopened period closes again."))
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="period_decision_has_reason"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(kind="reopen_period", until__gt=F("decided_at")),
                name="period_decision_until_is_later",
            ),
        ]

    @property
    def until_on(self) -> date | None:
        return last_day(self.until) if self.until else None


class Extension(models.Model):
    """Another due instant, and if need be another closing, for one tenant. The original ones are never overwritten."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="extensions")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="extensions")
    due_at = models.DateTimeField(help_text=_("The first instant that is late for this tenant."))
    closes_at = models.DateTimeField(help_text=_("The first instant at which it takes no return any more."))
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(
                condition=Q(closes_at__gte=F("due_at")), name="extension_closes_after_due"
            ),
        ]

    @property
    def due_on(self) -> date:
        """The last day that is on time."""
        return last_day(self.due_at)

    @property
    def closes_on(self) -> date:
        """The last day on which it is taken."""
        return last_day(self.closes_at)


class UnlockRequest(models.Model):
    """申请解锁: a tenant asks that a closed period take its return after all. The next decision answers it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="unlock_requests")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="unlock_requests")
    reason = models.TextField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="unlock_request_has_reason")]
