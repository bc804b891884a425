"""A tenant's register of providers: for the page that keeps it, for suggestions, and for the hint at a name."""

from django.db.models import QuerySet

from portal.access import visible_to
from portal.models import Membership, Tenant

from ..models import Provider


def providers_of(by: Membership) -> QuerySet[Provider]:
    """The register of the person's own tenant, those in use first, by name."""
    own = visible_to(Provider.objects.select_related("tenant"), by).filter(tenant=by.tenant)
    return own.order_by("-is_active", "name", "id")


def known_providers(tenant: Tenant) -> dict[str, list[str]]:
    """{name: other names} of those in use."""
    return dict(
        Provider.objects.filter(tenant=tenant, is_active=True)
        .order_by("name", "id")
        .values_list("name", "aliases")
    )
