from django.utils.translation import gettext as _

from portal.models import Tenant


def not_designated(tenant: Tenant) -> str:
    return _("You are not designated to operate the module. Ask the administrator of %(tenant)s.") % {
        "tenant": tenant
    }
