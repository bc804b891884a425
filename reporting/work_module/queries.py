"""The work module: which sum stands first, who operates it, where service is given, and what was verified."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from portal.access import has_permission, visible_tenants, visible_to
from portal.models import Membership, Tenant
from portal.roles import PERMISSIONS, Permission
from targets.models import Channel, Programme, ReportingDuty
from targets.work_module import ALL, OPERATOR, UNRECORDED, Check, HeadlineChoice

from ..models import Checklist, Headline, Operator, Provider, ServicePoint

FILERS = [role for role, permissions in PERMISSIONS.items() if Permission.FILE in permissions]
# Designated, and still somebody who files for the unit.
STILL_DESIGNATED = Q(
    ended_at__isnull=True,
    membership__is_active=True,
    membership__user__is_active=True,
    membership__role__in=FILERS,
)


def headline_of(programme: Programme) -> HeadlineChoice:
    """Which sum stands first, with its sentence: as the lead decided, else as the programme comes."""
    module = programme.work_module
    kept = Headline.objects.filter(programme=programme).values_list("channel", flat=True).first()
    if module:
        for code in (kept, programme.headline_channel):
            if code and (found := module.headline(code)):
                return found
    return HeadlineChoice(programme.headline_channel or ALL, programme.headline_sentence)


def headline_setting(programme: Programme) -> Headline:
    """The row that the lead decides on; a new one says what comes with the programme."""
    fresh = Headline(programme=programme, tenant=programme.lead, channel=headline_of(programme).code)
    return Headline.objects.filter(programme=programme).first() or fresh


# --- service points and operators


def _with_checklists(rows: QuerySet) -> QuerySet:
    """Each with its lists, oldest first, in one more query."""
    lists = Checklist.objects.select_related("checked_by").order_by("id")
    return rows.prefetch_related(Prefetch("checklists", queryset=lists))


def all_service_points() -> QuerySet[ServicePoint]:
    return _with_checklists(ServicePoint.objects.select_related("tenant", "programme__lead", "provider"))


def service_points(programme: Programme, by: Membership) -> QuerySet[ServicePoint]:
    """Those of the person's tenant and of all below it, those in use first."""
    shown = visible_to(all_service_points(), by).filter(programme=programme)
    return shown.order_by("tenant__path", "-is_active", "kind", "name", "id")


def all_operators() -> QuerySet[Operator]:
    return _with_checklists(Operator.objects.select_related("tenant", "programme__lead", "membership__user"))


def operators(programme: Programme, by: Membership) -> QuerySet[Operator]:
    """Who operates the module, at the person's tenant and below; those who ended come last."""
    shown = visible_to(all_operators(), by).filter(programme=programme)
    return shown.order_by("tenant__path", "ended_at", "designated_at", "id")


def is_operator(programme: Programme, by: Membership) -> bool:
    """“专人”: whether this very person is designated by their unit now."""
    if not has_permission(by, Permission.FILE):
        return False
    return Operator.objects.filter(programme=programme, membership=by, ended_at__isnull=True).exists()


def has_operators(programme: Programme, tenant: Tenant) -> bool:
    """Whether somebody of the unit can operate it: who has left keeps nobody from recording."""
    return Operator.objects.filter(STILL_DESIGNATED, programme=programme, tenant=tenant).exists()


def records_in_module(programme: Programme, tenant: Tenant) -> bool:
    """Whether the document has the tenant record in the module."""
    duties = ReportingDuty.objects.filter(programme=programme, tenant=tenant)
    return duties.filter(recording_channel=Channel.MODULE).exists()


def may_be_designated(programme: Programme, tenant: Tenant) -> QuerySet[Membership]:
    """People of the unit who file its returns and are not designated yet."""
    people = Membership.objects.filter(tenant=tenant, role__in=FILERS, is_active=True, user__is_active=True)
    taken = Operator.objects.filter(programme=programme, ended_at__isnull=True).values("membership")
    return people.exclude(pk__in=taken).select_related("user").order_by("user__full_name", "id")


def last_checklist(subject: ServicePoint | Operator) -> Checklist | None:
    """The last one, of a subject that was read with its lists."""
    lists = list(subject.checklists.all())
    return lists[-1] if lists else None


@dataclass(frozen=True)
class Verified:
    """How far the verification of a service point or an operator is: `missing` are the checks not in order yet."""

    checklist: Checklist | None
    done: int
    missing: tuple[Check, ...]

    @property
    def total(self) -> int:
        return self.done + len(self.missing)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def verified(subject: ServicePoint | Operator) -> Verified:
    """A check that the programme added since is missing until somebody looks again."""
    checks = checks_for(subject)
    checklist = last_checklist(subject)
    items = checklist.items if checklist else {}
    missing = tuple(each for each in checks if not items.get(each.code))
    return Verified(checklist, len(checks) - len(missing), missing)


def checks_for(subject: ServicePoint | Operator) -> list[Check]:
    module = subject.programme.work_module
    if module is None:
        return []
    if isinstance(subject, Operator):
        return module.checks_of(OPERATOR)
    kind = module.kind(subject.kind)
    return module.checks_of(kind.subject) if kind else []


# --- the whole module, unit by unit


@dataclass(frozen=True)
class ModuleUnit:
    """A unit of the module page: what it has, and what is still to be done before service begins."""

    tenant: Tenant
    depth: int
    channel: str
    providers: int
    points: tuple[ServicePoint, ...]
    operators: tuple[Operator, ...]

    @property
    def unverified(self) -> int:
        subjects: list[ServicePoint | Operator] = [*self.points, *self.operators]
        return sum(not verified(each).is_complete for each in subjects)


def module_units(programme: Programme, by: Membership) -> list[ModuleUnit]:
    """Every unit with a duty within the person's sight: pillars, and under them their districts, in document order."""
    duties = ReportingDuty.objects.filter(programme=programme, tenant__in=visible_tenants(by))
    providers = dict(
        visible_to(Provider.objects.filter(is_active=True), by)
        .order_by()
        .values_list("tenant")
        .annotate(count=Count("pk"))
    )
    points = _by_tenant(service_points(programme, by).filter(is_active=True))
    people = _by_tenant(operators(programme, by).filter(STILL_DESIGNATED))
    return [
        ModuleUnit(
            tenant=each.tenant,
            depth=(len(each.tenant.path) - len(by.tenant.path)) // Tenant.steplen,
            channel=each.recording_channel,
            providers=providers.get(each.tenant_id, 0),
            points=tuple(points.get(each.tenant_id, ())),
            operators=tuple(people.get(each.tenant_id, ())),
        )
        for each in duties.select_related("tenant").order_by("tenant__path")
    ]


def module_providers(programme: Programme, by: Membership, unit: Tenant | None = None) -> QuerySet[Provider]:
    """“基地和场所”: the registers of providers of the units within sight, under their unit."""
    units = ReportingDuty.objects.filter(programme=programme).values("tenant")
    shown = visible_to(Provider.objects.select_related("tenant"), by).filter(tenant__in=units, is_active=True)
    if unit is not None:
        shown = shown.filter(tenant__path__startswith=unit.path)
    points = Count("service_points", filter=Q(service_points__is_active=True))
    return shown.annotate(points=points).order_by("tenant__path", "name", "id")


def _by_tenant(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for each in rows:
        found.setdefault(each.tenant_id, []).append(each)
    return found


def channel_name(code: str) -> str:
    """What the document calls where a figure comes from; “—” where it makes no difference."""
    if code == UNRECORDED:
        return _("not recorded in the module")
    return str(Channel(code).label) if code else "—"
