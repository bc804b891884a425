"""Which figures of a return come from the activity ledger or from the register of materials? Rows by provider, beside what is typed and instead of it.

No ORM here: the page, autosave, the checks and submitting read a return with the same rows.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .names import clean_name
from .visual_names import visual_key

UNEXPLAINED = "activity_unexplained"  # the check that asks them


@dataclass(frozen=True)
class OpenQuestion:
    """An activity that wants an explanation and has none: `facts` make the key of the question."""

    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class ComputedRow:
    """One provider that uses the ledger in the period. `figures` holds every column that is computed for it, 0 as well;
    `id` is the row's id where nobody has typed the provider's name. `activities`: how many it is the sum of; `late`: how
    many of them are dated in an earlier quarter that is closed. `materials`: how many finished materials it counts;
    `register`: the columns that the register of materials gives."""

    id: str
    provider: str
    key: str
    aliases: frozenset[str]
    figures: Mapping[str, int]
    activities: int = 0
    late: int = 0
    questions: tuple[OpenQuestion, ...] = ()
    materials: int = 0
    uses_ledger: bool = True
    register: frozenset[str] = frozenset()

    @property
    def is_there(self) -> bool:
        """Whether anything was done that it is the sum of."""
        return bool(self.activities or self.materials)


@dataclass(frozen=True)
class Computed:
    """What the ledger gives a return. Empty: everything is typed. `register`: the columns that the register of materials
    gives in every row, whoever it is of: 0 where nothing was finished."""

    rows: tuple[ComputedRow, ...] = ()
    register: frozenset[str] = frozenset()
    by_key: Mapping[str, ComputedRow] = field(default_factory=dict, init=False, compare=False)
    _by_look: Mapping[str, ComputedRow] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self):
        named = {key: row for row in self.rows for key in row.aliases}
        object.__setattr__(self, "by_key", named | {row.key: row for row in self.rows})
        looks = {visual_key(key): row for key, row in self.by_key.items()}
        object.__setattr__(self, "_by_look", looks | {visual_key(row.key): row for row in self.rows})

    def __bool__(self) -> bool:
        return bool(self.rows or self.register)

    def row(self, provider: object) -> ComputedRow | None:
        """The row of the provider that is named so, or by another of its names."""
        if not self:
            return None
        name = clean_name(provider)
        found = self.by_key.get(name.key) or self._by_look.get(visual_key(name.key))
        if found or not (self.register and name.value):
            return found
        return ComputedRow(
            id="",
            provider=name.value,
            key=name.key,
            aliases=frozenset(),
            figures=dict.fromkeys(sorted(self.register), 0),
            uses_ledger=False,
            register=self.register,
        )

    def complete(self, rows: Sequence[Mapping[str, Any]]) -> list[dict]:
        """The typed rows, and below them one for each provider with activities whose name nobody has typed."""
        typed = {found.key for row in rows if (found := self.row(row.get("provider")))}
        missing = [each for each in self.rows if each.is_there and each.key not in typed]
        return [
            *(dict(row) for row in rows),
            *({"id": each.id, "provider": each.provider, "values": {}} for each in missing),
        ]

    def named_in(self, rows: Sequence[Mapping[str, Any]]) -> "Computed":
        """Of those providers only that the rows name: a file is judged by what is in it."""
        named = {found.key for row in rows if (found := self.row(row.get("provider")))}
        return Computed(tuple(each for each in self.rows if each.key in named), self.register)

    def without_repeated(self, row: Mapping[str, Any]) -> dict:
        """The row without those typed figures that only repeat the ledger's, as a filled-in file does."""
        found = self.row(row.get("provider"))
        figures = {code: str(figure) for code, figure in found.figures.items()} if found else {}
        values = row.get("values", {})
        return {
            **row,
            "values": {code: "" if figures.get(code) == text else text for code, text in values.items()},
        }

    @property
    def fingerprint(self) -> str:
        """Of the figures: whoever submits says which ones they saw."""
        rows = ((row.key, row.activities, row.materials, sorted(row.figures.items())) for row in self.rows)
        content = [sorted(self.register), sorted(rows)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
