"""An assessment in words: what page, workbook and CSV print alike, each figure with its explanation."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class ExplainedFigure:
    """A figure, of which indicator, as printed, as a number (None: no task), and how it came about."""

    of: str
    text: str
    number: Decimal | None
    why: str


@dataclass(frozen=True)
class AssessmentRow:
    """One tenant. `not_filed`: the periods for which it has not filed."""

    name: str
    not_filed: tuple[str, ...]
    rank: str
    score: ExplainedFigure
    figures: tuple[ExplainedFigure, ...]


@dataclass(frozen=True)
class AssessmentTable:
    """`columns`: the name of each indicator and its weight."""

    title: str
    span: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[AssessmentRow, ...]
    as_of: datetime
