"""A spreadsheet's own chart of a listing, with the figures that it shows: a preview that reads no cells draws it too."""

from collections.abc import Sequence
from decimal import Decimal

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.utils import get_column_letter, quote_sheetname

from .listing import Bars, Listing, Value
from .text import writable

COLOURS = ["B8C4D6", "1F5FA8"]  # the task behind, what was done in front
WIDTH, HEIGHT = 11.6, 7.2  # centimetres
GREY = "D9D9D9"


def bar_chart(sheet, listing: Listing, bars: Bars, *, first_row: int) -> BarChart:
    """One group of bars a row of the listing, its name from the first column."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "bar" if bars.is_lying else "col", 60, 0
    chart.width, chart.height = WIDTH, HEIGHT
    chart.title = _title(bars.title)
    if bars.is_lying:
        chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"  # the first row on top
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GREY))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min = 0
    chart.y_axis.numFmt = chart.y_axis.number_format = "0%" if bars.is_rate else "#,##0"
    chart.legend = chart.legend if len(bars.series) > 1 else None
    if chart.legend:
        chart.legend.position = "b"
    rows = list(listing.rows)
    for number, column in enumerate(bars.series):
        colour = COLOURS[(number + (len(bars.series) == 1)) % len(COLOURS)]
        chart.series.append(_series(sheet, listing, rows, column, first_row, bars, number, colour))
    return chart


def _title(text: str) -> Title:
    look = CharacterProperties(sz=1200, b=False)
    line = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[RegularTextRun(rPr=look, t=writable(text))])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)


def _series(
    sheet, listing: Listing, rows: Sequence, column: int, first_row: int, bars: Bars, number: int, colour: str
) -> Series:
    last_row = first_row + len(rows) - 1
    code = "0.0%" if bars.is_rate else "General"
    values = [
        NumVal(idx=index, v=_figure(row[column]))
        for index, row in enumerate(rows)
        if _figure(row[column]) is not None
    ]
    names = [StrVal(idx=index, v=writable(str(row[0]))) for index, row in enumerate(rows)]
    made = Series(
        idx=number,
        order=number,
        tx=SeriesLabel(v=listing.headings[column]),
        cat=AxDataSource(strRef=StrRef(_range(sheet, 0, first_row, last_row), StrData(len(rows), names))),
        val=NumDataSource(
            NumRef(_range(sheet, column, first_row, last_row), NumData(code, len(rows), values))
        ),
    )
    made.graphicalProperties.solidFill = colour
    made.graphicalProperties.line.solidFill = colour
    if bars.is_rate:
        made.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    return made


def _range(sheet, column: int, first_row: int, last_row: int) -> str:
    letter = get_column_letter(column + 1)
    return f"{quote_sheetname(sheet.title)}!${letter}${first_row}:${letter}${last_row}"


def _figure(value: Value) -> str | None:
    """As a chart keeps it; text, such as “/”, has no bar."""
    if isinstance(value, Decimal):
        return str(value / 100)
    return str(value) if isinstance(value, int) else None
