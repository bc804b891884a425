"""What does the register of materials say for a return, and for the tasks of a year?

“The return's count is the number finished in the quarter”: a dialect version is no other video (D13), a textbook is a
title (D14), a case is one once it is reported (D15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.models import Tenant
from targets.models import Indicator, Period, Programme
from targets.queries import periods_of, targets_of

from . import queries
from .counts import parse_count
from .models import Filing, Material
from .names import name_key
from .rollup import actual_figures

UNPLACED = ""  # the key of what names no provider: no row of a return can show it

Behind = dict[str, dict[str, list[Material]]]


def figures(tenant: Tenant, period: Period) -> dict[str, dict[str, int]]:
    """{provider key: {indicator code: how many were finished in the period}}."""
    return {
        key: {kind: len(found) for kind, found in kinds.items()}
        for key, kinds in behind(tenant, period).items()
    }


def behind(tenant: Tenant, period: Period) -> Behind:
    """The materials behind `figures`: the same keys, and each figure is the length of its list."""
    found: Behind = {}
    for each in queries.finished_materials(tenant, period):
        key = each.provider.key if each.provider else UNPLACED
        found.setdefault(key, {}).setdefault(each.kind, []).append(each)
    return found


# --- beside a return that is being filled in


@dataclass(frozen=True)
class RegisterCell:
    """A figure of the register beside what is typed for it. `name`: the cell's input, or "" if there is no row yet."""

    kind: Indicator
    counted: tuple[Material, ...]
    typed: str
    name: str

    @property
    def count(self) -> int:
        return len(self.counted)

    @property
    def differs(self) -> bool:
        """An unreadable cell differs; “no task” and a blank one are nothing."""
        count = parse_count(self.typed, unit=self.kind.unit)
        return bool(count.problem) or (count.value or 0) != self.count


@dataclass(frozen=True)
class RegisterRow:
    provider: str
    cells: tuple[RegisterCell, ...]


@dataclass(frozen=True)
class BesideReturn:
    """`rows`: providers with something in the register or in the return; `unplaced`: what names no provider."""

    kinds: tuple[Indicator, ...]
    rows: tuple[RegisterRow, ...]
    unplaced: tuple[Material, ...]

    @property
    def differs(self) -> bool:
        return any(cell.differs for row in self.rows for cell in row.cells)


def beside_return(filing: Filing, rows: Sequence[Mapping]) -> BesideReturn | None:
    """The register beside the rows as typed; None for a tenant whose figures are typed."""
    tenant, period = filing.tenant, filing.period
    if not queries.uses_register(tenant, period.programme):
        return None
    kinds, found = tuple(queries.kinds_of(period.programme)), behind(tenant, period)
    places = _places(tenant, rows)
    names = {each.key: each.name for each in _providers_in(found)}
    shown = []
    for key in dict.fromkeys([*places, *names]):
        number, row = places.get(key, (0, {}))
        cells = tuple(_cell(each, found.get(key, {}), number, row) for each in kinds)
        if any(cell.count or cell.differs for cell in cells):
            shown.append(RegisterRow(row.get("provider") or names.get(key, ""), cells))
    unplaced = [each for materials in found.get(UNPLACED, {}).values() for each in materials]
    return BesideReturn(kinds, tuple(shown), tuple(unplaced))


def fill_in(filing: Filing, rows: list[dict]) -> None:
    """Put the register's figures into the rows as typed: the columns of these kinds and no other. A provider that has
    no row gets one; what others have typed there becomes 0 where it was a figure. Nothing where figures are typed."""
    if not queries.uses_register(filing.tenant, filing.period.programme):
        return
    kinds, found = queries.kinds_of(filing.period.programme), behind(filing.tenant, filing.period)
    places = _places(filing.tenant, rows)
    for provider in _providers_in(found):
        if provider.key not in places:
            rows.append({"provider": provider.name, "values": {}})
            places[provider.key] = (len(rows), rows[-1])
    for key, (_number, row) in places.items():
        for each in kinds:
            cell = _cell(each, found.get(key, {}), 0, row)
            if cell.differs:
                row["values"][each.code] = str(cell.count)


def _places(tenant: Tenant, rows: Sequence[Mapping]) -> dict[str, tuple[int, Mapping]]:
    """{provider key: (number of the first row that names it, the row)}; an alias is its provider's."""
    known = {key: each.key for each in queries.active_providers(tenant) for key in each.alias_keys}
    places: dict[str, tuple[int, Mapping]] = {}
    for number, row in enumerate(rows, start=1):
        if key := name_key(str(row.get("provider") or "")):
            places.setdefault(known.get(key, key), (number, row))
    return places


def _providers_in(found: Behind) -> list:
    """The providers that the register names, each once, in the order of what was finished."""
    named = [each[0].provider for kinds in found.values() for each in kinds.values() if each[0].provider]
    return list({provider.key: provider for provider in named}.values())


def _cell(kind: Indicator, found: Mapping[str, list[Material]], number: int, row: Mapping) -> RegisterCell:
    typed = str(row.get("values", {}).get(kind.code) or "")
    name = f"row-{number}-{kind.code}" if number else ""
    return RegisterCell(kind, tuple(found.get(kind.code, ())), typed, name)


# --- against the tasks of a year


@dataclass(frozen=True)
class Held:
    """A kind against its task: `reported` is what accepted returns say, None if none is accepted; `held` is what the
    register holds. The two are apart until every tenant's return comes from its register."""

    kind: Indicator
    target: int | None
    reported: int | None
    held: int
    variants: int = 0

    @property
    def owed(self) -> int:
        """How many the accepted returns are short of the task."""
        return max(0, (self.target or 0) - (self.reported or 0))

    @property
    def differs(self) -> bool:
        return self.held != (self.reported or 0)


@dataclass(frozen=True)
class HeldRow:
    tenant: Tenant
    cells: tuple[Held, ...]

    @property
    def owes(self) -> bool:
        return any(cell.owed for cell in self.cells)


@dataclass(frozen=True)
class Shelf:
    """A year's tasks in materials: each kind for all together, and each tenant that has a task or has something."""

    year: int
    whole: tuple[Held, ...]
    rows: tuple[HeldRow, ...]

    @property
    def owing(self) -> list[HeldRow]:
        return [row for row in self.rows if row.owes]


def shelf(programme: Programme, year: int, under: Tenant) -> Shelf:
    """What a tenant and those below have of the year's tasks, by the returns and by the register."""
    kinds = queries.kinds_of(programme)
    targets = targets_of(programme, year)
    reported = actual_figures(programme, list(periods_of(programme, year)), under)
    held = queries.finished_counts(programme, year, under)
    variants = queries.variant_counts(programme, year, under)
    tenants = Tenant.objects.filter(path__startswith=under.path, duties__programme=programme)
    rows = []
    for tenant in tenants.order_by("path"):
        cells = tuple(_held(each, *_of(tenant, targets, reported, held)) for each in kinds)
        if any(cell.target or cell.reported or cell.held for cell in cells):
            rows.append(HeldRow(tenant, cells))
    whole = tuple(
        Held(
            kind=each,
            target=_added(cells[place].target for cells in _cells(rows)),
            reported=_added(cells[place].reported for cells in _cells(rows)),
            held=sum(cells[place].held for cells in _cells(rows)),
            variants=variants.get(each.code, 0),
        )
        for place, each in enumerate(kinds)
    )
    return Shelf(year, whole, tuple(rows))


def _cells(rows: Iterable[HeldRow]) -> list[tuple[Held, ...]]:
    return [row.cells for row in rows]


def _of(tenant: Tenant, *maps: Mapping[str, Mapping]) -> list[Mapping]:
    return [each.get(tenant.code, {}) for each in maps]


def _held(kind: Indicator, targets: Mapping, reported: Mapping, held: Mapping) -> Held:
    return Held(kind, targets.get(kind.code), reported.get(kind.code), held.get(kind.code, 0))


def _added(figures: Iterable[int | None]) -> int | None:
    """The sum of those that are known; None if none is."""
    known = [each for each in figures if each is not None]
    return sum(known) if known else None
