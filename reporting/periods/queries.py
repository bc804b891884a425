"""What is known of a programme's periods: their dates as they stand, what was decided, who asks for what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.access import visible_to
from portal.clock import today
from portal.models import Membership, Tenant
from targets.models import Duty, Period, Programme, ReportingDuty

from ..models import Extension, Filing, PeriodDecision, UnlockRequest
from ..models.states import Status
from .deadlines import Window, deadlines, window


def files(tenant: Tenant, programme: Programme) -> bool:
    """Whether the tenant itself reports under the programme."""
    return ReportingDuty.objects.filter(tenant=tenant, programme=programme).exists()


def files_voluntarily(tenant: Tenant, programme: Programme) -> bool:
    """Whether it may file and need not: nobody is late then."""
    own = ReportingDuty.objects.filter(tenant=tenant, programme=programme)
    return own.filter(duty=Duty.VOLUNTARY).exists()


def waiting_in(period: Period) -> list[Filing]:
    """The returns of a period that are submitted and not decided."""
    waiting = Filing.objects.with_parties().filter(period=period, status=Status.SUBMITTED)
    return list(waiting.order_by("tenant__path"))


def not_filed_in(period: Period) -> list[Tenant]:
    """Who has to file for the period and has not."""
    filed = Filing.objects.filter(period=period).filed().values("tenant")
    duties = ReportingDuty.objects.filter(programme=period.programme_id).exclude(tenant__in=filed)
    duties = duties.select_related("tenant").order_by("tenant__path")
    return [each.tenant for each in duties if each.in_period(period) == Duty.REQUIRED]


def first_filed_in(period: Period) -> list[Filing]:
    """The returns that have been filed once: whether they were on time is judged already."""
    filed = Filing.objects.with_parties().filter(period=period, first_submitted_at__isnull=False)
    return list(filed.order_by("tenant__path"))


def still_open_for(period: Period) -> list[Window]:
    """The extensions by which a period is open for somebody although it is closed for the others."""
    read = deadlines([period])
    return [
        each
        for tenant_id, _period_id in read.extensions
        if (each := read.of(tenant_id, period)).is_open and each.extension
    ]


def open_requests(periods: Iterable[Period]) -> list[UnlockRequest]:
    """The requests that nobody has answered: by a decision about the period, or by an extension of that tenant."""
    periods = list(periods)
    read = deadlines(periods)
    requests = UnlockRequest.objects.filter(period__in=periods).select_related(
        "tenant", "requested_by", "period__programme"
    )
    return [
        each
        for each in requests.order_by("id")
        if not _answered(each, read.decisions.get(each.period_id))
        and not _answered(each, read.extensions.get((each.tenant_id, each.period_id)))
    ]


def _answered(request: UnlockRequest, decision: PeriodDecision | Extension | None) -> bool:
    return decision is not None and decision.decided_at >= request.requested_at


@dataclass(frozen=True)
class PeriodFacts:
    """A period as its page shows it to one person: with what concerns those that the person sees."""

    period: Period
    window: Window
    own: Window  # of the person's own tenant
    decisions: list[PeriodDecision]
    extensions: list[Extension]
    requests: list[UnlockRequest]
    open_requests: list[UnlockRequest]
    extended_tenants: dict[int, Window]


def period_facts(period: Period, by: Membership) -> PeriodFacts:
    extensions = visible_to(Extension.objects.filter(period=period), by).select_related(
        "tenant", "decided_by"
    )
    requests = visible_to(UnlockRequest.objects.filter(period=period), by).select_related(
        "tenant", "requested_by"
    )
    unanswered = {each.pk for each in open_requests([period])}
    read = deadlines([period], under=by.tenant)
    return PeriodFacts(
        period=period,
        window=read.of(None, period),
        own=window(period, by.tenant),
        decisions=list(PeriodDecision.objects.filter(period=period).select_related("decided_by")),
        extensions=list(extensions),
        requests=list(requests),
        open_requests=[each for each in requests if each.pk in unanswered],
        extended_tenants={tenant: read.of(tenant, period) for tenant, _period in read.extensions},
    )


def periods_with_windows(programme: Programme, by: Membership) -> list[dict]:
    """The programme's periods, the latest first: each with its dates as they stand for the person's tenant."""
    periods = list(Period.objects.filter(programme=programme).select_related("programme__lead"))
    read, requests = deadlines(periods, under=by.tenant), Counter[int]()
    for each in open_requests(periods):
        if each.tenant.path.startswith(by.tenant.path):
            requests[each.period_id] += 1
    extended = [period for _tenant, period in read.extensions]
    return [
        {
            "period": each,
            "window": read.of(by.tenant_id, each),
            "requests": requests[each.pk],
            "extensions": extended.count(each.pk),
        }
        for each in reversed(periods)
    ]


def year_through(period: Period) -> list[Period]:
    """The periods of its year up to and with this one."""
    year = Period.objects.filter(programme=period.programme_id, year=period.year, number__lte=period.number)
    return list(year.select_related("programme").order_by("number"))


def begun_periods(programme: Programme) -> list[Period]:
    """Those that have begun, in the order of time."""
    begun = Period.objects.filter(programme=programme, starts_on__lte=today())
    return list(begun.select_related("programme__lead").order_by("year", "number"))


def period_named(periods: Iterable[Period], programme: str, code: str) -> Period | None:
    """The one that a request names. Compared here: what a request says, a NUL among it, is no matter for the database."""
    return next((each for each in periods if (each.programme.code, each.code) == (programme, code)), None)


def open_periods(programmes: Iterable[Programme], tenant: Tenant | None = None) -> list[Period]:
    """The periods that take returns now: of a tenant, or of somebody below it; else of everybody."""
    started = Period.objects.filter(programme__in=programmes, starts_on__lte=today())
    begun = list(started.select_related("programme__lead").order_by("due_at"))
    read = deadlines(begun, under=tenant)
    extended = {
        period_id: tenant_id
        for (tenant_id, period_id) in read.extensions
        for period in begun
        if period.pk == period_id and tenant and read.of(tenant_id, period).is_open
    }
    return [each for each in begun if read.of(extended.get(each.pk), each).is_open]


def programmes_of(tenant: Tenant) -> list[Programme]:
    """The programmes that a tenant takes part in: it, or one below it, reports under them."""
    duties = ReportingDuty.objects.filter(tenant__path__startswith=tenant.path)
    return list(Programme.objects.filter(pk__in=duties.values("programme")).select_related("lead"))


def ledger_programme(tenant: Tenant) -> Programme | None:
    """The programme with a ledger that the tenant reports under."""
    programmes = Programme.objects.filter(duties__tenant=tenant).order_by("id")
    return next((each for each in programmes if each.ledger), None)
