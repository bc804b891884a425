"""The activity ledger, read: what it gives a return, where each activity counts or why it does not, and who sees what."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Case, Count, IntegerField, Max, Min, Q, QuerySet, Value, When, aggregates

from portal.access import visible_to
from portal.models import Membership, Tenant
from targets.models import Period, Programme, ReportingDuty

from ..entry.computed_figures import Computed, ComputedRow, OpenQuestion
from ..entry.findings import explains
from ..entry.visual_names import visual_key
from ..models import Activity, CountedActivity, DuplicateDecision, Filing, LedgerSwitch, Provider, Version
from ..models.states import OPEN
from ..periods.deadlines import deadlines
from .allocation import Book, Entry, Place, ReturnState
from .questions import questions_about

# --- how the tenant's returns stand


def book_of(tenant: Tenant, programme: Programme) -> Book:
    """The programme's rules for a tenant, the states of its returns, and which of its providers use the ledger when."""
    periods = list(programme.periods.order_by("year", "number"))
    filings = {each.period_id: each for each in Filing.objects.filter(tenant=tenant, period__in=periods)}
    decided = deadlines(periods, under=tenant)
    duty = ReportingDuty.objects.filter(programme=programme, tenant=tenant).first()
    return Book(
        ledger=programme.ledger_rules,
        tenant=tenant.code,
        periods=periods,
        return_states={
            each.pk: _return_state(filings.get(each.pk), decided.of(tenant.pk, each).is_closed)
            for each in periods
        },
        not_credited=duty.not_credited if duty else (),
        switches=_switches(tenant),
    )


def _return_state(filing: Filing | None, is_closed: bool) -> ReturnState:
    if filing is None or filing.status in OPEN:
        may_submit = not is_closed or (filing is not None and filing.is_answered_late)
        return ReturnState.OPEN if may_submit else ReturnState.MISSED
    return ReturnState.SHUT if is_closed else ReturnState.STANDS


def _switches(tenant: Tenant) -> dict[int, list[tuple]]:
    """{provider: (first day, uses the ledger)}, in the order in which they were decided."""
    found = defaultdict(list)
    rows = LedgerSwitch.objects.filter(tenant=tenant).order_by("id")
    for provider, starts_on, uses in rows.values_list("provider_id", "starts_on", "uses_ledger"):
        found[provider].append((starts_on, uses))
    return found


def duplicates_of(tenant: Tenant) -> set[int]:
    """The ids of the tenant's activities of which the last decision says that another one is counted instead."""
    return duplicates_among(DuplicateDecision.objects.filter(tenant=tenant))


def duplicates_among(rows: QuerySet[DuplicateDecision]) -> set[int]:
    """The same of the sides that decided. If the other one, of the same tenant, was withdrawn since, it counts for neither:
    then the decision holds no more."""
    columns = ("activity_id", "other_id", "tenant_id", "other_tenant_id", "outcome")
    last = {(one, other): decision for one, other, *decision in rows.order_by("id").values_list(*columns)}
    found = {
        key: decision for key, decision in last.items() if decision[-1] == DuplicateDecision.Outcome.DUPLICATE
    }
    near = {other for (_one, other), (own, others, _outcome) in found.items() if own == others}
    withdrawn = Activity.objects.filter(public_id__in=near, withdrawn_at__isnull=False)
    gone = set(withdrawn.values_list("public_id", flat=True))
    return {one for one, other in found if other not in gone}


# --- what the ledger gives a return


def computed_activities(filing: Filing) -> Computed:
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
    sums, questions = _sums(filing, book), _open_questions(filing, book)
    return Computed(tuple(_row(each, book, sums[each.pk], questions[each.pk]) for each in providers))


@dataclass
class Sum:
    """What a provider's activities are together."""

    figures: Counter[str] = field(default_factory=Counter)
    activities: int = 0
    late: int = 0


def _row(provider: Provider, book: Book, added: Sum, questions: list[OpenQuestion]) -> ComputedRow:
    return ComputedRow(
        id=provider.public_id.hex,
        provider=provider.name,
        key=provider.key,
        aliases=frozenset(provider.alias_keys),
        figures={code: added.figures[code] for code in sorted(book.columns)},
        activities=added.activities,
        late=added.late,
        questions=tuple(questions),
    )


# What decides where an activity counts, beside its day and how many came.
DECIDES = ("provider_id", "kind", "class_hours", "channel", "counted_in__filing__period_id")


def _candidates(filing: Filing) -> QuerySet[Activity]:
    """What the return may count: no other return does."""
    free = Q(counted_in=None) | Q(counted_in__filing=filing.pk)
    own = Activity.objects.not_withdrawn().filter(
        free, tenant=filing.tenant, programme=filing.period.programme_id, ends_on__lte=filing.period.ends_on
    )
    return own.exclude(pk__in=duplicates_of(filing.tenant))


def _sums(filing: Filing, book: Book) -> dict[int, Sum]:
    """Added up by the database: a return with 1,000 activities opens as fast as one with 10. Activities of which all is
    equal that decides where they count are decided together, by the period of their day."""
    days = [
        When(ends_on__range=(each.starts_on, each.ends_on), then=Value(place))
        for place, each in enumerate(book.periods)
    ]
    groups = (
        _candidates(filing)
        .order_by()
        .annotate(own=Case(*days, default=None, output_field=IntegerField()))
        .values_list("own", *DECIDES)
        .annotate(Min("ends_on"), aggregates.Sum("attendances"), Count("pk"))
    )
    found: dict[int, Sum] = defaultdict(Sum)
    for _own, provider, kind, hours, channel, counted, on, attendances, number in groups:
        entry = Entry(provider, kind, on, hours, attendances, channel, counted)
        if place := book.place_in(entry, filing.period):
            together = found[provider]
            together.figures.update(book.figures(entry, number))
            together.activities += number
            together.late += number * place.is_late
    return found


def _open_questions(filing: Filing, book: Book) -> dict[int, list[OpenQuestion]]:
    """Which activities want an explanation and have none."""
    found: dict[int, list[OpenQuestion]] = defaultdict(list)
    if not book.ledger.questions:
        return found
    length = filing.period.programme.thresholds.get("explanation_length", 8)
    for _pk, entry, venue, explanation in _entries(_candidates(filing).filter(_may_need_explanation(book))):
        if book.place_in(entry, filing.period) and not explains(explanation, length):
            found[entry.provider] += questions_about(book.ledger, entry, venue)
    return found


def _may_need_explanation(book: Book) -> Q:
    """Before the questions themselves are: no activity that they ask of is left out."""
    found = Q(pk__in=[])
    for each in book.ledger.questions:
        about = Q(kind__in=each.kinds) | Q(venue_kind__in=each.venues)
        if each.attendances_over is not None:
            about |= Q(attendances__gt=each.attendances_over)
        about &= ~Q(kind__in=each.spared)
        found |= about & Q(ends_on__lte=each.until) if each.until else about
    return found


def _entries(activities: QuerySet[Activity]) -> Iterator[tuple[int, Entry, str, str]]:
    """(id, what decides where it counts, kind of venue, explanation), the oldest first."""
    columns = ("pk", "ends_on", "attendances", "venue_kind", "explanation", *DECIDES)
    rows = activities.order_by("ends_on", "id").values_list(*columns)
    for pk, on, attendances, venue, explanation, provider, kind, hours, channel, counted in rows:
        yield pk, Entry(provider, kind, on, hours, attendances, channel, counted), venue, explanation


@dataclass(frozen=True)
class Added:
    """What one activity adds to its provider's row of a return."""

    is_late: bool
    figures: dict[str, int]


def added_to(filing: Filing) -> dict[int, Added]:
    """{activity: what it adds} of the return as it would be submitted now: what `computed_for` adds up, one by one."""
    book = book_of(filing.tenant, filing.period.programme)
    return {
        pk: Added(place.is_late, book.figures(entry))
        for pk, entry, _venue, _explanation in _entries(_candidates(filing))
        if (place := book.place_in(entry, filing.period))
    }


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
    free = found.filter(tenant=tenant, programme=programme, counted_in=None, withdrawn_at=None)
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
    added = added_to(filing)
    found = Activity.objects.with_parties().filter(pk__in=added).order_by("ends_on", "id")
    if provider is not None:
        found = found.filter(provider=provider)
    return [(each, added[each.pk].is_late) for each in found]


def countings_of(activity: Activity) -> QuerySet[CountedActivity]:
    """Every version that ever counted it, the newest first."""
    found = CountedActivity.objects.filter(activity=activity)
    return found.select_related("version__filing__period").order_by("-id")


def names_of_providers(tenant: Tenant) -> dict[str, str]:
    """{key of a name or an alias, and what it looks like: key of the provider}, names before aliases, keys before looks."""
    providers = list(Provider.objects.filter(tenant=tenant).order_by("id"))
    keys = {key: each.key for each in providers for key in each.alias_keys}
    keys |= {each.key: each.key for each in providers}
    return {visual_key(key): own for key, own in keys.items()} | keys


# --- who uses it from when


def switchable_periods(tenant: Tenant, programme: Programme) -> list[Period]:
    """The periods from which a switch may hold: those behind the last one with a version, so that no figure that was
    submitted is both typed and computed."""
    filed = Filing.objects.filter(tenant=tenant, period__programme=programme, latest__isnull=False)
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
