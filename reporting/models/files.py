"""A file that shows something, whatever it hangs on: examined before it is kept (`uploads`), withdrawn, and deleted when nothing that
stands is shown by it any more."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant


class KeptFileQuerySet(models.QuerySet):
    def not_withdrawn(self) -> "KeptFileQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class KeptFile(models.Model):
    """`digest` is of the file as it is kept, `source_digest` as it came; `scanner` blank: it was not scanned.
    `FOLDER`: where in the storage those of one kind lie."""

    FOLDER: ClassVar[str]

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(max_length=100, unique=True)
    file_name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size"))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file as it is kept."))
    source_digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file as it came."))
    scanner = models.CharField(max_length=100, blank=True, help_text=_("Blank: it was not scanned."))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="%(class)s_withdrawn_pair",
            )
        ]

    def __str__(self) -> str:
        return self.file_name
