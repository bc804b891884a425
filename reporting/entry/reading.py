"""How is a return as typed read into figures? Nothing is changed silently: every reading that differs from
the typing is a notice, everything that cannot be read is a finding at its cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .columns import Field
from .computed_figures import Computed, ComputedRow
from .counts import Count, parse_count
from .invisible import BLANKS
from .names import name_key, shown
from .nothing import says_nothing
from .registered_names import UNREGISTERED, RegisteredNames
from .visual_names import visual_key

MAXIMUM_ROWS = 200
NOTHING_COMPUTED = Computed()
NOT_READ = "not_read"


@dataclass(frozen=True)
class Finding:
    """A remark about the return, at a cell (`row` counts from 0 as typed), a row or the whole.

    A hard finding blocks submitting; a soft one (with a `key`) asks for an explanation; the rest is information.
    """

    code: str
    text: str
    row: int | None = None
    column: str = ""
    is_hard: bool = True
    key: str = ""
    suggestion: int | None = None
    offer: str = ""  # a name that was probably meant

    @property
    def anchor(self) -> str:
        """The id of the input that it belongs to."""
        if self.row is None:
            return self.column or "grid"
        return f"row-{self.row + 1}-{self.column or 'provider'}"


@dataclass(frozen=True)
class ReadLine:
    """A row as read. `values` holds None where the cell says “no task”, and nothing for an unreadable cell; those of the
    `computed` columns come from the activity ledger, whatever is typed there."""

    row: int
    provider: str
    key: str
    values: dict[str, int | None]
    computed: tuple[str, ...] = ()

    def value(self, code: str) -> int:
        """What the cell adds to a sum."""
        return self.values.get(code) or 0

    def figure(self, code: str) -> int | None:
        """The figure, 0 where there is no task, None where the cell could not be read."""
        return (self.values[code] or 0) if code in self.values else None


@dataclass
class Reading:
    """The lines as read, what was found, and what was read differently from how it was typed. `rows`: as they were read,
    those of the ledger among them."""

    rows: list[dict] = field(default_factory=list)
    lines: list[ReadLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    typed_rows: int = 0
    computed_rows: int = 0

    @property
    def unread(self) -> list[Finding]:
        """Of the notices those about a typed figure that is not reported: another one is computed in its place."""
        return [each for each in self.notices if each.code == NOT_READ]

    def totals(self, fields: Sequence[Field]) -> dict[str, int]:
        """The sum of each column over the rows that could be read: whole numbers in the column's unit."""
        return {each.code: sum(line.value(each.code) for line in self.lines) for each in fields}


def recorded_totals(lines: Sequence[Mapping[str, int | None]], codes: Iterable[str]) -> dict[str, int]:
    """The sums that a version keeps. A column that says “no task” in every line has none, which is not 0; a return without
    lines says 0 of each."""
    return {
        code: sum(line.get(code) or 0 for line in lines)
        for code in codes
        if not lines or any(line.get(code) is not None for line in lines)
    }


def where(row: int, column: str = "") -> str:
    """“Row 3, “column”: ”, as every sentence about a cell begins."""
    if column:
        return _("Row %(row)s, “%(column)s”: ") % {"row": row + 1, "column": column}
    return _("Row %(row)s: ") % {"row": row + 1}


def read_rows(
    rows: Sequence[dict],
    fields: Sequence[Field],
    computed: Computed = NOTHING_COMPUTED,
    names: RegisteredNames = UNREGISTERED,
) -> Reading:
    """Read every typed row; never raises, whatever was typed. Rows that are wholly blank are skipped. What the activity
    ledger computes stands in place of what is typed, and in rows of its own (`Computed.complete`). A provider that the
    register (`names`) knows by another name is read as the registered one, with a notice."""
    reading = Reading(rows=computed.complete(rows))
    for index, row in enumerate(reading.rows[:MAXIMUM_ROWS]):
        _read_row(index, row, fields, reading, computed, names)
    if len(reading.rows) > MAXIMUM_ROWS:
        reading.findings.append(
            Finding(
                "too_many_rows",
                _("A return has at most %(limit)s rows; this one has %(count)s. Merge some.")
                % {"limit": MAXIMUM_ROWS, "count": len(reading.rows)},
            )
        )
    _find_repeated_providers(reading)
    return reading


def is_blank(row: dict) -> bool:
    """Whether nothing at all was typed in a row. A provider called 无 is none (`nothing`)."""
    provider = row.get("provider")
    named = _has_text(provider) and not says_nothing(provider)
    return not named and not any(_has_text(raw) for raw in row.get("values", {}).values())


def _has_text(raw: object) -> bool:
    """Text other than blanks, or any value that is not text at all (a workbook's number, JSON's list)."""
    return bool(raw.strip(BLANKS)) if isinstance(raw, str) else raw is not None


def _read_row(
    index: int,
    row: dict,
    fields: Sequence[Field],
    reading: Reading,
    ledger: Computed,
    names: RegisteredNames,
) -> None:
    if is_blank(row):
        return
    reading.typed_rows += 1
    typed = row.get("values", {})
    name, alias = names.read(row.get("provider"))
    computed = ledger.row(name.value)
    if computed and computed.is_there:
        reading.computed_rows += 1
    elif name.value and not any(_has_text(raw) for raw in typed.values()):
        text = _("“%(provider)s” has no figures: the row is left out.") % {"provider": name.value}
        reading.notices.append(Finding("row_left_out", where(index) + text, index, is_hard=False))
        return
    if alias:
        text = _("“%(provider)s” stands in the register as “%(name)s”, and so it is filed.")
        text = where(index) + text % {"provider": shown(alias), "name": name.value}
        reading.notices.append(
            Finding("registered_name", text, index, "provider", is_hard=False, offer=name.value)
        )
    if name.problem:
        reading.findings.append(Finding(name.code, where(index) + name.problem, index, "provider"))
        if name.code == "total_row":
            return  # its figures are others' again: no cell of it is asked for, no sum counts it
    elif not name.value:
        problem = _("no provider is named. Type the provider's name, or clear the row.")
        reading.findings.append(Finding("provider_missing", where(index) + problem, index, "provider"))
    figures = computed.figures if computed else {}
    counts = {
        each.code: _read_cell(index, typed.get(each.code), each, reading)
        for each in fields
        if each.code not in figures
    }
    values = {code: count.value for code, count in counts.items() if count.no_task or count.value is not None}
    if computed is None:
        reading.lines.append(ReadLine(index, name.value, name.key, values))
        return
    _note_unread(index, typed, fields, reading, computed)
    _note_late(index, reading, computed)
    values = {
        each.code: ({**values, **figures})[each.code] for each in fields if each.code in {*values, *figures}
    }
    columns = tuple(each.code for each in fields if each.code in figures)
    reading.lines.append(ReadLine(index, computed.provider, computed.key, values, columns))


def _note_unread(
    index: int, typed: dict, fields: Sequence[Field], reading: Reading, computed: ComputedRow
) -> None:
    """What is typed in a computed column is kept and not read: never both for the same figure."""
    for each in fields:
        raw, figure = typed.get(each.code), computed.figures.get(each.code)
        if figure is None or not _has_text(raw) or _says(raw, each, figure):
            continue
        text = (
            _("The register of materials gives %(figure)s; the typed “%(typed)s” is not read.")
            if each.code in computed.register
            else _(
                "“%(provider)s” uses the activity ledger, which gives %(figure)s; the typed “%(typed)s” is not read."
            )
        )
        values = {"provider": computed.provider, "figure": figure, "typed": shown(str(raw))}
        reading.notices.append(
            Finding(NOT_READ, where(index, each.name) + text % values, index, each.code, is_hard=False)
        )


def _says(raw: object, column: Field, figure: int) -> bool:
    """Whether what is typed means the figure: “1,080”, full-width digits, “/” for 0."""
    count = parse_count(raw, unit=column.unit, allows_no_task=True)
    return not count.problem and (0 if count.no_task else count.value) == figure


def _read_cell(index: int, raw: object, column: Field, reading: Reading) -> Count:
    count = parse_count(raw, unit=column.unit, allows_no_task=not column.has_task, target=column.target)
    if not column.is_credited and count.value == 0:
        return Count(value=None, no_task=True)
    if count.code == "blank" and not column.has_task:
        return Count(value=None, no_task=True, code="blank")
    if not column.is_credited and count.value:
        problem = _("this column does not count for your unit; leave it empty or type /.")
        reading.findings.append(
            Finding("not_credited", where(index, column.name) + problem, index, column.code)
        )
    elif count.code == "blank":
        problem = _("nothing is filled in. Type a number; if there was none, type 0.")
        reading.findings.append(Finding("blank", where(index, column.name) + problem, index, column.code))
    elif count.problem:
        text = where(index, column.name) + count.problem
        reading.findings.append(Finding(count.code, text, index, column.code, suggestion=count.suggestion))
    elif count.notice:
        text = where(index, column.name) + count.notice
        reading.notices.append(Finding(count.code, text, index, column.code, is_hard=False))
    return count


def _note_late(index: int, reading: Reading, computed: ComputedRow) -> None:
    """“Carried to the next quarter, with a note” (D4): the note travels with the version."""
    if computed.late:
        text = ngettext(
            "“%(provider)s”: %(count)s activity of an earlier, closed period of the year is carried over and counted here.",
            "“%(provider)s”: %(count)s activities of earlier, closed periods of the year are carried over and counted here.",
            computed.late,
        ) % {"provider": computed.provider, "count": computed.late}
        reading.notices.append(Finding("late_entries", where(index) + text, index, "provider", is_hard=False))


def _find_repeated_providers(reading: Reading) -> None:
    """A provider stands in one row only. What looks the same is the same, and so is what the register knows as one."""
    first: dict[str, ReadLine] = {}
    for line in reading.lines:
        if not line.key:
            continue
        earlier = first.setdefault(visual_key(line.key), line)
        if earlier is not line:
            text = where(line.row) + _repeated(line, earlier, reading)
            reading.findings.append(Finding("provider_twice", text, line.row, "provider"))


def _repeated(line: ReadLine, earlier: ReadLine, reading: Reading) -> str:
    """Both rows, and both spellings where they differ: the difference may be one that nobody sees."""
    typed, other = (str(reading.rows[each.row].get("provider", "")).strip(BLANKS) for each in (line, earlier))
    values = {"provider": typed, "other": other, "row": earlier.row + 1}
    if name_key(typed) == name_key(other):
        return _("“%(provider)s” already stands in row %(row)s. Add the two rows together.") % values
    text = _(
        "“%(provider)s” is the provider of row %(row)s, “%(other)s”, written in another way. Add the two rows together."
    )
    return text % values
