"""A file that was uploaded to fill in a return: kept for a day, looked at, then taken over or left."""

import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant

from .filings import Filing


def stored_name(imported: "Import", name: str) -> str:
    """A random name: what the person called the file is in the row, never in a path."""
    return f"imports/{uuid.uuid4().hex}"


class Import(models.Model):
    """A file with which somebody means to fill in a return, and what was read from it.

    `found` is what was read: rows as typed, the cell of each, problems, notices, and what has to be confirmed.
    Before it is confirmed the draft is untouched. After `expires_at` the file is gone and nobody finds the row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="imports")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    file = models.FileField(upload_to=stored_name, max_length=100, blank=True)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the file."))
    found = models.JSONField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("uploaded file")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="import_confirmed_pair",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("import-detail", args=[self.public_id])

    @property
    def is_text(self) -> bool:
        """Whether it is a text with separators; else it is a workbook."""
        return not self.found["part"]

    @property
    def annotated_name(self) -> str:
        """The name of the file that is given back: the person's own, marked as corrected by nobody yet."""
        path = PurePath(self.file_name)
        return _("%(name)s (marked)") % {"name": path.stem} + (".csv" if self.is_text else ".xlsx")
