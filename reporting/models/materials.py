"""The register of materials (成果): videos, textbooks and cases, and who lets it fill in the return."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant
from targets.models import Programme

from ..entry.names import NAME_LIMIT
from .files import KeptFile
from .filings import Version
from .material_states import MaterialState
from .providers import Provider

LANGUAGE_LIMIT = 20
LINK_LIMIT = 500


class Material(models.Model):
    """A video, a textbook or a case of a tenant. `kind` is the code of the indicator that it counts for.

    Counted once it is finished (`finished_on`); a dialect version (`version_of`) is a variant, not another one (D13);
    a textbook is a title (D14). Withdrawn, never deleted. `revision` grows with every change. The material itself is
    behind `link`, or in its `files`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="materials")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, related_name="materials"
    )
    kind = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=NAME_LIMIT)
    key = models.CharField(max_length=NAME_LIMIT, help_text=_("The title, width-folded, for comparing."))
    maker = models.CharField(_("made by"), max_length=NAME_LIMIT)
    year = models.PositiveSmallIntegerField(_("year"))
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    link = models.CharField(_("link"), max_length=LINK_LIMIT, blank=True)
    version_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants"
    )
    language = models.CharField(_("language"), max_length=LANGUAGE_LIMIT, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MaterialState, default=MaterialState.COLLECTED
    )
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.TextField(blank=True)
    counted_in = models.ForeignKey(
        Version,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The one version that counts it, of the one return that does."),
    )

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["tenant", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "programme", "kind", "key", "language"],
                condition=Q(withdrawn_at__isnull=True),
                name="material_once_per_tenant",
            ),
            models.CheckConstraint(condition=Q(state__in=MaterialState.values), name="material_state_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="material_withdrawn_whole",
            ),
            models.CheckConstraint(
                condition=Q(version_of__isnull=True) | ~Q(language=""), name="material_variant_has_language"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "finished_on"], name="material_finished")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("material-detail", args=[self.public_id])

    @property
    def is_variant(self) -> bool:
        return self.version_of_id is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class MaterialFile(KeptFile):
    """The material itself, or a part of it: a textbook or a case as PDF, a picture. A film is behind a link."""

    FOLDER = "materials"

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="files")

    class Meta(KeptFile.Meta):
        verbose_name = _("file of a material")

    def get_absolute_url(self) -> str:
        return reverse("material-file", args=[self.public_id])


class CountedMaterial(models.Model):
    """A material as a version counts it, frozen: `content` is what it was then, `figures` what it adds, by indicator.

    The database takes it only while the material is `counted_in` that very version.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="counted_materials")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="countings")
    provider_key = models.CharField(max_length=100, help_text=_("Of the line that it adds to."))
    is_late = models.BooleanField(
        default=False, help_text=_("Dated in an earlier, closed period of the year (D4).")
    )
    content = models.JSONField()
    figures = models.JSONField()

    class Meta:
        ordering = ["version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "material"], name="material_counted_once_a_version"),
        ]


class RegisterSwitch(models.Model):
    """From which day a tenant's figures of these kinds come from its register, or are typed again: never both.

    The last one of a day holds.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    starts_on = models.DateField(help_text=_("The first day of a period."))
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["tenant", "id"]
