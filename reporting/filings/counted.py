"""What submitting and deciding do to the activities of the ledger and the materials of the register: each is frozen into
exactly one version that stands."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.problems import Refused

from ..entry.computed_figures import Computed
from ..entry.names import name_key
from ..ledger import queries as ledger_queries
from ..ledger.content import content_of
from ..materials import register
from ..models import Activity, CountedActivity, CountedMaterial, Filing, Material, Provider, Version
from ..models.states import Status

# What is counted, how a version keeps it, and what the row is called there.
COUNTED: tuple[tuple[Any, Any, str], ...] = (
    (Activity, CountedActivity, "activity"),
    (Material, CountedMaterial, "material"),
)


def hold_activities(filing: Filing) -> None:
    """Nobody changes an activity or a material of the tenant until the return that may count it is submitted."""
    programme = filing.period.programme
    for thing, is_there in ((Activity, programme.ledger), (Material, programme.materials)):
        if is_there:
            held = thing.objects.filter(tenant=filing.tenant, programme=programme, withdrawn_at=None)
            list(held.select_for_update(of=["self"]).order_by("pk").values_list("pk", flat=True))


def counted_of(filing: Filing, computed: Computed) -> list[dict[str, Any]]:
    """What a version of the return freezes of the ledger and of the register, each in the order in which it was recorded."""
    return [*_activities_of(filing), *_materials_of(filing)] if computed else []


def _activities_of(filing: Filing) -> list[dict[str, Any]]:
    added = ledger_queries.added_to(filing)
    activities = list(Activity.objects.filter(pk__in=added).order_by("pk"))
    providers = Provider.objects.in_bulk({each.provider_id for each in activities})
    for each in activities:
        each.provider = providers[each.provider_id]
    evidence = ledger_queries.evidence_digests(activities)
    return [
        _counted("activity", each, added[each.pk], content_of(each, evidence.get(each.pk, [])))
        for each in activities
    ]


def _materials_of(filing: Filing) -> list[dict[str, Any]]:
    added = register.materials_added_to(filing)
    materials = Material.objects.select_related("provider").filter(pk__in=added).order_by("pk")
    return [_counted("material", each, added[each.pk], _content_of_material(each)) for each in materials]


def _counted(
    name: str, thing: Activity | Material, added: ledger_queries.Added, content: dict
) -> dict[str, Any]:
    return {
        name: thing,
        "provider_key": cast(Provider, thing.provider).key,
        "is_late": added.is_late,
        "content": content,
        "figures": added.figures,
    }


def _content_of_material(material: Material) -> dict[str, Any]:
    return {
        "id": str(material.public_id),
        "provider": cast(Provider, material.provider).name,
        "finished_on": cast(date, material.finished_on).isoformat(),
        **{name: getattr(material, name) for name in ("kind", "title", "maker", "link", "revision")},
    }


def plain(counted: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As a digest takes it."""
    kept = ("provider_key", "is_late", "content", "figures")
    return sorted(
        ({name: each[name] for name in kept} for each in counted), key=lambda each: each["content"]["id"]
    )


def count_activities(version: Version, counted: list[dict[str, Any]]) -> None:
    """Each activity and material of the version names it, then the version holds it: exactly one return gets it (409 for
    the other)."""
    for thing, counting, name in COUNTED:
        own = [each for each in counted if name in each]
        keys = [each[name].pk for each in own]
        free = Q(counted_in=None) | Q(counted_in__filing=version.filing_id)
        taken = thing.objects.filter(free, pk__in=keys, withdrawn_at=None)
        if taken.update(counted_in=version) != len(keys):
            raise Refused(
                _("The ledger was changed meanwhile. Look at the figures as they are now, then submit."),
                filing=version.filing,
            )
        counting.objects.bulk_create(
            counting(version=version, tenant_id=version.tenant_id, **each) for each in own
        )


AS_FROZEN: tuple[tuple[Any, Callable[[Any], dict[str, Any]]], ...] = (
    (Activity, lambda activity: content_of(activity, [])),
    (Material, _content_of_material),
)


def counts_alike(version: Version, counted: Iterable[dict[str, Any]]) -> bool:
    """Whether `counted`, what a version would freeze now, is what that version froze, to the letter."""
    return _contents(each["content"] for each in counted) == _contents(_frozen(version).values())


def changed_since_counted(version: Version) -> int:
    """How many activities and materials of the version are not there any more as it froze them. A provider that got another
    name is the same."""
    frozen = _frozen(version)
    there = {
        str(each.public_id): (cast(Provider, each.provider), as_content(each))
        for thing, as_content in AS_FROZEN
        for each in thing.objects.select_related("provider").filter(public_id__in=frozen, withdrawn_at=None)
    }
    return sum(not _is_still(content, *there.get(key, (None, {}))) for key, content in frozen.items())


def _is_still(frozen: dict[str, Any], provider: Provider | None, now: dict[str, Any]) -> bool:
    """What is counted of it: changed and changed back, or with another file beside it, it is the same."""
    if provider is None or name_key(frozen["provider"]) not in (provider.key, *provider.alias_keys):
        return False
    besides = {"revision", "evidence", "provider"}
    counted = (
        {name: value for name, value in content.items() if name not in besides} for content in (frozen, now)
    )
    return len({json.dumps(content, sort_keys=True) for content in counted}) == 1


def _frozen(version: Version) -> dict[str, dict[str, Any]]:
    """{public id: content} of what the version counts."""
    return {
        content["id"]: content
        for _thing, counting, _name in COUNTED
        for content in counting.objects.filter(version=version).values_list("content", flat=True)
    }


def _contents(found: Iterable[dict[str, Any]]) -> str:
    return json.dumps(sorted(found, key=lambda each: each["id"]), sort_keys=True)


def settle_activities(filing: Filing) -> None:
    """Each activity and material names the version that counts it now: the submitted one, else the accepted one, else none.

    What a recalled or returned version counted is free again, and what a newer accepted one left out as well.
    """
    in_force = [filing.latest_id] if filing.status == Status.SUBMITTED else []
    in_force += [filing.accepted_id] if filing.accepted_id else []
    for thing, counting, name in COUNTED:
        found = counting.objects.filter(version__in=in_force).order_by("version__number")
        newest = dict(found.values_list(name, "version"))  # of two, the later one's word holds
        changed: dict[int | None, list[int]] = {}
        for key, named in thing.objects.filter(counted_in__filing=filing).values_list("pk", "counted_in"):
            if newest.get(key) != named:
                changed.setdefault(newest.get(key), []).append(key)
        for version, keys in changed.items():
            thing.objects.filter(pk__in=keys).update(counted_in=version)
