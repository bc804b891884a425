"""What the lead publishes (通报), and the weights of its own assessment (内部测算)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.models import Period, Programme


class Release(models.Model):
    """A quarter as the lead published it: numbered, and frozen with its workbook. The database refuses to change it.

    Everybody who takes part in the programme reads it. A figure corrected later changes nothing here; the next
    number lists what changed. `tenant` is the lead at the time; numbers run per programme and year of the figures.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="releases")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="releases")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="releases")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    content = models.JSONField(help_text=_("Everything that is published."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content."))
    workbook = models.BinaryField(help_text=_("Made once: the same bytes whenever it is downloaded."))
    workbook_digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["programme", "-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "number"], name="release_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="release_number_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("release-detail", args=[self.public_id])


class Weighting(models.Model):
    """How much each indicator counts in the lead's own assessment: {indicator code: whole number}; unnamed: 1."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="weighting")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    weights = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
