"""Who there is: tenants in a tree, people, and what each person is at which tenant."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from .roles import Role

CODE_LENGTH = 40


TreeManager: Any = MP_NodeManager.from_queryset(MP_NodeQuerySet)  # treebeard has no types


class TenantManager(TreeManager):
    def get_by_natural_key(self, code: str) -> "Tenant":
        return self.get(code=code)


class Tenant(MP_Node):
    """A body that files or reviews (填报单位): lead bureau, then filers, then what is under them.

    Siblings stand in the order of the official document (`path` sorts them), never by name or code.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=CODE_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    division_code = models.CharField(_("division code"), max_length=12, blank=True)
    bureau_line = models.CharField(
        _("bureau line"),
        max_length=100,
        blank=True,
        help_text=_("Cell A5 of the attachment, where it is not the name."),
    )
    head_name = models.CharField(_("head"), max_length=40, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = TenantManager()

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def covers(self, other: "Tenant") -> bool:
        """Whether `other` is this tenant or below it."""
        return other.path.startswith(self.path)


class User(AbstractUser):
    """A person. What they may do comes from their memberships alone."""

    first_name = last_name = None  # type: ignore[assignment]  # Chinese names are one field
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=40)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    has_initial_password = models.BooleanField(
        default=False, help_text=_("Somebody else knows it: it is changed at the first sign-in.")
    )
    is_demo = models.BooleanField(_("demonstration account"), default=False)

    invited_to: Tenant  # of a person about to be made, for the check of the password; not kept

    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("username"), name="username_once_in_any_case")]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name


class FormerPassword(models.Model):
    """The hash of a password that a person has or had, the present one first. Kept so that it is not used again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-id"]


class Membership(models.Model):
    """What a person is at one tenant. A person may have several, one active at a time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["tenant__path", "role", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "tenant"], name="membership_once_per_tenant"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant.short_name} · {self.get_role_display()}"


class Invitation(models.Model):
    """A link with which a person makes their own account. Only the digest of its token is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    full_name = models.CharField(_("full name"), max_length=40)
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_pair",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_later"
            ),
        ]


class HistoryEntry(models.Model):
    """One line of the append-only history: who did what to which object, when, and why.

    Written by `portal.history.record` alone; the database refuses to change a line. A tenant's lines are numbered
    from 1 without a gap and chained by their digests (`portal.chain`).
    """

    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)  # the digest of the entry before
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="history")
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(db_index=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    version_digest = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="history_number_once"),
        ]


class HistoryHead(models.Model):
    """Where a tenant's history stands: how many entries, and the last digest. Locked by whoever appends."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, primary_key=True, related_name="history_head"
    )
    count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
