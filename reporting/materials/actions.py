"""What people decide about materials (成果): to record, change and withdraw their own; for the lead, to select and promote;
and whether the register fills in their return."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal import history, locks
from portal.access import why_not_permitted
from portal.clock import now, today
from portal.models import Membership, Tenant
from portal.problems import Refused
from portal.roles import Permission
from targets.models import Period, Programme
from targets.queries import target_years

from ..entry.findings import Invalid, checked_reason
from ..entry.names import NAME_LIMIT, clean_text, name_key
from ..entry.reading import Finding
from ..ledger import queries as ledger_queries
from ..ledger import rules as ledger_rules
from ..models import Material, Provider, RegisterSwitch
from ..models.material_states import STEPS, MaterialMove, MaterialState
from ..models.materials import LANGUAGE_LIMIT, LINK_LIMIT
from ..periods import lead_tenant
from ..periods import queries as period_queries
from ..survey.answers import is_link
from . import queries, register


@dataclass(frozen=True)
class MaterialFacts:
    """What is recorded of a material, as given. `finished_on` None: still being made, so not counted yet."""

    kind: str
    title: str
    maker: str
    year: int
    finished_on: date | None = None
    provider: Provider | None = None
    link: str = ""
    version_of: Material | None = None
    language: str = ""


@transaction.atomic
def record_material(
    tenant: Tenant, programme: Programme, facts: MaterialFacts, *, by: Membership
) -> Material:
    """Write a material into the tenant's register: it is collected (征集)."""
    require_keeper(tenant, programme, by)
    locks.hold_figures(tenant)
    material = Material(tenant=tenant, programme=programme, recorded_at=now(), recorded_by=by.user)
    _write(material, facts)
    material.save(force_insert=True)
    _record(material, "record_material", None, by)
    return material


@transaction.atomic
def change_material(material: Material, facts: MaterialFacts, *, revision: int, by: Membership) -> Material:
    """Change what is recorded, while it is collected. Without a change nothing is written."""
    locks.hold_figures(material.tenant)
    material = held_material(material, revision)
    require_keeper(material.tenant, material.programme, by)
    if reason := why_not_change(material):
        raise Refused(reason)
    before = history_facts(material)
    _write(material, facts)
    if history_facts(material) == before:
        return material
    save_material(material, "change_material", before, by)
    return material


@transaction.atomic
def withdraw_material(material: Material, *, reason: str, revision: int, by: Membership) -> Material:
    """Take it out of the register, with a reason; it stays on record. A version that rests on it goes first."""
    locks.hold_figures(material.tenant)
    material = held_material(material, revision)
    require_keeper(material.tenant, material.programme, by)
    if refusal := why_not_change(material):
        raise Refused(refusal)
    if material.variants.filter(withdrawn_at=None).exists():
        raise Refused(
            _("“%(title)s” has versions in other languages. Withdraw those first.") % _named(material)
        )
    text, before = checked_reason(reason), history_facts(material)
    material.withdrawn_at, material.withdrawn_by, material.withdrawal_reason = now(), by.user, text
    save_material(material, "withdraw_material", before, by, reason=text)
    return material


@transaction.atomic
def move_material(
    material: Material, move: MaterialMove, *, reason: str = "", revision: int, by: Membership
) -> Material:
    """Select, promote, or take one step back (入选, 推广): the lead's decision alone."""
    material = held_material(material, revision)
    lead_tenant.require_lead_tenant(material.programme, by, Permission.MATERIALS)
    if refusal := why_not_move(material, move):
        raise Refused(refusal)
    step = STEPS[move]
    text = checked_reason(reason) if step.needs_reason else ""
    before = history_facts(material)
    material.state = step.ways[material.state]
    save_material(material, f"{move}_material", before, by, reason=text)
    return material


@transaction.atomic
def switch_register(
    tenant: Tenant, programme: Programme, *, is_on: bool, period: Period | None = None, by: Membership
) -> RegisterSwitch | None:
    """From this period on the register gives the return's figures of these kinds, or they are typed: never both.

    It holds from a period of which, and after which, no return was submitted yet; without one from the present, or the
    first such after it. None: it is so already.
    """
    require_keeper(tenant, programme, by)
    locks.hold_figures(tenant)
    first = period or register.register_switch_from(tenant, programme)
    if first is None or first not in ledger_queries.switchable_periods(tenant, programme):
        raise Refused(_("Returns were submitted up to the last period: nothing is left to switch."))
    locks.share(first)
    if register.uses_register(tenant, first) == is_on:
        return None
    switch = RegisterSwitch.objects.create(
        tenant=tenant,
        programme=programme,
        is_on=is_on,
        starts_on=first.starts_on,
        decided_at=now(),
        decided_by=by.user,
    )
    history.record(
        "switch_material_register",
        subject_kind="registerswitch",
        subject_id=switch.public_id,
        tenant=tenant,
        by=by.user,
        before={"is_on": not is_on},
        after={"is_on": is_on, "starts_on": first.starts_on.isoformat()},
        at=switch.decided_at,
    )
    return switch


def require_keeper(tenant: Tenant, programme: Programme, by: Membership) -> None:
    """403 unless the person fills in the tenant's own returns under the programme."""
    if reason := why_not_permitted(by, Permission.FILE):
        raise PermissionDenied(reason)
    if by.tenant_id != tenant.pk or not period_queries.files(tenant, programme):
        raise PermissionDenied(_("Only %(tenant)s keeps its own register of materials.") % {"tenant": tenant})


def why_not_change(material: Material) -> str | None:
    """What a return counts is changed by way of that return (409), besides."""
    return why_fixed(material) or ledger_rules.why_counted(material.counted_in)


def why_fixed(material: Material) -> str | None:
    """What is selected stands; what is withdrawn is over (409)."""
    if material.is_withdrawn:
        return _("“%(title)s” was withdrawn. Record it again if it is to count.") % _named(material)
    if material.state != MaterialState.COLLECTED:
        return _(
            "“%(title)s” is “%(state)s” and cannot be changed. Ask %(lead)s to take it one step back."
        ) % (_named(material) | {"lead": material.programme.lead})
    return None


def why_not_move(material: Material, move: MaterialMove) -> str | None:
    """A move starts from one state; what is not finished, or cannot be looked at, cannot be selected (409)."""
    if material.is_withdrawn:
        return _("“%(title)s” was withdrawn.") % _named(material)
    if material.state not in STEPS[move].ways:
        return _("“%(title)s” is “%(state)s”: this step is not possible from there.") % _named(material)
    if move == MaterialMove.SELECT and material.finished_on is None:
        return _("“%(title)s” is not finished yet. It can be selected once it is.") % _named(material)
    if move == MaterialMove.SELECT and not queries.can_be_seen(material):
        text = _(
            "“%(title)s” has neither a link nor a file. It can be selected once %(tenant)s has added one."
        )
        return text % (_named(material) | {"tenant": material.tenant})
    return None


def _named(material: Material) -> dict:
    return {"title": material.title, "state": material.get_state_display()}


def held_material(material: Material, revision: int | None) -> Material:
    """The row as it is now, locked; 409 if it is not as the page showed it (`revision`). Read after the lock is held: beside
    a row that was waited for, PostgreSQL joins what stood there before."""
    Material.objects.select_for_update().get(pk=material.pk)
    material = Material.objects.select_related(
        "tenant", "programme__lead", "provider", "version_of", "counted_in__filing__period"
    ).get(pk=material.pk)
    if revision is not None and material.revision != revision:
        raise Refused(_("It was changed meanwhile. Look at it as it is now, then decide again."))
    return material


# --- what may be recorded


def _write(material: Material, facts: MaterialFacts) -> None:
    """Put the facts into the row, or raise everything that is wrong with them at once."""
    findings: list[Finding] = []
    texts = {
        "title": _text(facts.title, "title", NAME_LIMIT, findings),
        "maker": _text(facts.maker, "maker", NAME_LIMIT, findings),
        "language": _text(facts.language, "language", LANGUAGE_LIMIT, findings, is_optional=True),
        "link": _text(facts.link, "link", LINK_LIMIT, findings, is_optional=True),
    }
    findings += [
        Finding(column, text, column=column)
        for column, text in [
            ("link", _wrong_link(texts["link"])),
            ("kind", _wrong_kind(material, facts)),
            ("year", _wrong_year(material.programme, facts)),
            ("finished_on", _wrong_day(facts)),
            ("provider", _wrong_provider(material, facts)),
            ("version_of", _wrong_original(material, facts)),
            ("language", _wrong_language(facts, texts["language"])),
            ("title", _twice(material, facts, texts)),
        ]
        if text
    ]
    if findings:
        raise Invalid(findings)
    for name, value in texts.items():
        setattr(material, name, value)
    material.key = name_key(texts["title"])
    for name in ("kind", "year", "finished_on", "provider", "version_of"):
        setattr(material, name, getattr(facts, name))


def _text(raw: str, column: str, limit: int, findings: list[Finding], *, is_optional: bool = False) -> str:
    text = clean_text(raw, limit=limit, label="")
    if text.problem:
        findings.append(Finding(text.code, text.problem, column=column))
    elif not text.value and not is_optional:
        findings.append(Finding("blank", _("Nothing is filled in; type it here."), column=column))
    return text.value


def _wrong_link(link: str) -> str:
    if link and not is_link(link):
        return _("Not an address; type it whole, beginning with https:// or http://.")
    return ""


def _wrong_kind(material: Material, facts: MaterialFacts) -> str:
    if facts.kind not in [each.code for each in queries.kinds_of(material.programme)]:
        return _("Choose what kind it is.")
    if facts.kind != material.kind and material.pk and material.variants.exists():
        return _("It has versions in other languages and stays what it is.")
    return ""


def _wrong_year(programme: Programme, facts: MaterialFacts) -> str:
    years = target_years(programme)
    if facts.year not in years:
        return _("The programme has tasks for %(years)s; choose one of these.") % {
            "years": "、".join(map(str, years))
        }
    return ""


def _wrong_day(facts: MaterialFacts) -> str:
    if facts.finished_on is None:
        return ""
    if facts.finished_on > today():
        return _("That day has not come. Leave it empty until the material is finished.")
    if facts.finished_on.year != facts.year:
        return _("The day is not in %(year)s; check the day and the year.") % {"year": facts.year}
    return ""


def _wrong_provider(material: Material, facts: MaterialFacts) -> str:
    if facts.provider and facts.provider.tenant_id != material.tenant_id:
        return _("Choose one of your own providers.")
    return ""


def _wrong_original(material: Material, facts: MaterialFacts) -> str:
    """“鼓励各地同步开发方言类版本”: a version hangs on one's own original of the same kind, never on another version."""
    original = facts.version_of
    if original is None:
        return ""
    if original.pk == material.pk or original.is_variant or original.is_withdrawn:
        return _("Choose the original, not one of its versions.")
    if original.tenant_id != material.tenant_id or original.programme_id != material.programme_id:
        return _("Choose one of your own materials.")
    if original.kind != facts.kind or facts.kind not in material.programme.materials.get("with_variants", []):
        return _("A version in another language is of the same kind as its original.")
    if material.pk and material.variants.exists():
        return _("It has versions itself and cannot be a version of another.")
    return ""


def _wrong_language(facts: MaterialFacts, language: str) -> str:
    if facts.version_of and not language and not facts.language.strip():
        return _("Say which language or dialect this version is in.")
    return ""


def _twice(material: Material, facts: MaterialFacts, texts: dict[str, str]) -> str:
    """A video that is named twice is one video."""
    same = Material.objects.filter(
        tenant=material.tenant,
        programme=material.programme,
        kind=facts.kind,
        key=name_key(texts["title"]),
        language=texts["language"],
        withdrawn_at=None,
    ).exclude(pk=material.pk)
    if texts["title"] and same.exists():
        return _("“%(title)s” is in the register already.") % {"title": texts["title"]}
    return ""


def save_material(
    material: Material,
    action: str,
    before: dict | None,
    by: Membership,
    *,
    reason: str = "",
    about: dict | None = None,
) -> None:
    """`about`: what it was about, beside how the material stands now."""
    material.revision += 1
    material.save()
    _record(material, action, before, by, reason=reason, about=about)


def history_facts(material: Material) -> dict:
    """How a material stands: the before and after of its history."""
    return {
        "kind": material.kind,
        "title": material.title,
        "maker": material.maker,
        "provider": material.provider.name if material.provider else None,
        "year": material.year,
        "finished_on": material.finished_on.isoformat() if material.finished_on else None,
        "link": material.link,
        "version_of": str(material.version_of.public_id) if material.version_of else None,
        "language": material.language,
        "state": str(material.state),
        "is_withdrawn": material.is_withdrawn,
        "files": list(material.files.not_withdrawn().order_by("id").values_list("digest", flat=True)),
    }


def _record(
    material: Material,
    action: str,
    before: dict | None,
    by: Membership,
    *,
    reason: str = "",
    about: dict | None = None,
) -> None:
    history.record(
        action,
        subject_kind="material",
        subject_id=material.public_id,
        tenant=material.tenant,
        by=by.user,
        before=before,
        after=history_facts(material) | (about or {}),
        reason=reason,
    )
