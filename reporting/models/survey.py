"""The survey of phase one (摸底调查): what was typed, and what was submitted of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.models import Programme

from .files import KeptFile


class Survey(models.Model):
    """A tenant's survey, one a programme: “通过开展专项调研，摸清区域内有意愿、有能力参加…培训的人数”.

    `typed` is {code: text}, kept as typed and the tenant's alone; `answers` is what was read from it when it was last
    submitted: {code: whole number, text, or list of texts}. What is asked is data of the programme. Where a file is
    asked for, as the work plan is, both hold its public id.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="surveys")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="surveys")
    typed = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["programme", "tenant__path"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "programme"], name="survey_once_per_tenant"),
            models.CheckConstraint(
                condition=Q(
                    submitted_at__isnull=True, submitted_by__isnull=True, first_submitted_at__isnull=True
                )
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, first_submitted_at__isnull=False),
                name="survey_submitted_pair",
            ),
        ]


class SurveyFile(KeptFile):
    """What a survey was answered with, as the work plan (工作方案). Replaced, it is withdrawn; who submitted it keeps it."""

    FOLDER = "surveys"

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a survey")

    def get_absolute_url(self) -> str:
        return reverse("survey-file", args=[self.public_id])
