"""Writes the lead's own assessment (内部测算) as a workbook and as CSV, an explanation beside every figure."""

import io
from functools import partial
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..excel.attachment import in_file_names
from ..excel.export import write_book
from ..excel.layout import OFFICIAL
from ..excel.plain_table import PlainTable, write_plain_table
from ..excel.separated_values import write_rows
from ..excel.text import owed
from .texts import AssessmentTable, ExplainedFigure


def write_assessment(table: AssessmentTable, layout: dict[str, Any]) -> bytes:
    """Two sheets: the ranks, and the explanation of every figure in them."""
    with translation.override(OFFICIAL):
        tables = {_("Internal assessment"): _ranks(table), _("How it was reckoned"): _explanations(table)}
        return write_book(
            {name: partial(write_plain_table, table=table, layout=layout) for name, table in tables.items()}
        )


def write_csv(table: AssessmentTable) -> bytes:
    """One row a tenant: rank, score, rates, and behind each its explanation."""
    with translation.override(OFFICIAL):
        how = _("How it was reckoned")
        headings = [_("Rank"), _("Tenant"), _("Not filed"), _("Score"), how]
        for name, weight in table.columns:
            headings += [_weighted(name, weight), how]
        rows = [
            [row.rank, row.name, "、".join(row.not_filed), *_with_reasons(row.score, *row.figures)]
            for row in table.rows
        ]
        written = io.BytesIO()
        write_rows([headings, *rows, [_notice()]], written)
    return written.getvalue()


def _with_reasons(*figures: ExplainedFigure) -> list[str]:
    return [part for each in figures for part in (each.text, each.why)]


def file_name(table: AssessmentTable, extension: str) -> str:
    with translation.override(OFFICIAL):
        name = f"{table.title}{_('Internal assessment')}（{table.span}）.{extension}"
    return in_file_names(name)


def _ranks(table: AssessmentTable) -> PlainTable:
    count = len(table.columns)
    return PlainTable(
        title=f"{table.title} {_('Internal assessment')}",
        lines=[table.span, _notice()],
        headings=[
            _("Rank"),
            _("Tenant"),
            _("Score"),
            *[_weighted(name, weight) for name, weight in table.columns],
        ],
        rows=[
            [row.rank, row.name + owed(row.not_filed), _number(row.score), *map(_number, row.figures)]
            for row in table.rows
        ],
        shares=[1.2, 2, 1.2, *[1.4] * count],
        formats=["", "text", "score", *["percent"] * count],
        remarks=[_as_of(table)],
    )


def _explanations(table: AssessmentTable) -> PlainTable:
    rows = [
        [row.name, each.of, each.text, each.why] for row in table.rows for each in (row.score, *row.figures)
    ]
    return PlainTable(
        title=_("How it was reckoned"),
        lines=[table.span, _notice()],
        headings=[_("Tenant"), _("Indicator"), _("Figure"), _("How it was reckoned")],
        rows=rows,
        shares=[1.5, 2, 1, 5],
        formats=["text", "text", "", "text"],
        remarks=[_as_of(table)],
    )


def _weighted(name: str, weight: int) -> str:
    return _("%(name)s (weight %(weight)s)") % {"name": name, "weight": weight}


def _number(figure: ExplainedFigure) -> Any:
    return figure.text if figure.number is None else figure.number


def _notice() -> str:
    return _("Internal. The document gives no formula; this is the platform's definition.")


def _as_of(table: AssessmentTable) -> str:
    instant = date_format(localtime(table.as_of), "Y-m-d H:i")
    return _("As of %(instant)s, accepted figures only.") % {"instant": instant}
