"""The activity ledger (台账): what was held, by whom, when; and what of it a version of the return counts.

No personal data of elderly people: counts only. An activity is withdrawn, never deleted.
"""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.models import Programme

from .files import KeptFile
from .filings import Version
from .providers import Provider

CODE_LIMIT = 40
VENUE_LIMIT = 100


class ActivityQuerySet(models.QuerySet):
    def with_parties(self) -> "ActivityQuerySet":
        """Everything that a list or a page prints beside the activity, in one query."""
        return self.select_related(
            "tenant", "programme", "provider", "recorded_by", "withdrawn_by", "counted_in__filing__period"
        )

    def not_withdrawn(self) -> "ActivityQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Activity(models.Model):
    """A course with all its sittings, or a visit. `provider` is who organised it and alone counts it (主办, D6).

    `sittings` is [{"on": "2022-03-05", "hours": "2.5"}], oldest first; `class_hours` their sum, `starts_on` and `ends_on`
    the first and last day: it counts in the period in which it ends. `attendances` (人次) counts a person once a course.
    Kinds, venues, scenarios, channels and tags are codes of the programme's ledger (`targets.ledger`).
    `counted_in`: the one version that counts it, of the one return that does; the newest such version of that return.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="activities")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="activities")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="activities")
    co_organisers = models.JSONField(
        default=list, help_text=_("Names of those who helped; they count nothing.")
    )
    kind = models.CharField(max_length=CODE_LIMIT)
    sittings = models.JSONField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    class_hours = models.DecimalField(max_digits=5, decimal_places=1, default=Decimal(0))
    attendances = models.PositiveIntegerField()
    volunteers = models.PositiveIntegerField(default=0)
    venue_kind = models.CharField(max_length=CODE_LIMIT, blank=True)
    venue = models.CharField(max_length=VENUE_LIMIT, blank=True)
    venue_key = models.CharField(
        max_length=VENUE_LIMIT, blank=True, help_text=_("Width-folded, for comparing.")
    )
    scenarios = models.JSONField(default=list)
    channel = models.CharField(max_length=CODE_LIMIT)
    language = models.CharField(
        max_length=CODE_LIMIT, blank=True, help_text=_("A dialect; blank: the common one.")
    )
    tags = models.JSONField(default=list)
    explanation = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.TextField(blank=True)
    counted_in = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="counted_activities"
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-ends_on", "-id"]
        indexes = [models.Index(fields=["tenant", "programme", "ends_on"], name="activity_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="activity_in_order"),
            models.CheckConstraint(condition=Q(attendances__gte=1), name="activity_attended"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="activity_withdrawn_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ends_on} {self.provider}"

    def get_absolute_url(self) -> str:
        return reverse("activity-detail", args=[self.public_id])


class CountedActivity(models.Model):
    """An activity as a version counts it, frozen: `content` is what it was then, `figures` what it adds, by indicator.

    The database takes it only while the activity is `counted_in` that very version.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="counted")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="countings")
    provider_key = models.CharField(max_length=100, help_text=_("Of the line that it adds to."))
    is_late = models.BooleanField(
        default=False, help_text=_("Dated in an earlier, closed period of the year (D4).")
    )
    content = models.JSONField()
    figures = models.JSONField()

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "activity"], name="counted_once_a_version"),
        ]


class ActivityFile(KeptFile):
    """What shows that an activity took place: a notice, a plan, a picture without faces."""

    FOLDER = "activities"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="evidence")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of an activity")
        indexes = [models.Index(fields=["source_digest"], name="activity_file_by_digest")]

    def get_absolute_url(self) -> str:
        return reverse("activity-file", args=[self.public_id])


class LedgerSwitch(models.Model):
    """From which day a provider's figures come from the ledger, or are typed again. The last one of a day holds."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="switches")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    uses_ledger = models.BooleanField()
    starts_on = models.DateField(help_text=_("The first day of a period."))
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["provider", "id"]


class DuplicateDecision(models.Model):
    """What a person decided about two activities that may be one, as one side of the two keeps it.

    Each decision is two rows with the same `pair`, one at each side's tenant, so that each sees it within its own walls;
    `other` is what the other side's activity was then. The last decision about two activities holds. What a side
    answers when it is asked is one row, at its own tenant alone: the body above both reads the answers of both.
    """

    class Outcome(models.TextChoices):
        ASKED = "asked", _("Possible duplicate, to be answered")
        ANSWERED = "answered", _("Answered by its own side")
        DISTINCT = "distinct", _("Two activities: both count")
        COUNTS = "counts", _("One activity: counted here")
        DUPLICATE = "duplicate", _("One activity: counted at the other")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pair = models.UUIDField()
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="duplicate_decisions")
    other_id = models.UUIDField(help_text=_("The public id of the other activity."))
    other_tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    other = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["activity", "other_id"], name="duplicate_by_pair")]
        constraints = [
            models.UniqueConstraint(fields=["pair", "activity"], name="duplicate_side_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="duplicate_has_reason"),
        ]
