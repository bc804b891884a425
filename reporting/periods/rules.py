from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.access import why_not_permitted
from portal.models import Membership, Tenant
from portal.roles import Permission
from targets.models import Period, Programme

from ..models import Filing
from ..models.states import Status
from . import deadlines, queries


def why_not_open(period: Period, filing: Filing | None = None, *, tenant: Tenant | None = None) -> str | None:
    """A period takes returns from its first day until the books are closed (D4), for this tenant."""
    window = deadlines.window(period, tenant)
    if not window.is_begun:
        return _("%(period)s has not begun: it takes returns from %(date)s.") % {
            "period": period.name,
            "date": date_format(period.starts_on, "DATE_FORMAT"),
        }
    if window.is_closed and not (filing and filing.is_answered_late):
        return _("%(period)s is closed (since %(date)s). Your draft is kept; ask for it to be unlocked.") % {
            "period": period.name,
            "date": date_format(localtime(window.closes_at), "DATE_FORMAT"),
        }
    return None


def why_never_decide(programme: Programme, by: Membership) -> str | None:
    """Closing, reopening and extending is for the administrators of the body that leads the programme (403)."""
    if reason := why_not_permitted(by, Permission.PERIODS):
        return reason
    if by.tenant_id != programme.lead_id:
        return _("Only %(lead)s decides about periods of this programme.") % {"lead": programme.lead}
    return None


def why_not_close(period: Period) -> str | None:
    """What makes a closing pointless (409)."""
    window = deadlines.window(period)
    if not window.is_begun:
        return _("%(period)s has not begun.") % {"period": period.name}
    if window.is_closed and not queries.still_open_for(period) and not queries.open_requests([period]):
        return _("%(period)s is closed already.") % {"period": period.name}
    return None


def why_not_reopen(period: Period) -> str | None:
    """What is open needs no reopening, unless its new end is to be another."""
    window = deadlines.window(period)
    if not window.is_closed and not window.reopening:
        return _("%(period)s is open; there is nothing to reopen.") % {"period": period.name}
    return None


def why_never_request(period: Period, tenant: Tenant, by: Membership) -> str | None:
    """Who files asks for the own tenant (403)."""
    if reason := why_not_permitted(by, Permission.FILE):
        return reason
    if by.tenant_id != tenant.pk or not queries.files(tenant, period.programme):
        return _("Only a body that files returns asks for its own period to be unlocked.")
    return None


def _named(period: Period) -> dict[str, str]:
    return {"period": period.name, "return": period.programme.return_word}


def why_not_request(period: Period, tenant: Tenant) -> str | None:
    """What makes the request pointless (409)."""
    filing = Filing.objects.filter(period=period, tenant=tenant).first()
    if filing and filing.status == Status.SUBMITTED:
        return _("The %(return)s for %(period)s is submitted; the reviewer decides.") % _named(period)
    if filing and filing.is_answered_late:
        return _("The %(return)s for %(period)s can be submitted or corrected as it is.") % _named(period)
    if not deadlines.window(period, tenant).is_closed:
        return _("%(period)s is open; there is nothing to ask for.") % {"period": period.name}
    if any(each.tenant_id == tenant.pk for each in queries.open_requests([period])):
        return _("You have asked already. The administrator sees your reason and decides.")
    return None
