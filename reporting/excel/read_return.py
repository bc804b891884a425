"""The return as a workbook has it: what was read, where it stood, and what is to be said about it."""

from dataclasses import dataclass, field
from typing import Any

from .attachment import AttachmentColumn
from .problems import ImportQuestion, Problem


@dataclass
class ReadReturn:
    """The return as the workbook has it. Problems name their cells, all at once, in the order of the sheet."""

    columns: tuple[AttachmentColumn, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)  # {"provider": str, "values": {code: raw}}
    cells: dict[tuple[int, str], str] = field(default_factory=dict)  # (row index, code or "provider") -> C9
    above: list[tuple[str, str]] = field(
        default_factory=list
    )  # (cell, text) of what stands above the headings
    printed_total: dict[str, Any] = field(default_factory=dict)  # {code: raw}
    total_cells: dict[str, str] = field(default_factory=dict)  # {code: C12}
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    questions: list[ImportQuestion] = field(default_factory=list)
    origin: dict[str, str] = field(
        default_factory=dict
    )  # which return the file was downloaded for, if it says so
    part: str = ""  # of the zip file: where the sheet stands; empty for a text file
    heading_row: int = 0
    free_column: int = 0  # the first one at the right of everything
    marked_rows: list[int] = field(default_factory=list)  # where that column has texts of ours already
    encoding: str = ""  # of a text file
    separator: str = ""
    has_pictures: bool = False

    def ask(self, key: str, text: str, /, **values: Any) -> None:
        self.questions.append(ImportQuestion(key, text % values))

    def refuse(self, cell: str, text: str, /, **values: Any) -> None:
        self.problems.append(Problem(cell, text % ({"cell": cell} | values)))

    def tell(self, text: str, /, **values: Any) -> None:
        self.notices.append(text % values)
