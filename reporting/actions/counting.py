"""What submitting and deciding do to the activities of the ledger: each is frozen into exactly one version that stands."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from portal.problems import Refused

from .. import queries
from ..computed import Computed
from ..models import Activity, CountedActivity, Filing, Version
from ..workflow import Status

# What of an activity a version freezes as it stands; dates and hours as text.
FROZEN = (
    "kind", "sittings", "attendances", "volunteers", "venue_kind", "venue", "scenarios", "channel", "language", "tags",
    "co_organisers", "explanation", "revision",
)  # fmt: skip


def hold_activities(filing: Filing) -> None:
    """Nobody changes an activity of the tenant until the return that may count it is submitted."""
    if filing.period.programme.ledger:
        held = Activity.objects.standing().filter(tenant=filing.tenant, programme=filing.period.programme_id)
        list(held.select_for_update(of=["self"]).order_by("pk").values_list("pk", flat=True))


def counted_of(filing: Filing, computed: Computed) -> list[dict[str, Any]]:
    """What a version of the return freezes of the ledger, by activity, in the order in which they were recorded."""
    added = {each.activity: (row.key, each) for row in computed.rows for each in row.added}
    activities = list(Activity.objects.select_related("provider").filter(pk__in=added).order_by("pk"))
    evidence = queries.evidence_digests(activities)
    return [
        {
            "activity": each,
            "provider_key": added[each.pk][0],
            "is_late": added[each.pk][1].is_late,
            "content": content_of(each, evidence.get(each.pk, [])),
            "figures": added[each.pk][1].figures,
        }
        for each in activities
    ]


def content_of(activity: Activity, evidence: list[str]) -> dict[str, Any]:
    return {
        "id": str(activity.public_id),
        "provider": activity.provider.name,
        "starts_on": activity.starts_on.isoformat(),
        "ends_on": activity.ends_on.isoformat(),
        "class_hours": str(activity.class_hours),
        "evidence": evidence,
        **{name: getattr(activity, name) for name in FROZEN},
    }


def plain(counted: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As a digest takes it."""
    kept = ("provider_key", "is_late", "content", "figures")
    return sorted(
        ({name: each[name] for name in kept} for each in counted), key=lambda each: each["content"]["id"]
    )


def count_activities(version: Version, counted: list[dict[str, Any]]) -> None:
    """Each activity of the version names it, then the version holds it: exactly one return gets it (409 for the other)."""
    keys = [each["activity"].pk for each in counted]
    free = Q(counted_in=None) | Q(counted_in__filing=version.filing_id)
    taken = Activity.objects.filter(free, pk__in=keys, withdrawn_at=None)
    if taken.update(counted_in=version) != len(keys):
        raise Refused(
            _("The ledger was changed meanwhile. Look at the figures as they are now, then submit."),
            filing=version.filing,
        )
    CountedActivity.objects.bulk_create(
        CountedActivity(version=version, tenant_id=version.tenant_id, **each) for each in counted
    )


def settle_activities(filing: Filing) -> None:
    """Each activity names the version that counts it now: the submitted one, else the accepted one, else none.

    What a recalled or returned version counted is free again, and what a newer accepted one left out as well.
    """
    standing = [filing.latest_id] if filing.status == Status.SUBMITTED else []
    standing += [filing.accepted_id] if filing.accepted_id else []
    counting = CountedActivity.objects.filter(activity=OuterRef("pk"), version__in=standing).order_by(
        "-version__number"
    )
    named = Q(counted_in__filing=filing)
    Activity.objects.filter(named).update(counted_in=Subquery(counting.values("version")[:1]))
