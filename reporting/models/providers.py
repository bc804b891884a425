"""The register of a tenant's service providers (提供服务的单位): the names under which they are written in returns."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Tenant

from ..entry.names import NAME_LIMIT, name_key


class Provider(models.Model):
    """A provider as its tenant knows it. `aliases`: other names that mean the same; a former name is one of them.

    `key` and `alias_keys` are what the names compare by (`names.name_key`). `revision` grows with every change.
    `kind` and `tags` are codes of the programme's ledger. `uses_ledger`: what the last switch says (`LedgerSwitch`, which
    also says from when): its figures of activities are computed, not typed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="providers")
    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    key = models.CharField(max_length=NAME_LIMIT)
    aliases = models.JSONField(_("other names"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    tags = models.JSONField(default=list)
    uses_ledger = models.BooleanField(_("uses the ledger"), default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["tenant", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="provider_once_per_tenant")]

    def __str__(self) -> str:
        return self.name

    @property
    def alias_keys(self) -> list[str]:
        return [name_key(alias) for alias in self.aliases]
