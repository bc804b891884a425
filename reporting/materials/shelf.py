"""The register of materials beside a return, and beside the tasks of a year."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from portal.models import Tenant
from targets.calendar import NOT_LOADED_SIGN
from targets.models import Indicator, Programme
from targets.queries import lacking, loaded_targets, periods_of, targets_of

from ..models import Filing, Material, Provider
from ..rollup.rollup import actual_figures
from . import queries, register

# --- beside a return that is being filled in


@dataclass(frozen=True)
class RegisterRow:
    """A provider's materials that stand in the draft, kind by kind: the figures of its row are their numbers."""

    provider: str
    cells: tuple[tuple[Indicator, tuple[Material, ...]], ...]


@dataclass(frozen=True)
class BesideReturn:
    """`left_out`: what of the year no return counts, each with its reason."""

    kinds: tuple[Indicator, ...]
    rows: tuple[RegisterRow, ...]
    left_out: tuple[register.Unreported, ...]


def beside_return(filing: Filing) -> BesideReturn | None:
    """What the register gives the return, and what it leaves out; None for a tenant whose figures are typed."""
    tenant, period = filing.tenant, filing.period
    if not period.programme.materials or not register.uses_register(tenant, period):
        return None
    kinds = tuple(queries.kinds_of(period.programme))
    added = register.materials_added_to(filing)
    inside = Material.objects.filter(pk__in=added).select_related("provider").order_by("finished_on", "id")
    found: dict[str, list[Material]] = {}
    for each in inside:
        found.setdefault(cast(Provider, each.provider).name, []).append(each)
    rows = tuple(
        RegisterRow(name, tuple((kind, _of_kind(materials, kind)) for kind in kinds))
        for name, materials in found.items()
    )
    return BesideReturn(kinds, rows, tuple(_left_out(filing, set(added))))


def _of_kind(materials: Iterable[Material], kind: Indicator) -> tuple[Material, ...]:
    return tuple(each for each in materials if each.kind == kind.code)


def _left_out(filing: Filing, inside: Collection[int]) -> list[register.Unreported]:
    """Of the year, and only what somebody may want to look at: not what is a version or still being made."""
    year = Material.objects.filter(year=filing.period.year, version_of=None, finished_on__isnull=False)
    found = register.unreported(filing.tenant, filing.period.programme, year.select_related("provider"))
    return [each for each in found if each.material.pk not in inside]


# --- against the tasks of a year


@dataclass(frozen=True)
class MaterialCell:
    """A kind against its task: `reported` is what accepted returns say, None if none is accepted; `held` is what the
    register holds. The two are apart until every tenant's return comes from its register."""

    kind: Indicator
    target: int | None
    reported: int | None
    held: int
    variants: int = 0
    is_loaded: bool = True  # whether it is known that there is a task, or none

    @property
    def sign(self) -> str:
        """What stands in place of a target."""
        return "/" if self.is_loaded else str(NOT_LOADED_SIGN)

    @property
    def owed(self) -> int:
        """How many the accepted returns are short of the task."""
        return max(0, (self.target or 0) - (self.reported or 0))

    @property
    def differs(self) -> bool:
        return self.held != (self.reported or 0)


@dataclass(frozen=True)
class MaterialShelfRow:
    tenant: Tenant
    cells: tuple[MaterialCell, ...]

    @property
    def owes(self) -> bool:
        return any(cell.owed for cell in self.cells)


@dataclass(frozen=True)
class Shelf:
    """A year's tasks in materials: each kind for all together, and each tenant that has a task or has something."""

    year: int
    whole: tuple[MaterialCell, ...]
    rows: tuple[MaterialShelfRow, ...]

    @property
    def owing(self) -> list[MaterialShelfRow]:
        return [row for row in self.rows if row.owes]


def shelf(programme: Programme, year: int, under: Tenant) -> Shelf:
    """What a tenant and those below have of the year's tasks, by the returns and by the register."""
    kinds = queries.kinds_of(programme)
    targets, unknown = targets_of(programme, year), lacking(loaded_targets(programme, year), kinds)
    reported = actual_figures(programme, list(periods_of(programme, year)), under)
    held = queries.finished_counts(programme, year, under)
    variants = queries.variant_counts(programme, year, under)
    tenants = Tenant.objects.filter(path__startswith=under.path, duties__programme=programme)
    rows = []
    for tenant in tenants.order_by("path"):
        cells = tuple(
            replace(
                _held(each, *_of(tenant, targets, reported, held)),
                is_loaded=not unknown(tenant.code, each.code),
            )
            for each in kinds
        )
        if any(cell.target or cell.reported or cell.held for cell in cells):
            rows.append(MaterialShelfRow(tenant, cells))
    whole = tuple(
        MaterialCell(
            kind=each,
            target=_added(cells[place].target for cells in _cells(rows)),
            reported=_added(cells[place].reported for cells in _cells(rows)),
            held=sum(cells[place].held for cells in _cells(rows)),
            variants=variants.get(each.code, 0),
            is_loaded=not unknown("", each.code),
        )
        for place, each in enumerate(kinds)
    )
    return Shelf(year, whole, tuple(rows))


def _cells(rows: Iterable[MaterialShelfRow]) -> list[tuple[MaterialCell, ...]]:
    return [row.cells for row in rows]


def _of(tenant: Tenant, *maps: Mapping[str, Mapping]) -> list[Mapping]:
    return [each.get(tenant.code, {}) for each in maps]


def _held(kind: Indicator, targets: Mapping, reported: Mapping, held: Mapping) -> MaterialCell:
    return MaterialCell(kind, targets.get(kind.code), reported.get(kind.code), held.get(kind.code, 0))


def _added(figures: Iterable[int | None]) -> int | None:
    """The sum of those that are known; None if none is."""
    known = [each for each in figures if each is not None]
    return sum(known) if known else None
