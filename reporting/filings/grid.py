"""What does the filing page show? The official table with what was typed, what was found at each cell, the sums,
and beside each column what helps to judge it: last period, the year so far, the task and what remains."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from targets.assessment import completion_rate
from targets.calendar import Label, progress_label

from ..entry.columns import Field
from ..entry.computed_figures import ComputedRow
from ..entry.merging import with_ids
from ..entry.reading import Finding, Reading
from .checks import Facts, run_checks, unanswered

SPARE_ROWS = 2
NIL_ANCHOR = "nil"


@dataclass(frozen=True)
class GridCell:
    """`name` is the input's name and id; `computed` the ledger's figure, which stands instead of `raw`; what was found stands at the cell: `problems`, `questions` that ask for an
    explanation, `notices`; `suggestion` is one click away."""

    name: str
    column: Field
    raw: str
    problems: tuple[Finding, ...]
    questions: tuple[Finding, ...]
    notices: tuple[Finding, ...]
    computed: int | None = None

    @property
    def suggestion(self) -> int | None:
        return next((each.suggestion for each in self.problems if each.suggestion is not None), None)

    @property
    def has_findings(self) -> bool:
        return bool(self.problems or self.questions or self.notices)


@dataclass(frozen=True)
class GridRow:
    """`id` is "" for a blank row that is no part of the draft yet. `ledger`: what the activity ledger says of it."""

    index: int
    id: str
    provider: str
    problems: tuple[Finding, ...]
    questions: tuple[Finding, ...]
    notices: tuple[Finding, ...]
    cells: tuple[GridCell, ...]
    ledger: ComputedRow | None = None

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def anchor(self) -> str:
        """The id of the provider's input."""
        return f"row-{self.number}-provider"

    @property
    def offer(self) -> str:
        """The registered name that was probably meant."""
        return next((each.offer for each in self.notices if each.offer), "")

    @property
    def has_findings(self) -> bool:
        return bool(self.problems or self.questions or self.notices)


@dataclass(frozen=True)
class ColumnFacts:
    """Beside a column: this return's sum, last period's, the year so far with this return, the task, what remains of
    it, and whether that is on schedule (序时进度). `task`, `remaining`, `rate` and `expected` are None without a task; where
    the task is one of several columns together, they are that one's."""

    column: Field
    total: int
    previous: int
    year: int
    task: int | None
    remaining: int | None
    rate: Decimal | None
    expected: int | None
    label: Label

    @property
    def is_shared(self) -> bool:
        shared = self.column.shared
        return self.column.target is None and shared is not None and len(shared.parts) > 1

    @property
    def state(self) -> str:
        return str(self.label).replace("_", "-")


@dataclass(frozen=True)
class CheckQuestion:
    """A soft finding with the explanation typed so far."""

    finding: Finding
    answer: str
    is_open: bool


@dataclass(frozen=True)
class Grid:
    rows: tuple[GridRow, ...]
    columns: tuple[ColumnFacts, ...]
    problems: tuple[Finding, ...]
    questions: tuple[CheckQuestion, ...]
    notices: tuple[Finding, ...]
    information: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of submitting."""
        return not self.problems and not any(question.is_open for question in self.questions)


def build_grid(
    reading: Reading,
    facts: Facts,
    explanations: Mapping[str, str],
    *,
    minimum_rows: int,
    length: int,
    expected_percent: Decimal | None = Decimal(100),
) -> Grid:
    """The grid of what was typed, judged by the same reading and the same checks as submitting."""
    findings = run_checks(reading, facts)
    at = _Found(findings, reading.notices)
    still_open = {each.key for each in unanswered(findings, explanations, length) if each.key}
    return Grid(
        rows=tuple(_rows(with_ids(reading.rows), facts, at, minimum_rows)),
        columns=tuple(_columns(reading, facts, expected_percent)),
        problems=tuple(each for each in findings if each.is_hard),
        questions=tuple(
            CheckQuestion(each, explanations.get(each.key, ""), each.key in still_open)
            for each in findings
            if each.key
        ),
        notices=tuple(reading.notices),
        information=tuple(each for each in findings if not each.is_hard and not each.key),
    )


class _Found:
    """What was found, by the input that it belongs to. Information about a cell stands with the notices."""

    def __init__(self, findings: Sequence[Finding], notices: Iterable[Finding]):
        information = [each for each in findings if not (each.is_hard or each.key) and each.row is not None]
        self.problems = _by_anchor(each for each in findings if each.is_hard)
        self.questions = _by_anchor(each for each in findings if each.key)
        self.notices = _by_anchor([*notices, *information])

    def __call__(self, name: str) -> dict[str, tuple[Finding, ...]]:
        return {
            "problems": self.problems.get(name, ()),
            "questions": self.questions.get(name, ()),
            "notices": self.notices.get(name, ()),
        }


def _rows(rows: Sequence[dict], facts: Facts, at: _Found, minimum_rows: int) -> Iterable[GridRow]:
    """The typed rows, then blank ones: at least as many as the official form has, and some to go on with."""
    count = max(minimum_rows, len(rows) + SPARE_ROWS)
    for index in range(count):
        typed: dict[str, Any] = rows[index] if index < len(rows) else {"id": ""}
        ledger = facts.computed.row(typed.get("provider"))
        yield GridRow(
            index=index,
            id=typed["id"],
            provider=_as_text(typed.get("provider")),
            **at(f"row-{index + 1}-provider"),
            cells=tuple(_cell(index, each, typed, at, ledger) for each in facts.fields),
            ledger=ledger,
        )


def _cell(index: int, column: Field, typed: dict, at: _Found, ledger: ComputedRow | None) -> GridCell:
    name = f"row-{index + 1}-{column.code}"
    figure = ledger.figures.get(column.code) if ledger else None
    return GridCell(
        name, column, _as_text(typed.get("values", {}).get(column.code)), **at(name), computed=figure
    )


def _columns(reading: Reading, facts: Facts, expected_percent: Decimal | None) -> Iterable[ColumnFacts]:
    totals = reading.totals(facts.fields)
    year = {each.code: facts.earlier.get(each.code, 0) + totals[each.code] for each in facts.fields}
    for column in facts.fields:
        task, done = column.target, year[column.code]
        if task is None and column.shared:
            task, done = column.shared.target, sum(year[code] for code in column.shared.parts)
        rate = completion_rate(done, task) if task else None
        yield ColumnFacts(
            column=column,
            total=totals[column.code],
            previous=facts.previous_totals.get(column.code, 0),
            year=year[column.code],
            task=task,
            remaining=None if task is None else max(0, task - done),
            rate=rate,
            expected=None
            if task is None or expected_percent is None
            else ceil(task * expected_percent / 100),
            label=progress_label(rate, expected_percent, task is not None),
        )


def _by_anchor(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        found[finding.anchor] = (*found.get(finding.anchor, ()), finding)
    return found


def _as_text(raw: object) -> str:
    return "" if raw is None else str(raw)


def differences(mine: Sequence[dict], theirs: Sequence[dict]) -> list[tuple[int, str, str, str]]:
    """Where two typings of the same return differ: (row, column code or “provider”, mine, theirs), in order."""
    found = []
    for index in range(max(len(mine), len(theirs))):
        one, other = _flat(mine, index), _flat(theirs, index)
        for code in dict.fromkeys([*one, *other]):
            if one.get(code, "") != other.get(code, ""):
                found.append((index, code, one.get(code, ""), other.get(code, "")))
    return found


def _flat(rows: Sequence[dict], index: int) -> dict[str, str]:
    if index >= len(rows):
        return {}
    row = rows[index]
    return {
        "provider": _as_text(row.get("provider")),
        **{c: _as_text(v) for c, v in row.get("values", {}).items()},
    }
