"""Which figures of a return come from the activity ledger? Rows by provider, beside what is typed and instead of it.

No ORM here: the page, autosave, the checks and submitting read a return with the same rows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .names import clean_name


@dataclass(frozen=True)
class Asked:
    """An activity that wants an explanation and has none: `facts` make the key of the question."""

    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Added:
    """What one activity, by its id, adds to its provider's row."""

    activity: int
    is_late: bool
    figures: Mapping[str, int]


@dataclass(frozen=True)
class ComputedRow:
    """One provider that uses the ledger in the period. `figures` holds every column that is computed for it, 0 as well;
    `id` is the row's id where nobody has typed the provider's name."""

    id: str
    provider: str
    key: str
    aliases: frozenset[str]
    figures: Mapping[str, int]
    added: tuple[Added, ...] = ()
    asked: tuple[Asked, ...] = ()

    @property
    def activities(self) -> int:
        return len(self.added)

    @property
    def late(self) -> int:
        """How many are dated in an earlier quarter that is closed."""
        return sum(each.is_late for each in self.added)


@dataclass(frozen=True)
class Computed:
    """What the ledger gives a return. Empty: everything is typed."""

    rows: tuple[ComputedRow, ...] = ()
    by_key: Mapping[str, ComputedRow] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self):
        named = {key: row for row in self.rows for key in row.aliases}
        object.__setattr__(self, "by_key", named | {row.key: row for row in self.rows})

    def __bool__(self) -> bool:
        return bool(self.rows)

    def row(self, provider: object) -> ComputedRow | None:
        """The row of the provider that is named so, or by another of its names."""
        return self.by_key.get(clean_name(provider).key) if self.rows else None

    def complete(self, rows: Sequence[Mapping[str, Any]]) -> list[dict]:
        """The typed rows, and below them one for each provider with activities whose name nobody has typed."""
        typed = {found.key for row in rows if (found := self.row(row.get("provider")))}
        missing = [each for each in self.rows if each.activities and each.key not in typed]
        return [
            *(dict(row) for row in rows),
            *({"id": each.id, "provider": each.provider, "values": {}} for each in missing),
        ]

    def placed(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, ComputedRow]]:
        """(place in the rows, what the ledger says of it)"""
        for place, row in enumerate(rows):
            if found := self.row(row.get("provider")):
                yield place, found

    @property
    def fingerprint(self) -> str:
        """Of the figures: whoever submits says which ones they saw."""
        said = sorted((row.key, row.activities, *sorted(row.figures.items())) for row in self.rows)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
