"""The activity ledger, read: what it gives a return, where each activity counts or why it does not, and who sees what."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from portal.access import visible_to
from portal.models import Membership, Tenant
from targets.models import Period, Programme, ReportingDuty

from ..checks import explains
from ..computed import Added, Asked, Computed, ComputedRow
from ..ledger.counting import Book, Entry, Place, Standing
from ..ledger.questions import questions_about
from ..models import Activity, CountedActivity, DuplicateDecision, Filing, LedgerSwitch, Provider, Version
from ..workflow import OPEN
from .deadlines import deadlines

# --- how the tenant's returns stand


def book_of(tenant: Tenant, programme: Programme) -> Book:
    """The programme's rules for a tenant, the standing of its returns, and which of its providers use the ledger when."""
    periods = list(programme.periods.order_by("year", "number"))
    filings = {each.period_id: each for each in Filing.objects.filter(tenant=tenant, period__in=periods)}
    decided = deadlines(periods, under=tenant)
    duty = ReportingDuty.objects.filter(programme=programme, tenant=tenant).first()
    return Book(
        ledger=programme.ledger_rules,
        tenant=tenant.code,
        periods=periods,
        standings={
            each.pk: _standing(filings.get(each.pk), decided.of(tenant.pk, each).is_closed)
            for each in periods
        },
        not_credited=duty.not_credited if duty else (),
        switches=_switches(tenant),
    )


def _standing(filing: Filing | None, is_closed: bool) -> Standing:
    if filing is None or filing.status in OPEN:
        may_submit = not is_closed or (filing is not None and filing.is_answered_late)
        return Standing.OPEN if may_submit else Standing.SHUT
    return Standing.SHUT if is_closed else Standing.STANDS


def _switches(tenant: Tenant) -> dict[int, list[tuple]]:
    """{provider: (first day, uses the ledger)}, in the order in which they were decided."""
    found = defaultdict(list)
    rows = LedgerSwitch.objects.filter(tenant=tenant).order_by("id")
    for provider, starts_on, uses in rows.values_list("provider_id", "starts_on", "uses_ledger"):
        found[provider].append((starts_on, uses))
    return found


def duplicates_of(tenant: Tenant) -> set[int]:
    """The ids of the tenant's activities of which the last decision says that another one is counted instead."""
    rows = DuplicateDecision.objects.filter(tenant=tenant).order_by("id")
    last = {
        (one, other): outcome
        for one, other, outcome in rows.values_list("activity_id", "other_id", "outcome")
    }
    return {one for (one, _other), outcome in last.items() if outcome == DuplicateDecision.Outcome.DUPLICATE}


# --- what the ledger gives a return


def computed_for(filing: Filing) -> Computed:
    """The rows that the ledger computes for the return as it would be submitted now."""
    programme, period = filing.period.programme, filing.period
    if not programme.ledger or not LedgerSwitch.objects.filter(tenant=filing.tenant).exists():
        return Computed()
    book = book_of(filing.tenant, programme)
    providers = [
        each
        for each in Provider.objects.filter(tenant=filing.tenant, pk__in=book.switches).order_by("name", "id")
        if book.uses_ledger(each.pk, period.starts_on)
    ]
    added, asked = _added(filing, book)
    return Computed(tuple(_row(each, book, added[each.pk], asked[each.pk]) for each in providers))


def _row(provider: Provider, book: Book, added: list[Added], asked: list[Asked]) -> ComputedRow:
    return ComputedRow(
        id=provider.public_id.hex,
        provider=provider.name,
        key=provider.key,
        aliases=frozenset(provider.alias_keys),
        figures={code: sum(each.figures.get(code, 0) for each in added) for code in sorted(book.columns)},
        added=tuple(added),
        asked=tuple(asked),
    )


FACTS = (
    "id", "provider_id", "kind", "ends_on", "class_hours", "attendances", "channel", "counted_in__filing__period_id",
    "venue_kind", "explanation",
)  # fmt: skip


def _added(filing: Filing, book: Book) -> tuple[dict[int, list[Added]], dict[int, list[Asked]]]:
    """What each provider's activities add to the return, and which of them want an explanation."""
    free = Q(counted_in=None) | Q(counted_in__filing=filing)
    rows = (
        Activity.objects.standing()
        .filter(
            free,
            tenant=filing.tenant,
            programme=filing.period.programme_id,
            ends_on__lte=filing.period.ends_on,
        )
        .order_by("ends_on", "id")
        .values_list(*FACTS)
    )
    duplicates, length = (
        duplicates_of(filing.tenant),
        filing.period.programme.thresholds.get("explanation_length", 8),
    )
    added: dict[int, list[Added]] = defaultdict(list)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for pk, *facts, venue, explanation in rows:
        entry = Entry(*facts, is_duplicate=pk in duplicates)
        place = book.place_in(entry, filing.period)
        if place is None:
            continue
        added[entry.provider].append(Added(pk, place.is_late, book.figures(entry)))
        if not explains(explanation, length):
            asked[entry.provider] += questions_about(book.ledger, entry, venue)
    return added, asked


# --- where each activity counts


@dataclass(frozen=True)
class Uncounted:
    """An activity that no return that stands counts, and why: `place.period` is the return that it is in as a draft, or
    that it belongs to by its day."""

    activity: Activity
    place: Place


def uncounted(
    tenant: Tenant, programme: Programme, *, activities: QuerySet[Activity] | None = None
) -> list[Uncounted]:
    """Every activity that stands in the ledger and in no return that stands, with the reason: none is forgotten."""
    book, duplicates = book_of(tenant, programme), duplicates_of(tenant)
    found = Activity.objects.with_parties() if activities is None else activities
    free = found.standing().filter(tenant=tenant, programme=programme, counted_in=None)
    return [
        Uncounted(each, book.place(entry_of(each, duplicates))) for each in free.order_by("ends_on", "id")
    ]


def place_of(activity: Activity) -> Place:
    """Where an activity that no return counts belongs, and why it is not counted."""
    book, duplicates = book_of(activity.tenant, activity.programme), duplicates_of(activity.tenant)
    return book.place(entry_of(activity, duplicates))


def entry_of(activity: Activity, duplicates: Collection[int]) -> Entry:
    return Entry(
        provider=activity.provider_id,
        kind=activity.kind,
        ends_on=activity.ends_on,
        class_hours=activity.class_hours,
        attendances=activity.attendances,
        channel=activity.channel,
        counted=activity.counted_in.filing.period_id if activity.counted_in else None,
        is_duplicate=activity.pk in duplicates,
    )


# --- lists and pages


def visible_activities(by: Membership) -> QuerySet[Activity]:
    """The person's own tenant's, all of them; of those below, what a return counts."""
    return without_uncounted_of_others(Activity.objects.with_parties(), by)


def without_uncounted_of_others(activities: QuerySet[Activity], by: Membership) -> QuerySet[Activity]:
    """What no return counts is its tenant's alone: for everybody else it does not exist."""
    return visible_to(activities, by).filter(Q(tenant=by.tenant) | Q(counted_in__isnull=False))


def activities_behind(version: Version, provider_key: str = "") -> QuerySet[CountedActivity]:
    """The activities of a version as it counts them; with `provider_key` those of one line."""
    found = CountedActivity.objects.filter(version=version).select_related("activity")
    return (found.filter(provider_key=provider_key) if provider_key else found).order_by("id")


def activities_in_draft(filing: Filing, provider: Provider | None = None) -> list[tuple[Activity, bool]]:
    """(activity, whether it is a late entry) of the return as it would be submitted now."""
    rows = [each for each in computed_for(filing).rows if provider is None or each.key == provider.key]
    late = {added.activity: added.is_late for row in rows for added in row.added}
    found = Activity.objects.with_parties().filter(pk__in=late).order_by("ends_on", "id")
    return [(each, late[each.pk]) for each in found]


def countings_of(activity: Activity) -> QuerySet[CountedActivity]:
    """Every version that ever counted it, the newest first."""
    found = CountedActivity.objects.filter(activity=activity)
    return found.select_related("version__filing__period").order_by("-id")


def ledger_programme(tenant: Tenant) -> Programme | None:
    """The programme with a ledger that the tenant reports under."""
    programmes = Programme.objects.filter(duties__tenant=tenant).order_by("id")
    return next((each for each in programmes if each.ledger), None)


def names_of_providers(tenant: Tenant) -> dict[str, str]:
    """{key of a name or an alias: key of the provider}, names before aliases."""
    providers = list(Provider.objects.filter(tenant=tenant).order_by("id"))
    aliases = {key: each.key for each in providers for key in each.alias_keys}
    return aliases | {each.key: each.key for each in providers}


def activities_of_day(by: Membership, day) -> QuerySet[Activity]:
    """The own tenant's activities that ended on a day, as they were recorded: the day's list."""
    own = Activity.objects.with_parties().standing().filter(tenant=by.tenant, ends_on=day)
    return own.order_by("recorded_at", "id")


# --- who uses it from when


def switchable_periods(provider: Provider, programme: Programme) -> list[Period]:
    """The periods from which a switch may hold: those behind the last one with a version, so that no figure that was
    submitted is both typed and computed."""
    filed = Filing.objects.filter(tenant=provider.tenant, period__programme=programme, latest__isnull=False)
    last = filed.aggregate(last=Max("period__starts_on"))["last"]
    periods = programme.periods.order_by("year", "number")
    return list(periods.filter(starts_on__gt=last) if last else periods)


def uses_ledger(provider: Provider, period: Period) -> bool:
    """Whether the provider's figures of activities in that period are computed."""
    book = Book(
        period.programme.ledger_rules, provider.tenant.code, (), {}, switches=_switches(provider.tenant)
    )
    return book.uses_ledger(provider.pk, period.starts_on)


def evidence_digests(activities: Iterable[Activity]) -> dict[int, list[str]]:
    """{activity: the digests of its evidence that stands}"""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Activity.objects.filter(pk__in=[each.pk for each in activities], evidence__withdrawn_at=None)
    for pk, digest in (
        rows.exclude(evidence=None).order_by("evidence__id").values_list("pk", "evidence__digest")
    ):
        found[pk].append(digest)
    return found
