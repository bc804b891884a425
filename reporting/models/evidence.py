"""A file that is attached to a return: the stamped copy (盖章件) of a version, or a piece of evidence (佐证材料)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant

from .filings import Filing


class EvidenceQuerySet(models.QuerySet):
    def attached(self) -> "EvidenceQuerySet":
        """What is there now."""
        return self.filter(removed_at=None)

    def gone(self) -> "EvidenceQuerySet":
        """What belongs to no version: evidence that was removed again before one was submitted with it, a stamped copy that
        was taken away from the version it was of."""
        return self.filter(until_version__lte=F("since_version"))


class Evidence(models.Model):
    """A stamped copy or a piece of evidence, with the versions of the return that it belongs to.

    `since_version`: the first version that it belongs to; `until_version`: the first that it no longer does.
    So what was submitted with a version is known for ever, and kept: only what belongs to none is really taken away,
    30 days after it was removed. A stamped copy belongs to one version, the one whose print was stamped.
    """

    class Kind(models.TextChoices):
        STAMPED = "stamped", _("Stamped copy")
        EVIDENCE = "evidence", _("Evidence")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind)
    since_version = models.PositiveSmallIntegerField()
    until_version = models.PositiveSmallIntegerField(null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file as it is kept."))
    source_digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file as it came."))
    scanner = models.CharField(max_length=100, blank=True, help_text=_("Blank: it was not scanned."))
    file = models.FileField(max_length=100)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attached file")
        ordering = ["filing", "-kind", "uploaded_at", "id"]
        indexes = [models.Index(fields=["tenant", "source_digest"], name="evidence_same_file")]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, until_version__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False, until_version__isnull=False),
                name="evidence_removed_together",
            ),
            models.CheckConstraint(condition=Q(kind__in=["stamped", "evidence"]), name="evidence_kind_known"),
            models.UniqueConstraint(fields=["file"], name="evidence_file_once"),
            models.UniqueConstraint(
                fields=["filing", "source_digest"],
                condition=Q(removed_at__isnull=True),
                name="evidence_same_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("evidence-file", args=[self.public_id])
