"""What a reviewer did with a version: opened it, and gave reasons at its cells when sending it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant

from .filings import Review, Version


class ReviewPoint(models.Model):
    """One reason of a review: at a cell, a row (`indicator` blank) or the whole (both blank). Frozen like the review.

    Rows are named by the provider, not by their place: the next version may order them otherwise.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="points")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=20, help_text=_("Version and number, e.g. 1-2: what a reply names."))
    position = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=100, blank=True)
    provider_key = models.CharField(max_length=100, blank=True)
    indicator = models.CharField(max_length=40, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["review", "position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="review_point_position_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="review_point_has_reason"),
        ]


class Opening(models.Model):
    """That a reviewer has opened a version: what several at once can be accepted by. Written once, no decision."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="openings")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "opened_by"], name="opening_once_per_person")
        ]
