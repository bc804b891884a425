"""A quarterly return: the filing, its draft as typed, and its frozen versions.

Not filed, nil and zero are three things: no version; a version with `is_nil`; a version whose figures are 0.
Every child row names its tenant, so that the database can wall tenants off row by row.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.calendar import timeliness
from targets.models import Period

from .states import Status


class FilingQuerySet(models.QuerySet):
    def with_parties(self) -> "FilingQuerySet":
        """Everything a list or a page prints beside the figures, in one query."""
        return self.select_related("tenant", "period__programme", "latest", "accepted")

    def filed(self) -> "FilingQuerySet":
        """With a version that stands: submitted or accepted (a nil return is filed)."""
        return self.filter(Q(status=Status.SUBMITTED) | Q(accepted__isnull=False))


class Filing(models.Model):
    """One tenant's return for one period (季报). `revision` grows with every write: compare-and-set on it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="filings")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="filings")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(
        null=True, blank=True, help_text=_("What was due then for this tenant; null: the period's own date.")
    )
    latest = models.ForeignKey("Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.ForeignKey("Version", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    correction_reason = models.TextField(blank=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarterly return")
        verbose_name_plural = _("quarterly returns")
        ordering = ["period", "tenant__path"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "period"], name="filing_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="filing_status_known"),
            models.CheckConstraint(
                condition=~Q(status=Status.ACCEPTED) | Q(accepted__isnull=False),
                name="filing_accepted_has_version",
            ),
            models.CheckConstraint(
                condition=Q(latest__isnull=True, first_submitted_at__isnull=True)
                | Q(latest__isnull=False, first_submitted_at__isnull=False),
                name="filing_submitted_pair",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CORRECTING) | ~Q(correction_reason=""),
                name="filing_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("filing-detail", args=[self.public_id])

    @property
    def is_answered_late(self) -> bool:
        """What was in before the closing is brought to its end afterwards: a return that was sent back is answered, an
        accepted one corrected. Both have a reason and a review of their own."""
        return self.accepted_id is not None or self.status == Status.RETURNED

    @property
    def standing(self) -> "Version | None":
        """The version that a page about the return shows: of an accepted one that which counts, though a correction may have
        been submitted and given up; else the latest."""
        return self.accepted if self.status == Status.ACCEPTED else self.latest

    @property
    def days_late(self) -> int:
        """Of the first submission, by what was due then: whatever comes after it, and whatever is extended afterwards."""
        if self.first_submitted_at is None:
            return 0
        return timeliness(self.first_submitted_at, self.first_due_at or self.period.due_at)

    def latest_version(self) -> "Version":
        """The latest version of a return that was submitted."""
        if self.latest is None:
            raise Version.DoesNotExist
        return self.latest

    def accepted_version(self) -> "Version":
        """The version that counts, of a return that has one."""
        if self.accepted is None:
            raise Version.DoesNotExist
        return self.accepted


class Draft(models.Model):
    """What was typed, valid or not, kept separate from every figure. Saving it never refuses.

    `rows` is a list of {"id": text, "provider": text, "values": {indicator code: text}}; a row may have been stored
    without its id (`merging.with_ids`). `packets` is {open page: number of its last autosave request that was done}.
    `explanations` maps the key of a soft check to the text typed beside it, `replies` that of a reviewer's reason.
    """

    filing = models.OneToOneField(Filing, on_delete=models.CASCADE, related_name="draft")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    is_nil = models.BooleanField(default=False)
    explanations = models.JSONField(default=dict)
    replies = models.JSONField(default=dict)
    preparer = models.TextField(blank=True)
    head = models.TextField(blank=True)
    telephone = models.TextField(blank=True)
    editors = models.JSONField(default=list, help_text=_("Ids of the accounts that typed in it."))
    packets = models.JSONField(default=dict)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class Version(models.Model):
    """A submission, frozen: lines, totals, explanations, who and when. The database refuses to change it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="versions")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_nil = models.BooleanField(_("nil return"), default=False)
    is_supplementary = models.BooleanField(_("after the due date"), default=False)
    correction_reason = models.TextField(blank=True)
    explanations = models.JSONField(
        default=list,
        help_text=_("[{key, question, answer, provider_key, column}]; older ones lack the place."),
    )
    replies = models.JSONField(
        default=list,
        help_text=_("[{key, provider, provider_key, column, reason, answer}]: to the last review's reasons."),
    )
    notices = models.JSONField(
        default=list, help_text=_("Sentences: what was read differently from how it was typed.")
    )
    preparer = models.CharField(max_length=40)
    head = models.CharField(max_length=40)
    telephone = models.CharField(max_length=40)
    editors = models.JSONField(default=list, help_text=_("Ids of the accounts that typed in it."))
    due_at = models.DateTimeField(
        null=True, blank=True, help_text=_("In force for the tenant then; null: the period's own date.")
    )
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the frozen content."))
    receipt_number = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["filing", "number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return self.receipt_number


class Line(models.Model):
    """A service provider's row (提供服务的单位) in a version: its figures as {indicator code: whole number}."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="lines")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=100)
    provider_key = models.CharField(max_length=100, help_text=_("Width-folded, for comparing."))
    values = models.JSONField()
    computed = models.JSONField(
        default=list,
        help_text=_("Codes of the figures that the activity ledger gave; the others were typed."),
    )

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="line_position_once"),
            models.UniqueConstraint(fields=["version", "provider_key"], name="line_provider_once"),
        ]


class Total(models.Model):
    """The sum of a version's lines for one indicator, written once with the version: what the roll-up reads."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="totals")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=40)
    value = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "indicator"], name="total_once")]


class Review(models.Model):
    """The decision on a version: accepted, or sent back with a reason. By somebody who neither edited nor submitted it."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        SENT_BACK = "sent_back", _("Sent back")

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="review")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accepted") | ~Q(reason=""), name="review_sent_back_has_reason"
            )
        ]
