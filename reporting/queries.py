"""What a page, a check or an action needs to know of returns. Reads only, each with a name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum

from portal.access import visible_to
from portal.clock import now, today
from portal.models import HistoryEntry, Membership, Tenant
from portal.queries import DRAFT_ACTIONS
from targets.calendar import timeliness
from targets.models import Duty, Period, Programme, ReportingDuty

from .checks import Facts
from .fields import Field, fields_for, typed_indicators
from .models import Draft, Filing, Job, Line, Review, Total, Version
from .reading import Reading, read_rows
from .workflow import Status

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
        .select_related("accepted")
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
    draft = filing.draft
    fields = fields_of(filing)
    return read_rows(draft.rows, fields), facts_for(filing, draft, fields)


def facts_for(filing: Filing, draft: Draft, fields: list[Field]) -> Facts:
    period, previous = filing.period, previous_version(filing)
    in_year = previous is not None and previous.filing.period.year == period.year
    lines = list(previous.lines.all()) if previous and in_year else []
    return Facts(
        fields=fields,
        is_nil=draft.is_nil,
        contacts={"preparer": draft.preparer, "head": draft.head, "telephone": draft.telephone},
        previous={line.provider_key: line.values for line in lines},
        previous_totals={t.indicator: t.value for t in previous.totals.all()} if previous else {},
        earlier=year_totals(filing.tenant, period, through=period.number - 1),
        thresholds=period.programme.thresholds,
        other_tenants=_other_short_names(filing),
    )


def explanation_length(filing: Filing) -> int:
    """How many characters an explanation has at least."""
    return filing.period.programme.thresholds.get("explanation_length", 8)


def rows_as_typed(version: Version) -> list[dict]:
    """A version's lines as if they had just been typed: what a correction starts from."""
    return [
        {
            "provider": line.provider,
            "values": {code: "/" if value is None else str(value) for code, value in line.values.items()},
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
    """The return's history, oldest first. Saving of drafts shows to the tenant itself only."""
    entries = HistoryEntry.objects.filter(subject_id=filing.public_id).select_related("by")
    if by.tenant_id != filing.tenant_id:
        entries = entries.exclude(action__in=DRAFT_ACTIONS)
    return list(entries)


def jobs_of(by: Membership) -> QuerySet[Job]:
    """The exports that this person asked for."""
    return own_jobs(Job.objects.select_related("period__programme", "tenant"), by)


def own_jobs(jobs: QuerySet[Job], by: Membership) -> QuerySet[Job]:
    """An export belongs to who asked for it: for everybody else it does not exist."""
    return visible_to(jobs, by).filter(requested_by=by.user)


# --- who owes what


@dataclass(frozen=True)
class Cell:
    """One tenant in one period, as the reporting board shows it."""

    tenant: Tenant
    period: Period
    duty: str
    state: str  # a key of workflow.STATES
    days_late: int = 0
    filing: Filing | None = None

    @property
    def is_filed(self) -> bool:
        return self.state in FILED

    @property
    def is_corrected(self) -> bool:
        """Whether the figures that count come from a correction."""
        return bool(self.filing and self.filing.accepted and self.filing.accepted.correction_reason)


FILED = frozenset({"submitted", "accepted", "nil", "correcting"})
NOT_REQUIRED = "not_required"


def state_of(filing: Filing | None, duty: str, period: Period) -> str:
    """Where a return stands for those above: a draft that was never submitted is no business of theirs."""
    if filing is None or filing.latest_id is None:
        if today() < period.starts_on:
            return "not_begun"
        return "missing" if duty == Duty.REQUIRED else NOT_REQUIRED
    if filing.status == Status.ACCEPTED and filing.accepted:
        return "nil" if filing.accepted.is_nil else "accepted"
    if filing.status in (Status.RETURNED, Status.RECALLED) and filing.accepted_id is None:
        return str(filing.status)
    if filing.status == Status.SUBMITTED:
        return "submitted"
    return "correcting"


# A board of a country has a cell for each county and period: it reads no more of a return than a cell shows.
FILING_OF_A_CELL = [
    "public_id",
    "tenant_id",
    "period_id",
    "status",
    "first_submitted_at",
    "latest_id",
    "accepted__is_nil",
    "accepted__correction_reason",
]


def cells(programme: Programme, periods: Iterable[Period], *, under: Tenant) -> dict[tuple[int, int], Cell]:
    """Every tenant with a duty at or below `under` × the periods, by (tenant id, period id), in two queries."""
    periods = list(periods)
    duties = (
        ReportingDuty.objects.filter(programme=programme, tenant__path__startswith=under.path)
        .select_related("tenant")
        .order_by("tenant__path")
    )
    filings = {
        (each.tenant_id, each.period_id): each
        for each in Filing.objects.filter(period__in=periods, tenant__path__startswith=under.path)
        .select_related("accepted")
        .only(*FILING_OF_A_CELL)
    }
    found = {}
    for duty in duties:
        for period in periods:
            filing = filings.get((duty.tenant_id, period.pk))
            state = state_of(filing, duty.duty, period)
            late = 0
            if filing and filing.first_submitted_at and state in FILED:
                late = timeliness(filing.first_submitted_at, period.due_at)
            found[duty.tenant_id, period.pk] = Cell(duty.tenant, period, duty.duty, state, late, filing)
    return found


@dataclass(frozen=True)
class Rates:
    """应报、实报、按时: the reporting duty says who is expected, not who has targets."""

    expected: int
    filed: int
    on_time: int


def rates(board: Iterable[Cell]) -> Rates:
    """上报率 = filed ÷ expected; 及时率 = filed on time ÷ expected."""
    required = [cell for cell in board if cell.duty == Duty.REQUIRED]
    filed = [cell for cell in required if cell.is_filed]
    return Rates(len(required), len(filed), sum(not cell.days_late for cell in filed))


def period_named(periods: Iterable[Period], programme: str, code: str) -> Period | None:
    """The one that a request names. Compared here: what a request says, a NUL among it, is no matter for the database."""
    return next((each for each in periods if (each.programme.code, each.code) == (programme, code)), None)


def open_periods(programmes: Iterable[Programme]) -> list[Period]:
    """The periods that take returns now."""
    return list(
        Period.objects.filter(programme__in=programmes, starts_on__lte=today(), closes_at__gt=now())
        .select_related("programme")
        .order_by("due_at")
    )


def programmes_of(tenant: Tenant) -> list[Programme]:
    """The programmes that a tenant takes part in: it, or one below it, reports under them."""
    duties = ReportingDuty.objects.filter(tenant__path__startswith=tenant.path)
    return list(Programme.objects.filter(pk__in=duties.values("programme")).select_related("lead"))


def provider_lines(versions: Iterable[int]) -> dict[int, list[Line]]:
    """The lines of versions, by version id, in their order."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(version__in=list(versions)).order_by("version", "position"):
        found[line.version_id].append(line)
    return found


# --- one return's versions


def version_with_parties(pk: int) -> Version:
    """A version with everything that its page prints."""
    return Version.objects.select_related(
        "filing__tenant", "filing__period__programme", "submitted_by", "review__reviewed_by"
    ).get(pk=pk)


def versions_of(filing: Filing) -> list[Version]:
    """Every submission of the return, the newest first, with its review."""
    versions = filing.versions.select_related("submitted_by", "review__reviewed_by")
    return list(versions.order_by("-number"))


def last_review(filing: Filing) -> Review | None:
    """The decision on the latest version, if there is one."""
    return Review.objects.filter(version=filing.latest_id).select_related("reviewed_by").first()


@dataclass(frozen=True)
class Difference:
    """A provider's figure in this version and in the one before (None: the row was not there)."""

    provider: str
    column: str
    before: int | str | None
    after: int | str | None


def compared_with_previous(version: Version) -> list[Difference] | None:
    """What changed since the version before, cell by cell; None for a first version."""
    earlier = version.filing.versions.filter(number__lt=version.number).order_by("-number").first()
    if earlier is None:
        return None
    lines = provider_lines([earlier.pk, version.pk])
    before = {line.provider_key: line for line in lines[earlier.pk]}
    after = {line.provider_key: line for line in lines[version.pk]}
    names = {each.code: each.name for each in typed_indicators(version.filing.period.programme_id)}
    return [
        Difference(
            (after.get(key) or before[key]).provider,
            name,
            _figure(before, key, code),
            _figure(after, key, code),
        )
        for key in dict.fromkeys([*after, *before])
        for code, name in names.items()
        if _figure(before, key, code) != _figure(after, key, code)
    ]


def _figure(lines: dict[str, Line], key: str, code: str) -> int | str | None:
    if key not in lines:
        return None
    value = lines[key].values.get(code)
    return "/" if value is None else value
