"""What the eye sees in this sheet is not what stands in its cells: hidden, struck through, formatted as something else."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from .cells import is_concealed, is_raised, special_format
from .layout import PROVIDER
from .read_return import ReadReturn
from .table import SheetTable

LOWEST, NARROWEST = 2, 0.3  # points and characters: below that nothing can be seen


def report_looks(table: SheetTable, read: ReadReturn, at: Mapping[str, int]) -> None:
    """`at`: the column of the sheet by its code."""
    places = {cell: coordinate_to_tuple(cell) for cell in read.cells.values()}
    if hidden := [
        *_hidden_rows(table, {row for row, _column in places.values()}),
        *_hidden_columns(table, at),
    ]:
        read.ask(
            "hidden", _("Hidden rows or columns were read as well: %(hidden)s."), hidden=", ".join(hidden)
        )
    if formats := [
        f"{cell} = {table.value(*place)}" for cell, place in places.items() if special_format(table, *place)
    ]:
        text = _("Cells whose number format shows another number were read as they are: %(cells)s.")
        read.ask("formats", text, cells=", ".join(formats))
    if concealed := [cell for cell, place in places.items() if is_concealed(table, *place)]:
        text = _("Cells that are struck through or written in white were read as well: %(cells)s.")
        read.ask("concealed", text, cells=", ".join(concealed))
    names = [cell for (_row, code), cell in read.cells.items() if code == PROVIDER]
    if raised := [cell for cell in names if is_raised(table, *places[cell])]:
        text = _("Raised or lowered characters were read as a part of the name: %(cells)s.")
        read.ask("raised", text, cells=", ".join(raised))


def _hidden_rows(table: SheetTable, rows: set[int]) -> list[str]:
    """By a switch, by their height, or because the sheet hides each row that says nothing else."""
    by_default = (
        table.sheet.sheet_format.zeroHeight or (table.sheet.sheet_format.defaultRowHeight or 15) < LOWEST
    )
    hidden = []
    for row in sorted(rows):
        found = table.sheet.row_dimensions[row]
        if found.hidden or (by_default if found.height is None else found.height < LOWEST):
            hidden.append(str(row))
    return hidden


def _hidden_columns(table: SheetTable, at: Mapping[str, int]) -> list[str]:
    groups = [each for each in table.sheet.column_dimensions.values() if each.min and each.max]
    hidden = [each for each in groups if each.hidden or (each.width is not None and each.width < NARROWEST)]
    default = table.sheet.sheet_format.defaultColWidth
    return [
        get_column_letter(column)
        for column in sorted(at.values())
        if any(each.min <= column <= each.max for each in hidden)
        or (
            default is not None
            and default < NARROWEST
            and not any(each.min <= column <= each.max for each in groups)
        )
    ]
