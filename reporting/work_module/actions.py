"""What people decide about the work module: which sum stands first, who operates it, where service is given, and what
was verified before. Each is one transaction with one line in the history.
"""

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history
from portal.access import require
from portal.clock import now
from portal.models import Membership, Tenant
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Programme

from ..entry.findings import Invalid
from ..entry.names import clean_name, name_key
from ..entry.reading import Finding
from ..models import Checklist, Headline, Operator, Provider, ServicePoint
from ..periods import lead_tenant
from ..periods import queries as period_queries
from . import queries, rules


@transaction.atomic
def choose_headline(programme: Programme, channel: str, *, revision: int, by: Membership) -> Headline:
    """Choose which sum stands first: for the administrators of the lead. Both stay side by side either way."""
    lead_tenant.require_lead_tenant(programme, by, Permission.SETTINGS)
    module = programme.work_module
    chosen = module.headline(channel) if module else None
    if chosen is None:
        raise ValueError("a headline is one of the programme's module")
    Programme.objects.select_for_update(of=["self"]).get(pk=programme.pk)
    setting = queries.headline_setting(programme)
    if setting.revision != revision:
        raise Refused(_("Somebody chose meanwhile. Look at it as it is now, then decide again."))
    before = {"headline": setting.channel}
    setting.channel, setting.revision = channel, revision + 1
    setting.save()
    after = {"headline": channel, "sentence": chosen.sentence}
    _record("choose_headline", "headline", setting, setting.tenant, by, before, after)
    return setting


# --- who operates the module


@transaction.atomic
def designate(programme: Programme, person: Membership, *, by: Membership) -> Operator:
    """“应安排专人负责日常操作”: the unit's administrator says who of those who file operates the module."""
    _allow_people(programme, person.tenant, by)
    if not queries.may_be_designated(programme, person.tenant).filter(pk=person.pk).exists():
        raise Refused(
            _("%(name)s operates the module already, or does not file returns.") % {"name": person.user}
        )
    operator = Operator.objects.create(
        programme=programme,
        tenant=person.tenant,
        membership=person,
        designated_at=now(),
        designated_by=by.user,
    )
    after = {"operator": str(person.user.public_id)}
    _record("designate", "operator", operator, operator.tenant, by, None, after)
    return operator


@transaction.atomic
def end_designation(operator: Operator, *, by: Membership) -> Operator:
    """Somebody operates the module no longer. What they did stays."""
    operator = queries.all_operators().select_for_update(of=["self"]).get(pk=operator.pk)
    _allow_people(operator.programme, operator.tenant, by)
    if operator.ended_at:
        raise Refused(_("The designation of %(name)s has ended already.") % {"name": operator})
    operator.ended_at, operator.ended_by = now(), by.user
    operator.save(update_fields=["ended_at", "ended_by"])
    after = {"operator": str(operator.membership.user.public_id), "ended": True}
    _record("end_designation", "operator", operator, operator.tenant, by, None, after)
    return operator


def _allow_people(programme: Programme, tenant: Tenant, by: Membership) -> None:
    require(by, Permission.PEOPLE)
    _files_itself(programme, tenant, by)


def _files_itself(programme: Programme, tenant: Tenant, by: Membership) -> None:
    if by.tenant_id != tenant.pk or not period_queries.files(tenant, programme):
        raise PermissionDenied(_("Each unit keeps its own part of the module; those above look at it."))


# --- service points


@transaction.atomic
def add_service_point(
    programme: Programme,
    tenant: Tenant,
    *,
    kind: str,
    name: str,
    area: str = "",
    provider: Provider | None = None,
    headcount: int | None = None,
    tags: Collection[str] = (),
    by: Membership,
) -> ServicePoint:
    """Write a place or a group of volunteers into the unit's register."""
    require_operator(programme, tenant, by)
    point = ServicePoint(programme=programme, tenant=tenant)
    _fill(point, kind=kind, name=name, area=area, provider=provider, headcount=headcount, tags=tags)
    point.save()
    _record("add_service_point", "servicepoint", point, tenant, by, None, _facts(point))
    return point


@transaction.atomic
def change_service_point(
    point: ServicePoint,
    *,
    name: str,
    area: str = "",
    provider: Provider | None = None,
    headcount: int | None = None,
    tags: Collection[str] = (),
    is_active: bool,
    revision: int,
    by: Membership,
) -> ServicePoint:
    """Its name, where it is, what it belongs to, or that it is out of use. What kind it is stays. Without a change nothing
    is written."""
    point = queries.all_service_points().select_for_update(of=["self"]).get(pk=point.pk)
    require_operator(point.programme, point.tenant, by)
    if point.revision != revision:
        raise Refused(
            _("The service point was changed meanwhile. Look at it as it is now, then decide again.")
        )
    before = _facts(point)
    _fill(point, kind=point.kind, name=name, area=area, provider=provider, headcount=headcount, tags=tags)
    point.is_active = is_active
    if _facts(point) != before:
        point.revision += 1
        point.save()
        _record("change_service_point", "servicepoint", point, point.tenant, by, before, _facts(point))
    return point


def require_operator(programme: Programme, tenant: Tenant, by: Membership) -> None:
    """403 unless the person's own unit has designated this person: “应安排专人负责日常操作”."""
    require(by, Permission.FILE)
    _files_itself(programme, tenant, by)
    if not queries.is_operator(programme, by):
        raise PermissionDenied(rules.not_designated(tenant))


def _fill(
    point: ServicePoint,
    *,
    kind: str,
    name: str,
    area: str,
    provider: Provider | None,
    headcount: int | None,
    tags: Collection[str],
) -> None:
    """Take over what was typed. Codes that the programme does not have are the caller's mistake; a name is the person's."""
    module = point.programme.work_module
    found = module.kind(kind) if module else None
    if module is None or found is None or not found.is_for(point.tenant.code, point.tenant.kind):
        raise ValueError("a kind of service point is one of the programme's, for this unit")
    if not set(tags) <= {each.code for each in module.tags} or (area and area not in module.areas):
        raise ValueError("tags and areas are the programme's")
    if provider is not None and provider.tenant_id != point.tenant_id:
        raise ValueError("a service point is in a base or venue of its own unit")
    cleaned = clean_name(name)
    if cleaned.problem or not cleaned.value:
        text = cleaned.problem or _("Type the name of the service point.")
        raise Invalid([Finding(cleaned.code or "blank", text, column="name")])
    key = name_key(cleaned.value)
    same = ServicePoint.objects.filter(programme=point.programme, tenant=point.tenant, key=key)
    if other := same.exclude(pk=point.pk).first():
        text = _("“%(name)s” is in the register already.") % {"name": other}
        raise Invalid([Finding("service_point_twice", text, column="name")])
    point.kind, point.name, point.key, point.area, point.provider = kind, cleaned.value, key, area, provider
    point.headcount = headcount if found.is_group else None
    point.tags = [each.code for each in module.tags if each.code in tags]


def _facts(point: ServicePoint) -> dict:
    """The before and after of its history."""
    return {
        "kind": point.kind,
        "name": point.name,
        "area": point.area,
        "provider": point.provider.name if point.provider else "",
        "headcount": point.headcount,
        "tags": list(point.tags),
        "is_active": point.is_active,
    }


# --- what is verified before service begins


@transaction.atomic
def record_checks(
    subject: ServicePoint | Operator, items: Mapping[str, bool], *, checked_on: date, by: Membership
) -> Checklist:
    """What somebody found when they looked: every check of the programme, in order or not. A new list, never a change."""
    require_operator(subject.programme, subject.tenant, by)
    if set(items) != {each.code for each in queries.checks_for(subject)}:
        raise ValueError("a checklist says something of each of the programme's checks")
    is_point = isinstance(subject, ServicePoint)
    if isinstance(subject, Operator) and subject.ended_at:
        raise Refused(_("The designation of %(name)s has ended already.") % {"name": subject})
    checklist = Checklist.objects.create(
        programme=subject.programme,
        tenant=subject.tenant,
        **{"point" if is_point else "operator": subject},
        items=dict(items),
        checked_on=checked_on,
        checked_at=now(),
        checked_by=by.user,
    )
    after = {"items": dict(items), "checked_on": checked_on.isoformat()}
    kind = "servicepoint" if is_point else "operator"
    _record("record_checks", kind, subject, subject.tenant, by, None, after)
    return checklist


def _record(
    action: str,
    subject_kind: str,
    subject: Headline | Operator | ServicePoint,
    tenant: Tenant,
    by: Membership,
    before: dict | None,
    after: dict,
) -> None:
    history.record(
        action,
        subject_kind=subject_kind,
        subject_id=subject.public_id,
        tenant=tenant,
        by=by.user,
        before=before,
        after=after,
    )
