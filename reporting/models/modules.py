"""The programme's work module (工作模块) as the platform keeps it: where service is given, who operates it, what was
verified before, and which figure stands first.

No row holds personal data: a group of volunteers has a name and a headcount, an operator is an account of the unit.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models import Membership, Tenant
from targets.models import Programme

from ..entry.names import NAME_LIMIT
from .providers import Provider


class Headline(models.Model):
    """Which sum stands first. “以…工作模块记录数据为准”: unless the lead decides otherwise, what the module recorded.

    `channel` is a code of the programme's `module["headlines"]`; without a row the programme's own choice counts.
    """

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="headline")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", help_text=_("The lead."))
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    revision = models.PositiveIntegerField(default=0)


class ServicePoint(models.Model):
    """A place, or a group of volunteers, from which a unit gives service: “搭建老年朋友家门口的‘一网通办学习充电站’和
    ‘一网通办’社区咨询服务点”. `kind`, `area` and `tags` are codes or names of the programme's `module`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="service_points")
    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    key = models.CharField(max_length=NAME_LIMIT)
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_points",
        help_text=_("The base or venue in which it is."),
    )
    area = models.CharField(max_length=40, blank=True)
    headcount = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of a group; never names."))
    tags = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering = ["tenant__path", "kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "tenant", "key"], name="service_point_once_per_tenant"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Operator(models.Model):
    """Somebody of the unit who may operate the module: “应安排专人负责日常操作”. Ended, never taken away."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="operators")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="operates")
    designated_at = models.DateTimeField()
    designated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("operator of the module")
        verbose_name_plural = _("operators of the module")
        ordering = ["tenant__path", "designated_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "membership"],
                condition=Q(ended_at__isnull=True),
                name="operator_designated_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="operator_ended_pair",
            ),
        ]

    def __str__(self) -> str:
        return str(self.membership.user)


class Checklist(models.Model):
    """What was verified of a service point or of an operator before service begins; the last one counts.

    “应当张贴或佩戴统一标识，依照‘服务手册’规范地开展服务”. `items`: {code of a check: whether it was found in order}.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(
        ServicePoint, on_delete=models.PROTECT, null=True, blank=True, related_name="checklists"
    )
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, null=True, blank=True, related_name="checklists"
    )
    items = models.JSONField()
    checked_on = models.DateField(help_text=_("The day on which somebody looked."))
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(point__isnull=True, operator__isnull=False)
                | Q(point__isnull=False, operator__isnull=True),
                name="checklist_about_one",
            )
        ]
