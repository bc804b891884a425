"""What people decide about figures that are computed for a return: have them typed instead, from its period on."""

from collections.abc import Collection

from django.db import transaction

from portal import locks
from portal.models import Membership
from portal.problems import Refused

from ..ledger import actions as ledger_actions
from ..materials import actions as material_actions
from ..models import Filing, Provider
from . import rules


@transaction.atomic
def type_instead(
    filing: Filing, providers: Collection[str], *, with_register: bool = False, by: Membership
) -> None:
    """The figures of these providers (their keys) are typed from the return's period on; `with_register`: those that the
    register of materials gives as well. Each switch is an entry of its own in the history."""
    locks.hold_figures(filing.tenant)
    if reason := rules.why_not_type(filing, by):
        raise Refused(reason, filing=filing)
    period = filing.period
    for provider in Provider.objects.filter(tenant=filing.tenant, key__in=providers).order_by("name", "id"):
        ledger_actions.switch_ledger(
            provider, uses_ledger=False, period=period, revision=provider.revision, by=by
        )
    if with_register:
        material_actions.switch_register(filing.tenant, period.programme, is_on=False, period=period, by=by)
