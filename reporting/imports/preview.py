"""What would change if a file were taken over? Its rows against the draft's, provider by provider, and what would be
reported: where figures are computed, those of the file are not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..entry.columns import Field
from ..entry.computed_figures import Computed
from ..entry.reading import Reading, is_blank, read_rows
from ..entry.registered_names import RegisteredNames
from ..entry.visual_names import visual_key
from ..filings.unread import as_kept, unread_in

ADDED, CHANGED, SAME, REMOVED, COMPUTED = "added", "changed", "same", "removed", "computed"


@dataclass(frozen=True)
class PreviewCell:
    """`before` is what the draft has; empty where it has nothing. `computed`: the figure that is reported instead of
    `after`; `is_unread`: the file says another one."""

    before: str
    after: str
    computed: int | None = None
    is_unread: bool = False

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
    totals: Mapping[str, int] = field(default_factory=dict)  # as they would be reported

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
        return self.same + self.count(COMPUTED) == len(self.rows)


def compare(
    draft: Sequence[dict],
    given: Sequence[dict],
    fields: Sequence[Field],
    computed: Computed,
    names: RegisteredNames,
) -> Preview:
    """Rows in the file's order, then those that are computed without standing in it, then what only the draft has.
    Providers are matched as they are read: by what the register calls them, however they are spelt."""
    reading = read_rows(as_kept(given, computed), fields, computed, names)
    typed = [each for each in draft if not is_blank(each)]
    return Preview(tuple(_rows(typed, reading, len(given), fields, computed, names)), reading.totals(fields))


def _rows(
    draft: Sequence[dict],
    reading: Reading,
    given: int,
    fields: Sequence[Field],
    computed: Computed,
    names: RegisteredNames,
) -> Iterator[PreviewRow]:
    """`given`: how many of the rows that were read are the file's own."""

    def key(row: dict) -> str:
        return visual_key(names.key_of(row["provider"]))

    unread = unread_in(reading, computed).places
    before: dict[str, list[dict]] = {}
    for row in draft:
        before.setdefault(key(row), []).append(row)
    for index, row in enumerate(reading.rows):
        found = before.get(key(row), [])
        known = found.pop(0) if found else None
        kind = "" if index < given else COMPUTED
        yield _row(known, row, fields, computed, {code for place, code in unread if place == index}, kind)
    for left in before.values():
        for row in left:
            yield _row(row, None, fields, computed, set())


def _row(
    before: dict | None,
    after: dict | None,
    fields: Sequence[Field],
    computed: Computed,
    unread: Collection[str],
    kind: str = "",
) -> PreviewRow:
    named = (after or before or {})["provider"]
    found = computed.row(named) if after else None
    figures = found.figures if found else {}

    def text(row: dict | None, code: str) -> str:
        return str(row["values"].get(code) or "") if row else ""

    cells = tuple(
        PreviewCell(text(before, code), text(after, code), figures.get(code), code in unread)
        for code in (each.code for each in fields)
    )
    if not kind and (before is None or after is None):
        kind = ADDED if before is None else REMOVED
    elif not kind:
        is_same = before["provider"] == named and not any(cell.is_changed for cell in cells)  # type: ignore[index]
        kind = SAME if is_same else CHANGED
    return PreviewRow(kind, named, cells)
