"""What the pages of the activity ledger show: one's own list, what is seen of others', what a version counts by provider."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from portal.access import has_permission, visible_to
from portal.models import HistoryEntry, Membership, Tenant
from portal.roles import Permission
from targets.models import Period, Programme

from ..entry.computed_figures import UNEXPLAINED
from ..entry.findings import soft_key
from ..models import Activity, ActivityFile, CountedActivity, CountedMaterial, LedgerSwitch, Provider, Version
from ..periods.queries import ledger_programme, programmes_of
from .allocation import Entry
from .questions import questions_about

ALL, COUNTED, UNCOUNTED, WITHDRAWN = "all", "counted", "uncounted", "withdrawn"
SHOWN_ACTIVITIES = {
    ALL: Q(withdrawn_at=None),
    COUNTED: Q(withdrawn_at=None, counted_in__isnull=False),
    UNCOUNTED: Q(withdrawn_at=None, counted_in=None),
    WITHDRAWN: Q(withdrawn_at__isnull=False),
}
VENUES_SUGGESTED = 30


@dataclass(frozen=True)
class Wanted:
    """What a list of activities is narrowed to. `period` None: all of them; `provider` None: every one."""

    period: Period | None = None
    provider: Provider | None = None
    show: str = ALL


def own_activities(by: Membership, wanted: Wanted) -> QuerySet[Activity]:
    """The ledger of the person's own tenant, the newest day first."""
    found = visible_to(Activity.objects.with_parties(), by).filter(tenant=by.tenant)
    found = found.filter(SHOWN_ACTIVITIES[wanted.show])
    if wanted.period:
        found = found.filter(ends_on__range=(wanted.period.starts_on, wanted.period.ends_on))
    return found.filter(provider=wanted.provider) if wanted.provider else found


def sums_of(activities: QuerySet[Activity]) -> dict[str, int]:
    """How many, how many attendances, and how many are counted so far."""
    counted = Count("id", filter=Q(counted_in__isnull=False))
    found = activities.order_by().aggregate(
        number=Count("id"), attendances=Sum("attendances"), counted=counted
    )
    return {name: value or 0 for name, value in found.items()} | {
        "uncounted": (found["number"] or 0) - (found["counted"] or 0)
    }


def explanation_of(activity: Activity) -> str:
    """What explains an activity over a limit: its own words, else what the return that counts it answered to the same
    questions. Of one that was read with its parties."""
    version = activity.counted_in
    if activity.explanation or version is None:
        return activity.explanation
    questions = list(
        questions_about(activity.programme.ledger_rules, _asked_of(activity), activity.venue_kind)
    )
    names = [activity.provider.key, *activity.provider.alias_keys]
    asked = {soft_key(UNEXPLAINED, name, *each.facts) for each in questions for name in names}
    answers = [each["answer"] for each in version.explanations if each["key"] in asked]
    return "；".join(dict.fromkeys(answers))


def _asked_of(activity: Activity) -> Entry:
    return Entry(
        activity.provider_id,
        activity.kind,
        activity.ends_on,
        activity.class_hours,
        activity.attendances,
        activity.channel,
    )


def periods_of_ledger(programme: Programme, day: date) -> list[Period]:
    """Those that have begun, the newest first."""
    return list(programme.periods.filter(starts_on__lte=day).order_by("-year", "-number"))


def last_recorded(by: Membership) -> Activity | None:
    """What this person recorded last for the tenant: the next one is mostly of the same provider."""
    mine = visible_to(Activity.objects.not_withdrawn(), by).filter(tenant=by.tenant, recorded_by=by.user)
    return mine.select_related("provider").order_by("-recorded_at", "-id").first()


def provider_names(tenant: Tenant) -> list[str]:
    """The registered providers that are in use."""
    return list(
        Provider.objects.filter(tenant=tenant, is_active=True).order_by("name").values_list("name", flat=True)
    )


def venues_of(tenant: Tenant) -> list[str]:
    """Where the tenant was before, for suggestions."""
    found = (
        Activity.objects.filter(tenant=tenant)
        .exclude(venue="")
        .order_by("venue")
        .values_list("venue", flat=True)
    )
    return list(found.distinct()[:VENUES_SUGGESTED])


def recorded_on(tenant: Tenant, days: Collection[date]) -> QuerySet[Activity]:
    """The tenant's activities that ended on one of these days."""
    return Activity.objects.not_withdrawn().filter(tenant=tenant, ends_on__in=days).select_related("provider")


def history_of_activity(activity: Activity, by: Membership) -> list[HistoryEntry]:
    """Its own tenant's matter alone."""
    if activity.tenant_id != by.tenant_id or not has_permission(by, Permission.HISTORY):
        return []
    return list(
        HistoryEntry.objects.filter(subject_id=activity.public_id).select_related("by").order_by("id")
    )


def content_seen(activities: list[Activity], by: Membership) -> dict[int, dict[str, Any]]:
    """{activity: its content as the version that counts it froze it}, of other tenants' only: what somebody changes
    for a correction is a draft, and a draft is its tenant's alone."""
    others = [each.pk for each in activities if each.tenant_id != by.tenant_id]
    counted = CountedActivity.objects.filter(activity__in=others, version=F("activity__counted_in"))
    return dict(counted.values_list("activity_id", "content"))


def activity_files_shown_to(files: QuerySet[ActivityFile], by: Membership) -> QuerySet[ActivityFile]:
    """One's own tenant's that stand; of those below those of an activity that a return counts (`files_behind` says which)."""
    counted = Q(activity__counted_in__isnull=False) & ~Q(tenant=by.tenant)
    return visible_to(files, by).filter(Q(tenant=by.tenant, withdrawn_at=None) | counted)


def files_behind(activity: Activity, by: Membership) -> QuerySet[ActivityFile]:
    """What shows the activity; for others what the version that counts it was shown by, also if it is withdrawn since."""
    if activity.tenant_id == by.tenant_id:
        return activity.evidence.not_withdrawn()
    content = content_seen([activity], by).get(activity.pk)
    return activity.evidence.filter(digest__in=content["evidence"] if content else [])


def materials_behind(version: Version, provider_key: str = "") -> QuerySet[CountedMaterial]:
    """The materials of a version as it counts them; with `provider_key` those of one line."""
    found = CountedMaterial.objects.filter(version=version).select_related("material")
    return (found.filter(provider_key=provider_key) if provider_key else found).order_by("id")


def counted_below(by: Membership) -> list[dict[str, Any]]:
    """The versions below the person's tenant that count activities, the newest period first: where drilling begins."""
    counting = Version.objects.filter(counted_activities__isnull=False)
    found = (
        visible_to(counting, by).exclude(tenant=by.tenant).annotate(activities=Count("counted_activities"))
    )
    order = ("-filing__period__starts_on", "tenant__path", "-number")
    names = {"name": F("tenant__name"), "period": F("filing__period__name")}
    rows = found.order_by(*order).values("public_id", "number", "activities", **names)
    return [dict(each) for each in rows]


def switches_of(provider: Provider) -> list[LedgerSwitch]:
    """Every decision about who computes its figures, the newest first."""
    return list(LedgerSwitch.objects.filter(provider=provider).select_related("decided_by").order_by("-id"))


def ledger_shown(by: Membership) -> Programme | None:
    """The programme whose ledger the person keeps or looks into: the own tenant's, or of those below."""
    return ledger_programme(by.tenant) or next(
        (each for each in programmes_of(by.tenant) if each.ledger), None
    )
