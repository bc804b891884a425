from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from ..entry.computed_figures import Computed, ComputedRow
from ..ledger.allocation import Book
from ..ledger.queries import computed_activities
from ..materials.register import _added, register_book, uses_register
from ..models import Filing, Provider


def computed_for(filing: Filing) -> Computed:
    """The rows that the ledger and the register compute for the return as it would be submitted now."""
    from_ledger = computed_activities(filing)
    if not filing.period.programme.materials or not uses_register(filing.tenant, filing.period):
        return from_ledger
    book = register_book(filing.tenant, filing.period.programme)
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    late: Counter[int] = Counter()
    for material, added in _added(filing, book):
        provider = cast(int, material.provider_id)
        counted[provider].update(added.figures)
        late[provider] += added.is_late
    return Computed(tuple(_rows(filing, from_ledger, book, counted, late)), book.columns)


def _rows(
    filing: Filing, from_ledger: Computed, book: Book, counted: dict[int, Counter[str]], late: Counter[int]
) -> Iterator[ComputedRow]:
    """Each provider with something of either, in the order of their names."""
    named = {each.key: each for each in from_ledger.rows}
    for provider in Provider.objects.filter(tenant=filing.tenant).order_by("name", "id"):
        own, row = counted.get(provider.pk, Counter()), named.get(provider.key)
        row = row or ComputedRow(
            id=provider.public_id.hex,
            provider=provider.name,
            key=provider.key,
            aliases=frozenset(provider.alias_keys),
            figures={},
            uses_ledger=False,
        )
        yield replace(
            row,
            figures={**row.figures, **{code: own[code] for code in sorted(book.columns)}},
            materials=own.total(),
            late=row.late + late[provider.pk],
            register=book.columns,
        )
