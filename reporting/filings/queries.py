"""What a page, a check or an action needs to know of one return, and which returns a person sees."""

from dataclasses import replace

from django.db.models import F, Q, QuerySet, Sum

from portal.access import visible_to
from portal.models import HistoryEntry, Membership, Tenant
from portal.queries import DRAFT_ACTIONS, last_of_runs
from targets.models import Period, ReportingDuty

from ..entry.columns import Field, fields_for
from ..entry.computed_figures import Computed
from ..entry.reading import Reading, read_rows
from ..entry.registered_names import RegisteredNames
from ..models import Evidence, Filing, Line, Total, Version
from ..providers.queries import known_providers
from .checks import explanation_length as length_of
from .computed import computed_for
from .counted import counted_of, counts_alike, plain
from .facts import Corrected, Facts
from .typed_return import CONTACTS, Typed
from .versions import sent_back_of

# --- one return


def fields_of(filing: Filing) -> list[Field]:
    """The columns of the return."""
    return fields_for(filing.tenant, filing.period)


def previous_version(filing: Filing) -> Version | None:
    """The accepted version of the tenant's last return before this one in the programme, whichever year."""
    before = Q(period__year__lt=filing.period.year) | Q(
        period__year=filing.period.year, period__number__lt=filing.period.number
    )
    earlier = (
        Filing.objects.filter(before, tenant=filing.tenant, period__programme=filing.period.programme)
        .exclude(accepted=None)
        .select_related("accepted__filing__period")
        .order_by("-period__year", "-period__number")
        .first()
    )
    return earlier.accepted if earlier else None


def previous_providers(filing: Filing) -> list[str]:
    """The providers to carry over: names of the last return that had any, in its order. Never its numbers."""
    before = Q(version__filing__period__year__lt=filing.period.year) | Q(
        version__filing__period__year=filing.period.year,
        version__filing__period__number__lt=filing.period.number,
    )
    last = (
        Line.objects.filter(
            before,
            tenant=filing.tenant,
            version=F("version__filing__accepted"),
            version__filing__period__programme=filing.period.programme,
        )
        .order_by("-version__filing__period__year", "-version__filing__period__number")
        .values("version")
        .first()
    )
    if last is None:
        return []
    return list(
        Line.objects.filter(version=last["version"]).order_by("position").values_list("provider", flat=True)
    )


def year_totals(tenant: Tenant, period: Period, *, through: int) -> dict[str, int]:
    """The tenant's own accepted totals of the period's year, up to and with period number `through`."""
    rows = (
        Total.objects.filter(
            tenant=tenant,
            version=F("version__filing__accepted"),
            version__filing__period__programme=period.programme_id,
            version__filing__period__year=period.year,
            version__filing__period__number__lte=through,
        )
        .values("indicator")
        .annotate(sum=Sum("value"))
    )
    return {row["indicator"]: row["sum"] for row in rows}


def read_draft(filing: Filing) -> tuple[Reading, Facts]:
    """The draft as read, and everything that the checks compare it with."""
    return read_typed(filing, Typed.of(filing.draft))


def read_typed(
    filing: Filing, typed: Typed, *, fields: list[Field] | None = None, computed: Computed | None = None
) -> tuple[Reading, Facts]:
    """What was typed as read, and everything that the checks compare it with. `fields`, `computed`: if they were asked
    for before."""
    facts = facts_for(filing, typed, fields=fields, computed=computed)
    return read_rows(typed.rows, facts.fields, facts.computed, facts.names), facts


def read_again(typed: Typed, held: Facts) -> tuple[Reading, Facts]:
    """The same of another typing, in the transaction in which `held` was read."""
    facts = replace(
        held,
        is_nil=typed.is_nil,
        contacts=typed.contacts,
        replies=typed.replies,
        explanations=typed.explanations,
    )
    return read_rows(typed.rows, facts.fields, facts.computed, facts.names), facts


def facts_for(
    filing: Filing, typed: Typed, *, fields: list[Field] | None = None, computed: Computed | None = None
) -> Facts:
    period, previous = filing.period, previous_version(filing)
    in_year = previous is not None and previous.filing.period.year == period.year
    lines = list(previous.lines.all()) if previous and in_year else []
    register = known_providers(filing.tenant)
    names = RegisteredNames(register)
    computed = computed_for(filing) if computed is None else computed
    return Facts(
        fields=fields_of(filing) if fields is None else fields,
        is_nil=typed.is_nil,
        contacts=typed.contacts,
        previous={names.key_of(line.provider_key): line.values for line in lines},
        previous_totals={t.indicator: t.value for t in previous.totals.all()} if previous else {},
        previous_period=previous.filing.period if previous else None,
        earlier=year_totals(filing.tenant, period, through=period.number - 1),
        thresholds=period.programme.thresholds,
        other_tenants=_other_short_names(filing),
        sent_back=sent_back_of(filing).by(names.key_of),
        replies=typed.replies,
        explanations=typed.explanations,
        register=register,
        names=names,
        stopped=_stopped_people(filing.tenant),
        computed=computed,
        corrected=_corrected(filing, computed, names) if filing.correction_reason else None,
    )


def _corrected(filing: Filing, computed: Computed, names: RegisteredNames) -> Corrected:
    accepted = filing.accepted_version()
    return Corrected(
        number=accepted.number,
        lines={
            names.key_of(line.provider_key): (line.provider, line.values) for line in accepted.lines.all()
        },
        is_nil=accepted.is_nil,
        contacts={code: getattr(accepted, code) for code in CONTACTS},
        counts_alike=counts_alike(accepted, plain(counted_of(filing, computed)))
        and _evidence_of(filing, accepted.number) == _evidence_of(filing, filing.latest_version().number + 1),
    )


def _evidence_of(filing: Filing, number: int) -> set[int]:
    """The attached files that belong to that version, or will."""
    files = Evidence.objects.filter(filing=filing, kind=Evidence.Kind.EVIDENCE, since_version__lte=number)
    return set(files.filter(Q(until_version=None) | Q(until_version__gt=number)).values_list("pk", flat=True))


def _stopped_people(tenant: Tenant) -> set[str]:
    """The names of those who worked for the tenant, less those of whoever still does."""
    people = tenant.memberships.values_list("user__full_name", "is_active", "user__is_active")
    active = {name for name, works_here, has_account in people if works_here and has_account}
    return {name for name, *_state in people} - active


def registered_names(tenant: Tenant) -> RegisteredNames:
    """Which provider of the tenant's register is meant by a name."""
    return RegisteredNames(known_providers(tenant))


def explanation_length(filing: Filing) -> int:
    """How many characters an explanation has at least."""
    return length_of(filing.period.programme.thresholds)


def rows_as_typed(version: Version) -> list[dict]:
    """A version's lines as if they had just been typed: what a correction starts from. What the ledger gave it gives
    again."""
    return [
        {
            "provider": line.provider,
            "values": {
                code: "/" if value is None else str(value)
                for code, value in line.values.items()
                if code not in line.computed
            },
        }
        for line in version.lines.all()
    ]


def _other_short_names(filing: Filing) -> list[str]:
    duties = ReportingDuty.objects.filter(programme=filing.period.programme_id).exclude(tenant=filing.tenant)
    return list(duties.values_list("tenant__short_name", flat=True))


# --- many returns


def visible_filings(by: Membership) -> QuerySet[Filing]:
    """The returns that a person sees: their own tenant's, drafts and all; from those below, only what was submitted."""
    return without_drafts_of_others(Filing.objects.with_parties(), by)


def without_drafts_of_others(filings: QuerySet[Filing], by: Membership) -> QuerySet[Filing]:
    """A draft that was never submitted is its tenant's alone: for everybody else it does not exist."""
    return visible_to(filings, by).filter(Q(tenant=by.tenant) | Q(latest__isnull=False))


def history_of(filing: Filing, by: Membership) -> list[HistoryEntry]:
    """The return's history in the order in which it was written. Saving of drafts shows to the tenant itself only."""
    entries = HistoryEntry.objects.filter(subject_id=filing.public_id).select_related("by").order_by("id")
    if by.tenant_id != filing.tenant_id:
        entries = entries.exclude(action__in=DRAFT_ACTIONS)
    return list(last_of_runs(entries))
