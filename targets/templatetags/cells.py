"""A cell of the heat map: the assigned indicator's, or the work done without a task."""

from django import template

from ..dashboard import Extra, ProgressCell, ProgressRow

register = template.Library()


@register.simple_tag
def heat_cell(row: ProgressRow, indicator: str) -> ProgressCell | Extra | None:
    return row.cell(indicator) or next((each for each in row.extra if each.indicator == indicator), None)
