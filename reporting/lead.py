"""What may only the programme's lead do? Publish for everybody, and reckon who stands where."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.access import require
from portal.models import Membership
from portal.roles import Permission
from targets.models import Programme


def is_lead(programme: Programme, by: Membership) -> bool:
    return bool(programme.lead_id == by.tenant_id)


def require_lead(programme: Programme, by: Membership, permission: Permission) -> None:
    """403 unless the role has the permission and the tenant leads the programme."""
    require(by, permission)
    if not is_lead(programme, by):
        raise PermissionDenied(
            _("Only %(lead)s, which leads the programme, may %(action)s.")
            % {"lead": programme.lead.name, "action": permission.label}
        )
