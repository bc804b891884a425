"""The official attachment as plain data: one description for the screen, the workbook and the print.

No ORM here: views fill it from queries, and whoever draws it draws what is in it.
"""

import re
from dataclasses import dataclass
from typing import Any

Value = int | str | None  # None: the cell stays blank; "/": no task, as the documents write it

_NOT_IN_FILE_NAMES = re.compile(
    r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+'
)


@dataclass(frozen=True)
class AttachmentColumn:
    """One indicator. `heading` is verbatim, brackets and all; `name` is what screen and messages call it."""

    code: str
    heading: str
    name: str
    unit: str = ""


@dataclass(frozen=True)
class AttachmentRow:
    """A provider (or, in the city's version, a reporting unit) with one value per column."""

    label: str
    values: tuple[Value, ...]
    url: str = ""  # where its name leads on a page; no workbook has it


@dataclass(frozen=True)
class Attachment:
    """`layout` is the programme's; `note` names who is missing; `provenance` fills the sheet 说明."""

    layout: dict[str, Any]
    period_line: str
    bureau_line: str
    columns: tuple[AttachmentColumn, ...]
    rows: tuple[AttachmentRow, ...]
    total: tuple[Value, ...]
    note: str = ""
    provenance: tuple[tuple[str, str], ...] = ()

    def __post_init__(self):
        """A row with a value too many or too few would put figures under the wrong heading."""
        lines = (*(row.values for row in self.rows), self.total)
        if any(len(values) != len(self.columns) for values in lines):
            raise ValueError("every row and the total need one value per column")

    @property
    def width(self) -> int:
        """Columns of the table: the provider and the indicators."""
        return 1 + len(self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.layout["provider_heading"], *(column.heading for column in self.columns))

    @property
    def printed_rows(self) -> tuple[AttachmentRow, ...]:
        """The rows as the form shows them: at least `minimum_rows`, the unused ones blank."""
        return pad(self.rows, len(self.columns), self.layout["minimum_rows"])

    @property
    def file_name(self) -> str:
        """The official name, ……（2021年第一季度）—椒江区教育局.xlsx, without what a file system refuses."""
        period, bureau = _one_line(self.period_line), _one_line(self.bureau_line)
        return in_file_names(self.layout["file_name"].format(period=period, bureau=bureau))


def in_file_names(name: str) -> str:
    """`name` without what a file system refuses."""
    return _NOT_IN_FILE_NAMES.sub("_", name)


def pad(rows: tuple[AttachmentRow, ...], columns: int, minimum: int) -> tuple[AttachmentRow, ...]:
    """`rows`, followed by blank ones up to `minimum`."""
    return (*rows, *[AttachmentRow("", (None,) * columns)] * (minimum - len(rows)))


def _one_line(text: str) -> str:
    return " ".join(text.split())
