"""Charts for pages. Each draws its figures, then repeats them as a table that opens on demand.

{% bullet_chart label unit actual target expected %}
{% stacked_chart title unit cumulative names point_names %}
{% trend_chart title unit points target %}
"""

import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import template

from .. import charts
from ..dashboard import Cumulative

register = template.Library()

TEMPLATE = "components/charts/chart.html"


@register.inclusion_tag(TEMPLATE)
def bullet_chart(label: str, unit: str, actual: int | None, target: int, expected: Decimal | None) -> dict:
    return _context(charts.bullet(label, unit, actual, target, expected))


@register.inclusion_tag(TEMPLATE)
def stacked_chart(
    title: str, unit: str, data: Cumulative, names: Mapping[str, str], point_names: Sequence[str]
) -> dict:
    return _context(charts.stacked(title, unit, data, names, point_names))


@register.inclusion_tag(TEMPLATE)
def trend_chart(title: str, unit: str, points: Sequence[tuple[str, int | None]], target: int | None) -> dict:
    return _context(charts.trend(title, unit, points, target))


def _context(drawing: charts.Drawing) -> dict:
    """The id is random: a page holds many charts, and the titles of each are named by id."""
    return {"drawing": drawing, "id": f"chart-{secrets.token_hex(4)}"}
