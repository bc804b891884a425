"""Work in the background. The job row is the truth; the broker's message is only a nudge."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.clock import now
from portal.models import Tenant
from targets.models import Period

# At most two exports of a person run at the same time: each running one holds one of these.
SLOTS = (1, 2)


class Job(models.Model):
    """A long export: who asked, for what, how far it is, and the finished file.

    `kind` and `format` are keys of `exports.KINDS`; `parameters` say what else was asked, {"cumulative": true}.
    `key` is a digest of all that was asked: the same is not under way twice.
    `lease_until` is the instant up to which its worker is believed alive; a sweep queues it again after that.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    UNDER_WAY = (Status.QUEUED, Status.RUNNING)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="jobs")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default="attachments")
    format = models.CharField(max_length=4, default="zip")
    parameters = models.JSONField(default=dict)
    key = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(blank=True, max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("export")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "done", "failed", "cancelled", "expired"]),
                name="job_status_is_known",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "slot"], condition=Q(status="running"), name="job_slot_once"
            ),
            models.UniqueConstraint(
                fields=["requested_by", "tenant", "key"],
                condition=Q(status__in=["queued", "running"]) & ~Q(key=""),
                name="job_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(file="") & Q(finished_at__isnull=False)),
                name="job_done_has_file",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("export-detail", args=[self.public_id])

    @property
    def current_status(self) -> Status:
        """Its status; what was kept long enough is over at that instant, not when the sweep takes the file away."""
        is_over = self.status == self.Status.DONE and self.expires_at is not None and self.expires_at <= now()
        return self.Status.EXPIRED if is_over else self.Status(self.status)

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    @property
    def is_cumulative(self) -> bool:
        return bool(self.parameters.get("cumulative"))

    @property
    def percent(self) -> int:
        return 100 * self.done // self.steps if self.steps else 0

    @property
    def percent_text(self) -> str:
        return f"{self.percent}%" if self.steps else ""
