"""What would change if a file were taken over? Its rows against the draft's, provider by provider."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..entry.columns import Field
from ..entry.reading import is_blank
from ..entry.registered_names import RegisteredNames
from ..entry.visual_names import visual_key

ADDED, CHANGED, SAME, REMOVED = "added", "changed", "same", "removed"


@dataclass(frozen=True)
class PreviewCell:
    """`before` is what the draft has; empty where it has nothing."""

    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class PreviewRow:
    kind: str
    provider: str
    cells: tuple[PreviewCell, ...]


@dataclass(frozen=True)
class Preview:
    rows: tuple[PreviewRow, ...]

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)

    @property
    def added(self) -> int:
        return self.count(ADDED)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)

    @property
    def removed(self) -> int:
        return self.count(REMOVED)

    @property
    def same(self) -> int:
        return self.count(SAME)

    @property
    def changes_nothing(self) -> bool:
        return self.same == len(self.rows)


def compare(
    draft: Sequence[dict], given: Sequence[dict], fields: Sequence[Field], names: RegisteredNames
) -> Preview:
    """Rows in the file's order, then what only the draft has. Providers are matched as they are read: by what the register
    calls them, however they are spelt."""
    return Preview(tuple(_rows([each for each in draft if not is_blank(each)], given, fields, names)))


def _rows(
    draft: Sequence[dict], given: Sequence[dict], fields: Sequence[Field], names: RegisteredNames
) -> Iterator[PreviewRow]:
    def key(row: dict) -> str:
        return visual_key(names.key_of(row["provider"]))

    before: dict[str, list[dict]] = {}
    for row in draft:
        before.setdefault(key(row), []).append(row)
    for row in given:
        found = before.get(key(row), [])
        yield _row(found.pop(0) if found else None, row, fields)
    for left in before.values():
        for row in left:
            yield _row(row, None, fields)


def _row(before: dict | None, after: dict | None, fields: Sequence[Field]) -> PreviewRow:
    def texts(row: dict | None) -> list[str]:
        return [str(row["values"].get(each.code) or "") if row else "" for each in fields]

    cells = tuple(PreviewCell(*pair) for pair in zip(texts(before), texts(after), strict=True))
    if before is None or after is None:
        kind = ADDED if before is None else REMOVED
    else:
        is_same = before["provider"] == after["provider"] and not any(cell.is_changed for cell in cells)
        kind = SAME if is_same else CHANGED
    return PreviewRow(kind, (after or before or {})["provider"], cells)
