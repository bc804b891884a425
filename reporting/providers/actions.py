"""What people decide about the register of their providers. A former name stays as an alias: it still finds its provider."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history, locks
from portal.access import why_not_permitted
from portal.models import Membership, Tenant
from portal.problems import Refused
from portal.roles import Permission
from targets.ledger import Ledger

from ..entry.findings import Invalid
from ..entry.names import clean_name, name_key
from ..entry.nothing import says_nothing
from ..entry.reading import Finding
from ..entry.visual_names import visual_key
from ..models import Line, Provider, Version
from ..periods import queries as period_queries

ALIASES_AT_MOST = 20


@transaction.atomic
def add_provider(tenant: Tenant, name: str, *, by: Membership) -> Provider:
    """Write a provider into the tenant's register."""
    _allow(tenant, by)
    cleaned = _checked(tenant, name, "name", None)
    provider = Provider.objects.create(tenant=tenant, name=cleaned, key=name_key(cleaned))
    _record(provider, "add_provider", None, by)
    return provider


@transaction.atomic
def change_provider(
    provider: Provider, *, name: str, aliases: Sequence[str], is_active: bool, revision: int, by: Membership
) -> Provider:
    """Rename, give other names, take out of use or back: one decision, one entry. Without a change nothing is written."""
    provider = _held(provider, revision, by)
    before = _facts(provider)
    former, given = provider.name, [*aliases]
    cleaned = _checked(provider.tenant, name, "name", provider)
    if name_key(cleaned) != provider.key and not _other_called(provider.tenant, former, provider):
        given.append(former)
    provider.name, provider.key = cleaned, name_key(cleaned)
    provider.aliases, provider.is_active = _aliases(provider, given), is_active
    if _facts(provider) == before:
        return provider
    provider.revision += 1
    provider.save()
    _record(provider, "change_provider", before, by)
    return provider


@transaction.atomic
def classify_provider(
    provider: Provider, *, kind: str, tags: Sequence[str], revision: int, by: Membership
) -> Provider:
    """Say what kind of provider it is, and what else (公益基地 that is an elder-care venue), in the programme's words."""
    provider = _held(provider, revision, by)
    programme = period_queries.ledger_programme(provider.tenant)
    ledger = programme.ledger_rules if programme else Ledger()
    if (kind and kind not in ledger.provider_kinds) or set(tags) - set(ledger.provider_tags):
        text = _("Choose one of the kinds that the programme knows.")
        raise Invalid([Finding("unknown_choice", text, column="kind")])
    before = {"kind": provider.kind, "tags": provider.tags}
    provider.kind, provider.tags = kind, [each for each in ledger.provider_tags if each in tags]
    after = {"kind": provider.kind, "tags": provider.tags}
    if after != before:
        provider.revision += 1
        provider.save()
        _record(provider, "classify_provider", before, by, after=after)
    return provider


def register_accepted(version: Version) -> None:
    """What is accepted is known: its providers stand in the register. Part of the decision that calls it."""
    register(version.tenant, Line.objects.filter(version=version).values_list("provider", flat=True))


def register(tenant: Tenant, names: Iterable[str]) -> None:
    """Add those that the register does not know by name or alias, however they are spelt."""
    known = {look for each in Provider.objects.filter(tenant=tenant) for look in _looks(each)}
    new = {visual_key(name): name for name in names}
    Provider.objects.bulk_create(
        [
            Provider(tenant=tenant, name=name, key=name_key(name))
            for look, name in new.items()
            if look not in known
        ],
        ignore_conflicts=True,
    )


def _held(provider: Provider, revision: int, by: Membership) -> Provider:
    """The provider as it is now, locked. Refused if it was changed since the person looked at it."""
    locks.hold_figures(provider.tenant)
    provider = Provider.objects.select_for_update(of=["self"]).select_related("tenant").get(pk=provider.pk)
    _allow(provider.tenant, by)
    if provider.revision != revision:
        raise Refused(_("The provider was changed meanwhile. Look at it as it is now, then decide again."))
    return provider


def _allow(tenant: Tenant, by: Membership) -> None:
    if reason := why_not_permitted(by, Permission.FILE):
        raise PermissionDenied(reason)
    if by.tenant_id != tenant.pk:
        raise PermissionDenied(_("Only %(tenant)s keeps its own register of providers.") % {"tenant": tenant})


def _checked(tenant: Tenant, raw: str, column: str, own: Provider | None) -> str:
    """A usable name that no other provider of the tenant has, nor one that looks the same."""
    name = clean_name(raw)
    if name.problem or not name.value:
        text = name.problem or _("Type the provider's name.")
        raise Invalid([Finding(name.code or "blank", text, column=column)])
    is_kept = own is not None and name.key in (own.key, *own.alias_keys)
    if not is_kept and (other := _other_called(tenant, name.value, own)):
        text = _("“%(name)s” is in the register already, as “%(other)s”.") % {
            "name": name.value,
            "other": other,
        }
        raise Invalid([Finding("provider_twice", text, column=column)])
    return name.value


def _other_called(tenant: Tenant, name: str, own: Provider | None) -> Provider | None:
    """Another provider that a reader would take for one of this name."""
    look = visual_key(name)
    return next(
        (each for each in Provider.objects.filter(tenant=tenant) if each != own and look in _looks(each)),
        None,
    )


def _looks(provider: Provider) -> set[str]:
    """Everything that a reader takes for this provider."""
    return set(map(visual_key, (provider.name, *provider.aliases)))


def _aliases(provider: Provider, given: Iterable[str]) -> list[str]:
    """Each once, none of them the name itself or another provider's. “无” is no other name."""
    found: dict[str, str] = {}
    for raw in given:
        if raw.strip() and not says_nothing(raw) and visual_key(raw) != visual_key(provider.key):
            found.setdefault(visual_key(raw), _checked(provider.tenant, raw, "aliases", provider))
    if len(found) > ALIASES_AT_MOST:
        text = _("At most %(limit)s other names can be kept.") % {"limit": ALIASES_AT_MOST}
        raise Invalid([Finding("too_many", text, column="aliases")])
    return list(found.values())


def _facts(provider: Provider) -> dict:
    """The before and after of its history."""
    return {"name": provider.name, "aliases": list(provider.aliases), "is_active": provider.is_active}


def _record(
    provider: Provider, action: str, before: dict | None, by: Membership, *, after: dict | None = None
) -> None:
    history.record(
        action,
        subject_kind="provider",
        subject_id=provider.public_id,
        tenant=provider.tenant,
        by=by.user,
        before=before,
        after=after or _facts(provider),
    )
