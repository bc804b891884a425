"""The sentence about a problem in a workbook: the cell's address, its row and column, then what is wrong."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

PROBLEMS_AT_MOST = 200  # reported of one file


@dataclass(frozen=True)
class Problem:
    """`cell` is an address (C9), a range (B9:B11), or empty where the file as a whole is refused.

    `code` says which kind of file or attempt it is, where somebody counts them.
    """

    cell: str
    text: str
    code: str = ""


@dataclass(frozen=True)
class ImportQuestion:
    """What was read although it is unusual: a person has to say that it is right. `key` names it in the form."""

    key: str
    text: str


class Refused(Exception):
    """The file cannot be read at all; the one problem says what to do."""

    def __init__(self, text: str, cell: str = "", code: str = ""):
        super().__init__(text)
        self.problem = Problem(cell, text, code)


def locate(address: str, row_number: int, column_name: str) -> str:
    """The beginning of every sentence about a cell: C9 单元格（第3行“应用类短期培训（人次）”）：

    `row_number`: of a return, its rows counted from 1, blank rows of the sheet left out; of a list, the row of the sheet.
    """
    values = {"cell": address, "row": row_number, "column": column_name}
    return _("Cell %(cell)s (row %(row)s, “%(column)s”): ") % values


def locate_total(address: str, column_name: str) -> str:
    return _("Cell %(cell)s (total, “%(column)s”): ") % {"cell": address, "column": column_name}


def damaged() -> str:
    return _(
        "The file is damaged or incomplete: it may not have been copied or downloaded to its end. "
        "Open it in WPS or Excel, save it as “Excel workbook (*.xlsx)” and upload it again."
    )


def too_much() -> str:
    return _(
        "The workbook holds far more than the attachment. Copy the table into the attachment's template, "
        "without empty rows, pictures and other sheets, and upload that."
    )
