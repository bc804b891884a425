"""The ranking of a year so far and how each of its figures is computed: the lead's own assessment (内部测算).

“文件未规定公式，平台口径”: pages, workbooks and the command take it from here, and this from `targets.assessment`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.models import Tenant
from targets.assessment import AssessedRow, Part, assess
from targets.calendar import NOT_LOADED_SIGN
from targets.models import Indicator, Period, Programme
from targets.queries import LoadedTargets, lacking, loaded_targets, targets_of

from ..rollup.rollup import RollUp, figures, not_due, ranked_tenants, roll_up
from ..rollup.rollup import RollUpRow as RolledRow
from . import queries
from .texts import AssessmentRow, AssessmentTable, ExplainedFigure


@dataclass(frozen=True)
class RankedTenant:
    """A ranked tenant's row. `not_filed`: the periods for which it has not filed; they count as nothing done."""

    tenant: Tenant
    row: AssessedRow
    not_filed: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    programme: Programme
    periods: tuple[Period, ...]
    indicators: tuple[Indicator, ...]
    weights: dict[str, int]
    ranked: tuple[RankedTenant, ...]
    as_of: datetime
    loaded: LoadedTargets
    lacking: Callable[[str, str], bool]  # whether a tenant's target is not known

    @property
    def rows(self) -> list[AssessedRow]:
        return [each.row for each in self.ranked]


def assess_year(programme: Programme, periods: Sequence[Period]) -> Assessment:
    """The counties by the accepted figures of `periods`, all of one year, against that year's targets."""
    return assess_rollup(roll_up(programme, periods, under=programme.lead))


def assess_rollup(rolled: RollUp) -> Assessment:
    """The same from a roll-up of the lead that is there already."""
    programme, targets = rolled.programme, targets_of(rolled.programme, rolled.periods[0].year)
    weights = queries.weights_of(programme)
    order = [each.code for each in rolled.indicators]
    rows = assess(
        targets, figures(rolled), ranked_tenants(programme), weights, order=order, not_due=not_due(rolled)
    )
    loaded = loaded_targets(programme, rolled.periods[0].year)
    reporting = {each.tenant.code: each for each in rolled.rows}
    codes = {code for row in rows for code in row.rates}
    return Assessment(
        programme=programme,
        periods=rolled.periods,
        indicators=tuple(each for each in rolled.indicators if each.code in codes),
        weights={code: weights.get(code, 1) for code in codes},
        ranked=tuple(
            RankedTenant(reporting[row.tenant].tenant, row, periods_not_filed(reporting[row.tenant]))
            for row in rows
        ),
        as_of=rolled.as_of,
        loaded=loaded,
        lacking=lacking(loaded, rolled.indicators),
    )


def periods_not_filed(row: RolledRow) -> tuple[str, ...]:
    """What a row of a roll-up has not filed by its day, by period; of a tenant below it with that tenant's name."""
    return tuple(
        cell.period.short_name
        if cell.tenant == row.tenant
        else f"{cell.tenant.short_name} {cell.period.short_name}"
        for cell in row.cells
        if cell.is_overdue
    )


def as_text(number: object) -> str | None:
    """A decimal for scripts: as text, so that nothing is rounded on the way."""
    return None if number is None else str(number)


def explain_figure(part: Part | None, *, is_loaded: bool = True, is_awaited: bool = False) -> str:
    """340 ÷ 400 = 85.0 %，权重 1，计 85.0 分."""
    if not is_loaded:
        return _("Its target is not loaded: whether there is a task is not known.")
    if is_awaited:
        return _("Nothing accepted, and not due yet: no rate.")
    if part is None:
        return _("No task: it does not count.")
    values = {
        "actual": _("0 (nothing accepted)") if part.actual is None else part.actual,
        "target": part.target,
        "rate": part.rate,
        "weight": part.weight,
        "points": part.points,
    }
    if part.rate > part.points:
        return (
            _(
                "%(actual)s ÷ %(target)s = %(rate)s %%, at most 100 counts; weight %(weight)s, counts %(points)s points"
            )
            % values
        )
    return _("%(actual)s ÷ %(target)s = %(rate)s %%, weight %(weight)s, counts %(points)s points") % values


def explain_score(row: AssessedRow, *, is_loaded: bool = True) -> str:
    """(100.0 × 1 + 99.9 × 1 + 100.0 × 1) ÷ 3 = 99.97."""
    if not is_loaded:
        return _("The year's targets are not loaded: no score, no rank.")
    if not row.is_due:
        return _("Not due yet: no score, no rank.")
    if row.score is None:
        return _("No task at all: no score, no rank.")
    sums = " + ".join(f"{part.points} × {part.weight}" for part in row.parts.values())
    values = {"sum": sums, "weights": sum(part.weight for part in row.parts.values()), "score": row.score}
    return _("(%(sum)s) ÷ %(weights)s = %(score)s, reckoned from rates that are not rounded") % values


def rank_text(row: AssessedRow) -> str:
    """1（并列）; nothing without a rank."""
    if row.rank is None:
        return "—"
    return _("%(rank)s (tied)") % {"rank": row.rank} if row.tied else str(row.rank)


def explained_table(found: Assessment) -> AssessmentTable:
    """The assessment with an explanation beside each figure, in the language that is active."""
    return AssessmentTable(
        title=found.programme.name,
        span=found.periods[-1].cumulative_name,
        columns=tuple((each.name, found.weights[each.code]) for each in found.indicators),
        rows=tuple(_explained_row(each, found) for each in found.ranked),
        as_of=found.as_of,
    )


def _explained_row(ranked_tenant: RankedTenant, found: Assessment) -> AssessmentRow:
    row = ranked_tenant.row
    return AssessmentRow(
        name=ranked_tenant.tenant.name,
        not_filed=ranked_tenant.not_filed,
        rank=rank_text(row),
        score=ExplainedFigure(
            _("Score"),
            "—" if row.score is None else str(row.score),
            row.score,
            explain_score(row, is_loaded=bool(found.loaded)),
        ),
        figures=tuple(
            ExplainedFigure(
                each.name,
                _rate_text(rate, is_loaded=is_loaded, is_awaited=is_awaited),
                rate,
                explain_figure(row.parts.get(each.code), is_loaded=is_loaded, is_awaited=is_awaited),
            )
            for each in found.indicators
            for rate in [row.rates[each.code]]
            for is_loaded in [not found.lacking(row.tenant, each.code)]
            for is_awaited in [each.code in row.awaited]
        ),
    )


def _rate_text(rate: Decimal | None, *, is_loaded: bool, is_awaited: bool) -> str:
    """“/” is no task, “—” is nothing there and not due yet; or nobody knows whether there is a task."""
    if rate is not None:
        return f"{rate}%"
    if not is_loaded:
        return str(NOT_LOADED_SIGN)
    return "—" if is_awaited else "/"
