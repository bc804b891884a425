"""What holds after every step of the random walk: how the returns stand, and the sums of the figures, three ways."""

from datetime import datetime

from portal import clock
from portal.models import HistoryEntry
from reporting.models import Filing, Line
from reporting.periods import deadlines
from reporting.rollup import rollup
from targets.models import Duty, Period, ReportingDuty

from ..factories import COLUMNS, tenant
from ..oracle import Oracle
from ..snapshots import Snapshot, column, standing
from .drawing import CITY, COUNTIES, PERIODS
from .people import filing_of


def check_returns(oracle: Oracle, periods: dict[str, Period], taken: Snapshot):
    """The returns stand as the oracle says (I-09, I-10, I-18), and as their history says (I-08)."""
    for each in oracle.returns.values():
        filing = filing_of(each)
        assert (filing.status, filing.revision) == (each.status, each.revision)
        assert (filing.accepted and filing.accepted.number) == each.accepted
        versions = list(filing.versions.order_by("number"))
        assert [version.is_supplementary for version in versions] == [v.is_late for v in each.versions]
        assert filing.first_submitted_at == (each.versions[0].at if versions else None)
        due = deadlines.window_of(filing).due_at
        assert (due, filing.period.due_at) == (
            oracle.due(each.tenant, each.period), periods[each.period].due_at,
        )  # fmt: skip
        folded = None
        for entry in HistoryEntry.objects.filter(subject_id=filing.public_id).order_by("number"):
            assert entry.before == folded
            folded = entry.after
        assert folded == standing(taken, filing.public_id)
        for version in versions:
            assert version.receipt_number.endswith(f"-{version.number}-{version.digest[:8]}")
    receipts = list(column(taken, "reporting_version", "receipt_number").values())
    digests = set(column(taken, "reporting_version", "digest").values())
    assert len(receipts) == len(set(receipts)) == len(digests)


def check_figures(oracle: Oracle, periods: dict[str, Period], now: datetime):
    """The roll-up is the oracle's sum and the sum of the accepted lines (I-01); unfiled is not 0 (I-22)."""
    with clock.frozen(now):
        for codes, include in ((PERIODS[:1], False), (PERIODS, True)):
            check_rollup(oracle, periods, now, codes, include)


def check_rollup(
    oracle: Oracle, periods: dict[str, Period], now: datetime, codes: tuple[str, ...], include: bool
):
    spans = [periods[code] for code in codes]
    required = required_tenants()
    rolled = rollup.roll_up(spans[0].programme, spans, under=tenant(CITY), include_submitted=include)
    by_tenant = {each.tenant.code: each for each in rolled.rows}
    total = [0] * len(COLUMNS)
    for code in COUNTIES:
        mine = [oracle.returns.get((code, quarter)) for quarter in codes]
        counted = [f for each in mine if each and (f := each.counts(with_submitted=include)) is not None]
        expected = (
            [sum(figures) for figures in zip(*counted, strict=True)] if counted else [None] * len(COLUMNS)
        )
        assert [by_tenant[code].values[indicator] for indicator in COLUMNS] == expected
        if not include:
            assert sum_of_lines(code, codes) == [value or 0 for value in expected]
        total = [a + (b or 0) for a, b in zip(total, expected, strict=True)]
        late = [
            each for each in mine if each and each.is_filed and each.versions[0].is_late and code in required
        ]
        assert sum(cell.days_late > 0 for cell in by_tenant[code].cells) == len(late)
    assert [rolled.total[indicator] for indicator in COLUMNS] == total
    begun = [code for code in codes if oracle.periods[code][0] <= now]
    filed = [
        code
        for code in required
        if all((each := oracle.returns.get((code, quarter))) and each.is_filed for quarter in begun)
    ]
    assert (rolled.expected, rolled.filed) == (len(required), len(filed))
    lacking = {each.code for each in (*rolled.missing, *rolled.pending)}
    assert [code for code in required if code in lacking] == [code for code in required if code not in filed]
    assert rolled.expected == rolled.filed + len(rolled.missing) + len(rolled.pending)


def required_tenants() -> list[str]:
    duties = ReportingDuty.objects.filter(programme__code="taizhou", duty=Duty.REQUIRED)
    return list(duties.order_by("tenant__path").values_list("tenant__code", flat=True))


def sum_of_lines(code: str, codes: tuple[str, ...]) -> list[int]:
    """The figures of the accepted versions, line by line."""
    accepted = Filing.objects.filter(tenant__code=code, period__code__in=codes).exclude(accepted=None)
    lines = Line.objects.filter(version__in=list(accepted.values_list("accepted", flat=True)))
    return [sum(line.values[indicator] or 0 for line in lines) for indicator in COLUMNS]
