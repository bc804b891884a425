"""The single definition of “mine”: what a membership sees, and how a view loads an object or refuses.

A tenant sees itself and everything below it, nothing else. An object outside is answered exactly like
one that does not exist (404); a permission that the role lacks is 403 and says which.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from . import acting
from .models import Membership, Tenant, User
from .requests import PortalRequest
from .roles import Permission, may

M = TypeVar("M", bound=Model)


def memberships_of(user: User) -> QuerySet[Membership]:
    """The memberships that count: active, of an account that is."""
    return Membership.objects.filter(user=user, user__is_active=True, is_active=True).select_related("tenant")


def visible_tenants(membership: Membership) -> QuerySet[Tenant]:
    """The membership's tenant and all below it, in document order."""
    return Tenant.objects.filter(path__startswith=membership.tenant.path).order_by("path")


def visible_to(queryset: QuerySet[M], membership: Membership) -> QuerySet[M]:
    """The rows that belong to the membership's tenant or to one below it. Every query of a view starts here."""
    return queryset.filter(tenant__path__startswith=membership.tenant.path)


def works_for(user: User, tenant: Tenant) -> bool:
    """Whether the person has a place at that very tenant, whatever the role. A list asks for the memberships of the user once
    (`prefetch_related_objects`)."""
    return any(each.tenant_id == tenant.pk and each.is_active for each in user.memberships.all())


def has_permission(membership: Membership, permission: Permission) -> bool:
    return may(membership.role, permission)


def why_not_permitted(membership: Membership, permission: Permission) -> str | None:
    """The sentence that names what the role lacks, or None if it has the permission."""
    if has_permission(membership, permission):
        return None
    return _("As %(role)s you may not %(action)s. Ask the administrator of your tenant.") % {
        "role": membership.get_role_display(),
        "action": Permission(permission).label,
    }


def require(membership: Membership, permission: Permission) -> None:
    """403 with a sentence that names what is missing, unless the role has it."""
    if reason := why_not_permitted(membership, permission):
        raise PermissionDenied(reason)


def load(
    queryset: Callable[[], QuerySet],
    *,
    permission: Permission = Permission.VIEW,
    shown_to: Callable[[QuerySet, Membership], QuerySet] | None = None,
):
    """Decorate a view that takes a `public_id`: hand it the object, if one of the person's memberships sees it.
    `shown_to` stands in for `visible_to` where less is to be seen.

    The membership that sees it acts on this page, the one first that a form was made for, then the active one: a page
    left open in another tab keeps working after a switch. Nothing seen: 404. Seen, but the role may not: 403.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: PortalRequest, public_id, **kwargs) -> HttpResponse:
            for membership in _acting_order(request):
                if (
                    found := (shown_to or visible_to)(queryset(), membership)
                    .filter(public_id=public_id)
                    .first()
                ):
                    request.membership, request.loaded = membership, found
                    require(membership, permission)
                    return view(request, found, **kwargs)
            raise Http404

        return wrapper

    return decorate


def permitted(permission: Permission):
    """Decorate a view of the active membership: 403 unless its role has the permission, 409 to a form of another unit."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: PortalRequest, **kwargs) -> HttpResponse:
            if request.membership is None:
                raise Http404
            acting.refuse_another(request)
            require(request.membership, permission)
            return view(request, **kwargs)

        return wrapper

    return decorate


def _acting_order(request: PortalRequest) -> list[Membership]:
    """The person's memberships: the one that the form was made for, the active one, the others."""
    first = acting.unit_of(request) if request.method not in acting.SAFE else None
    return sorted(request.memberships, key=lambda each: (each != first, each != request.membership))
