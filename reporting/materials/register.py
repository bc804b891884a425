"""The register of materials behind the figures: what it gives a return, where each material counts or why it does not.

By the same rules as the activity ledger's (`ledger.counting`): the day it was finished decides; late entries by D4.
“The return's count is the number finished in the quarter”: a dialect version is no other video (D13), a textbook is a
title (D14), a case is one once it is reported (D15).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

from django.db.models import Q, QuerySet

from portal.clock import today
from portal.models import Tenant
from targets.ledger import ActivityKind, Channel, Ledger
from targets.models import Period, Programme

from ..ledger.allocation import Book, Entry, Place, Reason
from ..ledger.queries import Added, book_of, switchable_periods
from ..models import Filing, Material, Provider, RegisterSwitch
from .queries import counting, kinds_of


def uses_register(tenant: Tenant, period: Period) -> bool:
    """Whether the figures of the tenant's return of that period come from its register: the last decision that holds."""
    decided = RegisterSwitch.objects.filter(tenant=tenant, programme=period.programme_id)
    last = decided.filter(starts_on__lte=period.starts_on).order_by("-id").first()
    return bool(last and last.is_on)


def register_switch_from(tenant: Tenant, programme: Programme) -> Period | None:
    """The period from which a decision would hold now: the present one, or the first after it without a version."""
    free = switchable_periods(tenant, programme)
    return next((each for each in free if each.ends_on >= today()), None)


def register_book(tenant: Tenant, programme: Programme) -> Book:
    """The rules of the ledger for materials: each kind counts one in its own column, for every provider of the tenant."""
    kinds = {
        each.code: ActivityKind(each.code, each.name, sessions=each.code) for each in kinds_of(programme)
    }
    decided = list(
        RegisterSwitch.objects.filter(tenant=tenant, programme=programme)
        .order_by("id")
        .values_list("starts_on", "is_on")
    )
    providers = Provider.objects.filter(tenant=tenant).values_list("pk", flat=True)
    rules = Ledger(kinds=kinds, channels={"": Channel("", "")})
    return replace(book_of(tenant, programme), ledger=rules, switches=dict.fromkeys(providers, decided))


def materials_added_to(filing: Filing) -> dict[int, Added]:
    """{material: what it adds} of the return as it would be submitted now: what `computed_for` adds up, one by one."""
    if not filing.period.programme.materials or not uses_register(filing.tenant, filing.period):
        return {}
    book = register_book(filing.tenant, filing.period.programme)
    return {material.pk: added for material, added in _added(filing, book)}


def _added(filing: Filing, book: Book) -> Iterator[tuple[Material, Added]]:
    free = Q(counted_in=None) | Q(counted_in__filing=filing.pk)
    own = counting(Material.objects.filter(free, tenant=filing.tenant, programme=filing.period.programme_id))
    own = own.filter(provider__isnull=False, finished_on__lte=filing.period.ends_on)
    for each in own.select_related("counted_in__filing").order_by("finished_on", "id"):
        entry = _entry(each)
        if place := book.place_in(entry, filing.period):
            yield each, Added(place.is_late, book.figures(entry))


def _entry(material: Material) -> Entry:
    """Of one that is finished and names a provider."""
    counted = material.counted_in.filing.period_id if material.counted_in else None
    provider, finished_on = cast(int, material.provider_id), cast(date, material.finished_on)
    return Entry(provider, material.kind, finished_on, Decimal(0), 0, "", counted)


# --- where each material counts


@dataclass(frozen=True)
class Unreported:
    """A material that no return that stands counts, and why."""

    material: Material
    place: Place


def unreported(tenant: Tenant, programme: Programme, materials: QuerySet[Material]) -> list[Unreported]:
    """Those of the tenant that stand in the register and in no return that stands, each with the reason."""
    book = register_book(tenant, programme)
    free = materials.filter(tenant=tenant, programme=programme, counted_in=None, withdrawn_at=None)
    return [Unreported(each, _place(book, each)) for each in free.order_by("finished_on", "id")]


def place_of_material(material: Material) -> Place:
    """Where a material that no return counts belongs, and why it is not counted."""
    return _place(register_book(material.tenant, material.programme), material)


def _place(book: Book, material: Material) -> Place:
    if material.is_variant:
        return Place(Reason.VARIANT)
    if material.finished_on is None:
        return Place(Reason.UNFINISHED)
    if material.provider_id is None:
        return Place(Reason.NO_PROVIDER)
    place = book.place(_entry(material))
    return replace(place, reason=Reason.REGISTER_OFF) if place.reason is Reason.TYPED else place
