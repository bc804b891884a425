from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.models import Membership
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Programme

from ..models import Weighting
from ..periods import lead_tenant
from . import queries

HIGHEST_WEIGHT = 100


@transaction.atomic
def set_weights(
    programme: Programme, weights: Mapping[str, int], *, revision: int, by: Membership
) -> Weighting:
    """Set how much each indicator counts in the internal assessment (内部测算). Releases that are published keep theirs."""
    lead_tenant.require_lead_tenant(programme, by, Permission.WEIGH)
    if not any(weights.values()) or any(not 0 <= each <= HIGHEST_WEIGHT for each in weights.values()):
        raise ValueError("weights are whole numbers from 0 to 100, not all of them 0")
    Programme.objects.select_for_update(of=["self"]).get(pk=programme.pk)
    weighting = queries.weighting_of(programme)
    if weighting.revision != revision:
        raise Refused(_("Somebody set the weights meanwhile. Look at them as they are now, then set yours."))
    before = {"weights": weighting.weights}
    weighting.weights, weighting.revision = dict(weights), revision + 1
    weighting.save()
    history.record(
        "weigh",
        subject_kind="weighting",
        subject_id=weighting.public_id,
        tenant=weighting.tenant,
        by=by.user,
        before=before,
        after={"weights": weighting.weights},
    )
    return weighting
