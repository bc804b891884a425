from django.utils.translation import gettext as _

from portal.access import why_not_permitted
from portal.models import Membership, Tenant
from portal.roles import Permission
from targets.models import Period, Programme

from ..models import Activity, Provider, Version
from ..models.states import Status
from ..periods import queries as period_queries
from ..work_module import queries as work_module_queries
from ..work_module.rules import not_designated
from . import queries


def why_never_record(tenant: Tenant, by: Membership) -> str | None:
    """Who fills in the tenant's returns keeps its ledger (403)."""
    if reason := why_not_permitted(by, Permission.FILE):
        return reason
    if by.tenant_id != tenant.pk:
        return _("Only %(tenant)s keeps its own activity ledger.") % {"tenant": tenant}
    return why_not_designated(tenant, by)


def why_not_change_activity(activity: Activity) -> str | None:
    """What is counted is changed by way of the return that counts it (409)."""
    if activity.withdrawn_at:
        return _("The activity was withdrawn. Record it anew if it did take place.")
    return why_counted(activity.counted_in)


def why_counted(version: Version | None) -> str | None:
    """What a return that stands counts is changed by way of that return (409)."""
    filing = version.filing if version else None
    if filing and filing.status == Status.SUBMITTED:
        return _("The %(return)s for %(period)s is submitted and counts it. Recall it first.") % {
            "return": filing.period.programme.return_word,
            "period": filing.period.name,
        }
    if filing and filing.status == Status.ACCEPTED:
        return _(
            "The %(return)s for %(period)s is accepted and counts it. Open a correction of it first."
        ) % {
            "return": filing.period.programme.return_word,
            "period": filing.period.name,
        }
    return None


def why_not_switch(
    provider: Provider, programme: Programme, period: Period, *, uses_ledger: bool
) -> str | None:
    """No figure that was submitted becomes computed or typed by a switch, and none is both (409)."""
    periods = queries.switchable_periods(provider.tenant, programme)
    if period in periods:
        current = queries.uses_ledger(provider, period)
        return (
            _("It is so already.") if current == uses_ledger and provider.uses_ledger == uses_ledger else None
        )
    if not periods:
        return _("Returns were submitted up to the last period: nothing is left to switch.")
    return _("The %(return)s for %(period)s or a later one was submitted. It can hold from %(first)s on.") % {
        "return": programme.return_word,
        "period": period.name,
        "first": periods[0].name,
    }


def why_never_decide_duplicate(one: Activity, other: Activity, by: Membership) -> str | None:
    """Of one tenant: who fills in its returns, or the reviewer above; of two: the reviewer of the body above both (403)."""
    if one.pk == other.pk:
        return _("An activity is no duplicate of itself.")
    if one.tenant_id == other.tenant_id == by.tenant_id:
        return why_not_permitted(by, Permission.FILE)
    if reason := why_not_permitted(by, Permission.REVIEW):
        return reason
    tenants = (one.tenant, other.tenant)
    if any(each.pk == by.tenant_id or not by.tenant.covers(each) for each in tenants):
        return _("Whether two activities are one is decided by the body above both.")
    return None


def why_not_designated(tenant: Tenant, by: Membership) -> str | None:
    """“需通过……工作模块对活动开展情况进行记录的，应安排专人负责日常操作”: once a unit has said who operates the module, it is
    they who record. Where nobody is designated yet, who files may: a true record is never refused."""
    programme = period_queries.ledger_programme(tenant)
    if (
        programme is None
        or not programme.module
        or not work_module_queries.records_in_module(programme, tenant)
    ):
        return None
    if work_module_queries.is_operator(programme, by) or not work_module_queries.has_operators(
        programme, tenant
    ):
        return None
    return not_designated(tenant)
