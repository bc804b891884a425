"""What only the programme's lead may do: publish for everybody, and see the ranking."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.access import why_not_permitted
from portal.models import Membership
from portal.roles import Permission
from targets.models import Programme


def is_lead_tenant(programme: Programme, by: Membership) -> bool:
    return bool(programme.lead_id == by.tenant_id)


def why_not_lead(
    programme: Programme, by: Membership, permission: Permission, *, sentence: str = ""
) -> str | None:
    """None if the role has the permission and the tenant leads the programme. `sentence`: what a page says instead of
    the usual to whoever has the permission at another tenant."""
    if reason := why_not_permitted(by, permission):
        return reason
    if is_lead_tenant(programme, by):
        return None
    about = {"lead": programme.lead.name, "action": permission.label}
    return sentence or _("Only %(lead)s, which leads the programme, may %(action)s.") % about


def require_lead_tenant(
    programme: Programme, by: Membership, permission: Permission, *, sentence: str = ""
) -> None:
    """403 with the reason."""
    if reason := why_not_lead(programme, by, permission, sentence=sentence):
        raise PermissionDenied(reason)
