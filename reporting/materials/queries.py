"""The register of materials: what a person sees of it, what was finished in a period, and whose return it feeds."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from portal.access import visible_to
from portal.models import HistoryEntry, Membership, Tenant
from targets.models import Indicator, Programme

from ..models import Material, MaterialFile, Provider


def materials_with_parties() -> QuerySet[Material]:
    """Everything that the page of a material prints, in one query."""
    return Material.objects.select_related(
        "tenant",
        "programme__lead",
        "provider",
        "version_of",
        "recorded_by",
        "withdrawn_by",
        "counted_in__filing__period",
    )


def shown_materials(programme: Programme, by: Membership) -> QuerySet[Material]:
    """The register of one's own tenant and those below; without what was withdrawn. Variants stand with their original."""
    shown = visible_to(materials_with_parties(), by).filter(programme=programme, withdrawn_at=None)
    files = Prefetch("files", MaterialFile.objects.not_withdrawn(), to_attr="kept_files")
    variants = Material.objects.filter(withdrawn_at=None).order_by("id").prefetch_related(files)
    return shown.filter(version_of=None).prefetch_related(Prefetch("variants", variants), files)


def material_files_with_parties() -> QuerySet[MaterialFile]:
    """Those that stand, with everything that is asked before one is withdrawn."""
    files = MaterialFile.objects.not_withdrawn()
    return files.select_related(
        "tenant", "material__tenant", "material__programme__lead", "material__counted_in"
    )


def can_be_seen(material: Material) -> bool:
    """Whether somebody else can look at it: behind its link, or in a file."""
    return bool(material.link) or material.files.not_withdrawn().exists()


def narrowed_materials(materials: QuerySet[Material], wanted: Mapping[str, str]) -> QuerySet[Material]:
    """`wanted`: kind, state ("unfinished" too), tenant (a code), q (part of a title or maker; a version's title too)."""
    if kind := wanted.get("kind"):
        materials = materials.filter(kind=kind)
    if (state := wanted.get("state")) == "unfinished":
        materials = materials.filter(finished_on=None)
    elif state:
        materials = materials.filter(state=state)
    if tenant := wanted.get("tenant"):
        materials = materials.filter(tenant__code=tenant)
    if text := wanted.get("q"):
        versions = Material.objects.filter(title__icontains=text, withdrawn_at=None).exclude(version_of=None)
        named = Q(title__icontains=text) | Q(maker__icontains=text)
        materials = materials.filter(named | Q(pk__in=versions.values("version_of")))
    return materials


def withdrawn_materials(programme: Programme, by: Membership) -> QuerySet[Material]:
    shown = visible_to(materials_with_parties(), by).filter(programme=programme)
    return shown.exclude(withdrawn_at=None).order_by("-withdrawn_at")


def counting(materials: QuerySet[Material]) -> QuerySet[Material]:
    """Those that count: finished, themselves no variant, not withdrawn."""
    return materials.filter(finished_on__isnull=False, version_of=None, withdrawn_at=None)


def finished_counts(programme: Programme, year: int, under: Tenant) -> dict[str, dict[str, int]]:
    """{tenant code: {kind: how many were finished in the year}} of a tenant and those below."""
    rows = (
        counting(Material.objects.filter(programme=programme, year=year, tenant__path__startswith=under.path))
        .values("tenant__code", "kind")
        .annotate(count=Count("id"))
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["tenant__code"], {})[row["kind"]] = row["count"]
    return found


def variant_counts(programme: Programme, year: int, under: Tenant) -> dict[str, int]:
    """{kind: how many dialect versions of the year there are beside the originals}."""
    variants = Material.objects.filter(
        ~Q(version_of=None), programme=programme, year=year, withdrawn_at=None
    ).filter(tenant__path__startswith=under.path)
    return dict(variants.values_list("kind").annotate(Count("id")))


def kinds_of(programme: Programme) -> list[Indicator]:
    """The kinds of material that the programme collects, in the order of the document; empty: none."""
    codes = programme.materials.get("kinds", [])
    return [each for each in Indicator.objects.filter(programme=programme) if each.code in codes]


def originals_of(tenant: Tenant, programme: Programme) -> QuerySet[Material]:
    """What a new dialect version can be a version of."""
    own = Material.objects.filter(tenant=tenant, programme=programme, withdrawn_at=None, version_of=None)
    return own.filter(kind__in=programme.materials.get("with_variants", [])).order_by("-year", "title", "id")


def active_providers(tenant: Tenant, *, besides: UUID | None = None) -> QuerySet[Provider]:
    """Those in use. `besides`: the one that a material names already, in use or not."""
    wanted = Q(is_active=True) | Q(public_id=besides)
    return Provider.objects.filter(wanted, tenant=tenant).order_by("name", "id")


def history_of_material(material: Material) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(subject_id=material.public_id).select_related("by"))
