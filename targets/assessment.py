"""Completion and ranking: the platform's own assessment (内部测算); the document gives no formula.

“纳入2021年和2022年市对县（市、区）职业教育发展考核内容”: counties only are ranked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

Figures = Mapping[str, int]
Actuals = Mapping[str, int | None]


@dataclass(frozen=True)
class Part:
    """What an indicator with a task adds to a score: `points` of 100 (the rate, capped), counted `weight` times."""

    actual: int | None
    target: int
    rate: Decimal
    weight: int
    points: Decimal


@dataclass(frozen=True)
class AssessedRow:
    """A ranked tenant: rates in percent (None: no task), score of 100 (None: no task at all), rank 1-1-3.
    `parts`: how the score came about, by indicator. `is_due` False: it is still in time and has neither score
    nor rank; `awaited` are the indicators with a task of which it has no figure yet, and therefore no rate."""

    tenant: str
    rates: dict[str, Decimal | None]
    score: Decimal | None
    rank: int | None
    tied: bool
    parts: dict[str, Part] = field(default_factory=dict)
    is_due: bool = True
    awaited: frozenset[str] = frozenset()


def completion_rate(actual: int, target: int | None) -> Decimal | None:
    """The one rounding of every rate. Percent, uncapped, one decimal, half up; below 100 it never rounds to 100. None
    without a task."""
    if not target:
        return None
    rate = _half_up(Fraction(actual * 100, target), places=1)
    return min(rate, Decimal("99.9")) if actual < target else rate


def score(targets: Figures, actuals: Actuals, weights: Mapping[str, int] | None = None) -> Decimal | None:
    """Σ wᵢ·min(rateᵢ, 1) ÷ Σ wᵢ × 100 over indicators with a task, exact; equal weights unless given."""
    weight = {code: (weights or {}).get(code, 1) for code, target in targets.items() if target}
    if not sum(weight.values()):
        return None
    rates = {code: min(Fraction(actuals.get(code) or 0, targets[code]), Fraction(1)) for code in weight}
    points = sum((weight[code] * rate for code, rate in rates.items()), Fraction(0))
    return _half_up(points * 100 / sum(weight.values()), places=2)


def assess(
    targets: Mapping[str, Figures],
    actuals: Mapping[str, Actuals],
    ranked: Iterable[str],
    weights: Mapping[str, int] | None = None,
    *,
    order: Sequence[str] = (),
    not_due: Collection[str] = (),
) -> list[AssessedRow]:
    """The ranked tenants, best first, those tied in the order of `ranked`. The printed score makes a tie. `order`: that of
    the programme's indicators; `not_due`: the tenants that are still in time: they have no score and no rank, and those
    without a figure no rate."""
    scores = {
        tenant: None
        if tenant in not_due
        else score(targets.get(tenant, {}), actuals.get(tenant, {}), weights)
        for tenant in ranked
    }
    found = dict.fromkeys(code for figures in targets.values() for code in figures)
    codes = sorted(found, key=[*order, *found].index)
    rows = [
        _row(
            tenant,
            scores,
            codes,
            targets.get(tenant, {}),
            actuals.get(tenant, {}),
            weights or {},
            is_due=tenant not in not_due,
        )
        for tenant in scores
    ]
    return sorted(rows, key=lambda row: row.rank or len(rows) + 1)


def _rates(codes: list[str], targets: Figures, actuals: Actuals) -> dict[str, Decimal | None]:
    return {code: completion_rate(actuals.get(code) or 0, targets.get(code)) for code in codes}


def _parts(targets: Figures, actuals: Actuals, weights: Mapping[str, int]) -> dict[str, Part]:
    return {
        code: Part(actuals.get(code), target, rate, weights.get(code, 1), min(rate, Decimal("100.0")))
        for code, target in targets.items()
        if (rate := completion_rate(actuals.get(code) or 0, target)) is not None
    }


def _row(
    tenant: str,
    scores: Mapping[str, Decimal | None],
    codes: list[str],
    targets: Figures,
    actuals: Actuals,
    weights: Mapping[str, int],
    is_due: bool,
) -> AssessedRow:
    awaited = frozenset(code for code in targets if not is_due and actuals.get(code) is None)
    judged = {code: target for code, target in targets.items() if code not in awaited}
    rates, parts = _rates(codes, judged, actuals), _parts(judged, actuals, weights)
    own = scores[tenant]
    if own is None:
        return AssessedRow(tenant, rates, None, None, False, parts, is_due, awaited)
    others = [other for other in scores.values() if other is not None]
    return AssessedRow(
        tenant, rates, own, 1 + sum(other > own for other in others), others.count(own) > 1, parts
    )


def _half_up(exact: Fraction, *, places: int) -> Decimal:
    """Rounded from the exact fraction: no quotient is rounded twice."""
    scaled = exact * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-places)
