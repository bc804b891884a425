"""What does this workbook report? Reads an official attachment back, every value as it stands in its cell.

Figures under merged cells, beside the columns or below the total are problems: nothing is dropped without a word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from portal.identity_numbers import holds_identity_number

from ..entry.counts import parse_count
from .attachment import AttachmentColumn
from .cells import is_concealed, read_name, read_value, special_format
from .layout import MARKS_HEADING, PROVIDER
from .problems import PROBLEMS_AT_MOST, ImportQuestion, Problem, Refused, locate, locate_total
from .table import SheetTable, address, fold, known_headings, open_table

MORE = "more"


@dataclass
class ReadReturn:
    """The return as the workbook has it. Problems name their cells, all at once, in the order of the sheet."""

    columns: tuple[AttachmentColumn, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)  # {"provider": str, "values": {code: raw}}
    cells: dict[tuple[int, str], str] = field(default_factory=dict)  # (row index, code or "provider") -> C9
    period_line: str = ""
    bureau_line: str = ""
    printed_total: dict[str, Any] = field(default_factory=dict)  # {code: raw}
    total_cells: dict[str, str] = field(default_factory=dict)  # {code: C12}
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    questions: list[ImportQuestion] = field(default_factory=list)
    origin: dict[str, str] = field(
        default_factory=dict
    )  # which return the file was downloaded for, if it says so
    period_cell: str = ""
    bureau_cell: str = ""
    part: str = ""  # of the zip file: where the sheet stands; empty for a text file
    heading_row: int = 0
    free_column: int = 0  # the first one at the right of everything
    marked_rows: list[int] = field(default_factory=list)  # where that column has texts of ours already
    encoding: str = ""  # of a text file
    separator: str = ""


def read_attachment(
    source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> ReadReturn:
    """Never raises for what a person may upload: a file that is refused is one problem without rows."""
    try:
        return _Reader(open_table(source, layout, columns), layout, columns).read_all()
    except Refused as refusal:
        return ReadReturn(columns=tuple(columns), problems=[refusal.problem])


def check_total(read: ReadReturn, sums: Mapping[str, int]) -> list[Problem]:
    """The printed 合计 against the rows, of the columns in `sums`: “C12 合计 205，逐行相加为 200”. A blank one is accepted."""
    found = (_check_total_of(each, read, sums[each.code]) for each in read.columns if each.code in sums)
    return [problem for problem in found if problem]


def _check_total_of(column: AttachmentColumn, read: ReadReturn, expected: int) -> Problem | None:
    count = parse_count(read.printed_total.get(column.code), unit=column.unit)
    cell = read.total_cells.get(column.code, "")
    if count.problem:
        return Problem(cell, locate_total(cell, column.name) + count.problem)
    printed = 0 if count.no_task else count.value
    if printed is None or printed == expected:
        return None
    text = _("%(cell)s: the total is %(printed)s, but the rows add up to %(sum)s")
    return Problem(cell, text % {"cell": cell, "printed": printed, "sum": expected})


class _Reader:
    """Collects one ReadReturn, from the headings down to the total and what stands around them."""

    def __init__(self, table: SheetTable, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]):
        self.table, self.layout = table, layout
        self.read = ReadReturn(columns=tuple(columns))
        self.headings = {PROVIDER: layout["provider_heading"]} | {each.code: each.heading for each in columns}
        self.names = {PROVIDER: layout["provider_heading"]} | {each.code: each.name for each in columns}
        self.known = known_headings(layout, columns)
        self.at: dict[str, int] = {}  # code -> column of the sheet
        self.accounted_for: set[int] = set()  # columns whose heading is a problem already
        self.total_row = self.last_row = 0

    def read_all(self) -> ReadReturn:
        self._read_lines()
        self._map_headings()
        self._find_end()
        self._refuse_merged()
        self._read_rows()
        self._read_total()
        self._refuse_outside()
        self._report_differences()
        self.read.problems = _at_most(self.read.problems)
        return self.read

    def _read_lines(self) -> None:
        """What stands above the table, and where the file came from."""
        row = self.read.heading_row = self.table.heading_row
        self.read.period_line, self.read.bureau_line = self._line(row - 2), self._line(row - 1)
        self.read.period_cell, self.read.bureau_cell = (
            address(max(row - 2, 1), 1),
            address(max(row - 1, 1), 1),
        )
        self.read.origin, self.read.part = dict(self.table.origin), self.table.raw.part
        self.read.free_column = self.table.raw.last_column + 1
        if self.table.separated:
            self.read.encoding, self.read.separator = (
                self.table.separated.encoding,
                self.table.separated.separator,
            )

    def _line(self, row: int) -> str:
        """The first text in a row above the table."""
        return next((text for text in self.table.texts_of(row).values() if text.strip()), "")

    def _ask(self, key: str, text: str, **values: Any) -> None:
        self.read.questions.append(ImportQuestion(key, text % values))

    def _problem(self, cell: str, text: str, **values: Any) -> None:
        self.read.problems.append(Problem(cell, text % ({"cell": cell} | values)))

    def _notice(self, text: str, **values: Any) -> None:
        self.read.notices.append(text % values)

    # --- headings

    def _map_headings(self) -> None:
        """Columns by their headings, in any order; where one is missing, what stands in its place is named."""
        texts = self.table.texts_of(self.table.heading_row)
        unknown = {}
        for column, text in texts.items():
            if code := self.known.get(fold(text)):
                self._place(code, column)
            elif text.startswith(MARKS_HEADING):  # a file that was given back marked and is corrected now
                self.accounted_for.add(column)
                self.read.free_column = column
                self.read.marked_rows = [row for row, place in self.table.raw.filled if place == column]
            elif text.strip():
                unknown[column] = text.strip()
        for code in [each for each in self.headings if each not in self.at]:
            self._report_missing(code, texts, unknown)
        for column, text in unknown.items():
            self.accounted_for.add(column)
            sentence = _("Cell %(cell)s: the heading “%(found)s” is not the attachment's; delete the column.")
            self._problem(address(self.table.heading_row, column), sentence, found=text)

    def _place(self, code: str, column: int) -> None:
        row = self.table.heading_row
        if code not in self.at:
            self.at[code] = column
            return
        self.accounted_for.add(column)
        text = _(
            "Cell %(cell)s: the heading “%(heading)s” stands twice, first in %(first)s; delete one column."
        )
        self._problem(
            address(row, column), text, heading=self.headings[code], first=address(row, self.at[code])
        )

    def _report_missing(self, code: str, texts: Mapping[int, str], unknown: dict[int, str]) -> None:
        """A misspelt heading in its own place still leads to its column: all problems are reported at once."""
        column = self.at.get(PROVIDER, 1) + list(self.headings).index(code)
        if unknown.pop(column, None):
            self.at[code] = column
        text = _("Cell %(cell)s: the heading “%(expected)s” is missing; found here: “%(found)s”.")
        found = texts.get(column, "").strip()
        cell = address(self.table.heading_row, column)
        self._problem(cell, text, expected=self.headings[code], found=found)

    # --- rows

    def _find_end(self) -> None:
        """The row of the total; without one, the last row with anything in it."""
        label, column = fold(self.layout["total_label"]), self.at.get(PROVIDER, 1)
        self.last_row = max(self.table.raw.last_row, self.table.heading_row)
        for row in range(self.table.heading_row + 1, self.last_row + 1):
            if fold(self.table.text(row, column)).rstrip(":") == label:
                self.total_row = self.last_row = row
                return
        text = _("Cell %(cell)s: the row “%(label)s” is missing; type it below the last provider.")
        self._problem(address(self.last_row + 1, column), text, label=self.layout["total_label"])

    def _refuse_merged(self) -> None:
        """Under a merge only the first cell's value is kept, whoever reads the file."""
        for merged in self.table.sheet.merged_cells.ranges:
            rows = merged.max_row >= self.table.heading_row and merged.min_row <= self.last_row
            if rows and any(merged.min_col <= column <= merged.max_col for column in self.at.values()):
                self._problem(
                    merged.coord, _("%(cell)s is a merged cell; unmerge it and fill in row by row.")
                )

    def _read_rows(self) -> None:
        end = self.total_row or self.last_row + 1
        for row in range(self.table.heading_row + 1, end):
            if any(self._is_used(row, column) for column in self.at.values()):
                self._read_row(row, len(self.read.rows))

    def _is_used(self, row: int, column: int) -> bool:
        return bool(self.table.text(row, column).strip()) or self.table.is_lost(row, column)

    def _read_row(self, row: int, index: int) -> None:
        values: dict[str, Any] = {}
        for code, column in self._columns():
            cell = self.read.cells[index, code] = address(row, column)
            read = read_name if code == PROVIDER else read_value
            values[code], problem = read(self.table, row, column)
            if problem:
                self._problem(
                    cell, "%(place)s%(problem)s", place=self._place_of(index, code), problem=problem
                )
        self.read.rows.append({"provider": values.pop(PROVIDER, ""), "values": values})

    def _columns(self) -> list[tuple[str, int]]:
        """In the order of the sheet, as people read it."""
        return sorted(self.at.items(), key=lambda item: item[1])

    def _place_of(self, index: int, code: str) -> str:
        return locate(self.read.cells[index, code], index + 1, self.names[code])

    # --- the total, and what stands elsewhere

    def _read_total(self) -> None:
        for code, column in self._columns() if self.total_row else []:
            if code != PROVIDER:
                cell = self.read.total_cells[code] = address(self.total_row, column)
                self.read.printed_total[code], problem = self._total_in(column)
                if problem:
                    self._problem(
                        cell,
                        "%(place)s%(problem)s",
                        place=locate_total(cell, self.names[code]),
                        problem=problem,
                    )

    def _total_in(self, column: int) -> tuple[Any, str]:
        """A total may be a formula: the result that the file shows is compared."""
        if not self.table.is_formula(self.total_row, column):
            return read_value(self.table, self.total_row, column)
        result = self.table.result(self.total_row, column)
        if result is None:
            text = _("The total in %(cell)s is a formula without a stored result; it was not compared.")
            self._notice(text, cell=address(self.total_row, column))
        return result, ""

    def _refuse_outside(self) -> None:
        """Figures below the total or beside the columns are read by nobody. Texts (填表人…) may stand below."""
        ours = set(self.at.values()) | self.accounted_for
        inside = set(self.read.cells.values())
        figures = {column for code, column in self.at.items() if code != PROVIDER}
        for row, column in self.table.raw.filled:
            if address(row, column) not in inside and holds_identity_number(self.table.text(row, column)):
                text = _(
                    "Cell %(cell)s contains an identity card number. Delete it: the return needs counts only."
                )
                self._problem(address(row, column), text)
            if row > self.last_row and column in figures and self._is_figure(row, column):
                text = _(
                    "Cell %(cell)s: a figure stands below the total; move it above the total or delete it."
                )
                self._problem(address(row, column), text)
            if (
                self.table.heading_row < row <= self.last_row
                and column not in ours
                and self._is_used(row, column)
            ):
                text = _("Cell %(cell)s lies beside the attachment's columns; move or delete its content.")
                self._problem(address(row, column), text)

    def _is_figure(self, row: int, column: int) -> bool:
        value = self.table.value(row, column)
        is_text = isinstance(value, str) and not self.table.is_formula(row, column)
        return parse_count(value).value is not None if is_text else value is not None

    # --- what was read although it is unusual

    def _report_differences(self) -> None:
        if self.table.sheet.title.strip() != self.layout["sheet_name"]:
            text = _("The sheet is called “%(found)s” instead of “%(expected)s”; it was read.")
            self._notice(text, found=self.table.sheet.title, expected=self.layout["sheet_name"])
        if self.table.raw.is_filtered:
            self._notice(_("A filter is switched on in the sheet; all rows were read, hidden ones as well."))
        if skipped := self._skipped_rows():
            self._notice(
                _("Blank rows between the providers were skipped: %(rows)s."), rows=", ".join(skipped)
            )
        if [code for code, column in self._columns()] != [code for code in self.headings if code in self.at]:
            text = _("The columns stand in another order; they were read by their headings: %(columns)s.")
            found = [f"{get_column_letter(column)} {self.names[code]}" for code, column in self._columns()]
            self._ask("columns", text, columns="; ".join(found))
        if hidden := [*self._hidden_rows(), *self._hidden_columns()]:
            self._ask(
                "hidden", _("Hidden rows or columns were read as well: %(hidden)s."), hidden=", ".join(hidden)
            )
        self._ask_about_looks()

    def _ask_about_looks(self) -> None:
        """What the eye sees in the sheet is not what stands in its cells."""
        places = {cell: coordinate_to_tuple(cell) for cell in self.read.cells.values()}
        formats = [
            f"{cell} = {self.table.value(*place)}"
            for cell, place in places.items()
            if special_format(self.table, *place)
        ]
        if formats:
            text = _("Cells whose number format shows another number were read as they are: %(cells)s.")
            self._ask("formats", text, cells=", ".join(formats))
        if concealed := [cell for cell, place in places.items() if is_concealed(self.table, *place)]:
            text = _("Cells that are struck through or written in white were read as well: %(cells)s.")
            self._ask("concealed", text, cells=", ".join(concealed))

    def _skipped_rows(self) -> list[str]:
        used = self._used_rows()
        return [str(row) for row in range(min(used, default=1), max(used, default=0)) if row not in used]

    def _used_rows(self) -> set[int]:
        return {coordinate_to_tuple(cell)[0] for cell in self.read.cells.values()}

    def _hidden_rows(self) -> list[str]:
        return [str(row) for row in sorted(self._used_rows()) if self.table.sheet.row_dimensions[row].hidden]

    def _hidden_columns(self) -> list[str]:
        hidden = [each for each in self.table.sheet.column_dimensions.values() if each.hidden]
        return [
            get_column_letter(column)
            for code, column in self._columns()
            if any(group.min <= column <= group.max for group in hidden)
        ]


def in_order(problems: list[Problem]) -> list[Problem]:
    """From top to bottom, from left to right; what concerns the whole file first, how many more there are last."""
    return sorted(problems, key=lambda each: (each.code == MORE, *_place(each.cell), each.text))


def _at_most(problems: list[Problem]) -> list[Problem]:
    """The first problems of a hopeless sheet, and how many more there are."""
    ordered = in_order(problems)
    if len(ordered) <= PROBLEMS_AT_MOST:
        return ordered
    more = _("… and %(count)s more problems in other cells.") % {"count": len(ordered) - PROBLEMS_AT_MOST}
    return [*ordered[:PROBLEMS_AT_MOST], Problem("", more, MORE)]


def _place(cell: str) -> tuple[int, int]:
    if not cell:
        return 0, 0
    column, row = range_boundaries(cell)[:2]
    return row, column
