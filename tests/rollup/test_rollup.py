"""The roll-up: what counts, who is missing, and that it is one statement whatever the number of tenants."""

from datetime import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.review import actions as review_actions
from reporting.rollup.rollup import RollUp, roll_up
from reporting.rollup.status import rates
from targets.models import ReportingDuty

from ..factories import (
    COLUMNS,
    EXPLANATION,
    accepted,
    membership,
    nil,
    period,
    row,
    started,
    submitted,
    tenant,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

APRIL = datetime.fromisoformat(
    "2022-04-05T09:00:00+08:00"
)  # the first quarter is not closed, the second open
REASON = "第1行人次与签到表不符，请核对后重报。"
COUNTIES = ["jiaojiang", "huangyan", "luqiao", "linhai", "wenling", "yuhuan", "tiantai", "xianju", "sanmen"]
EXPECTED = [*COUNTIES, "taizhou-rtvu"]
NOBODY = dict.fromkeys(COLUMNS)


def rolled(*codes: str, programme: str = "taizhou", under: str = "", **options) -> RollUp:
    periods = [period(code, programme) for code in codes or ["2022Q1"]]
    lead = periods[0].programme.lead
    return roll_up(periods[0].programme, periods, under=tenant(under) if under else lead, **options)


def clerk_of(code: str):
    return membership(f"{code}-preparer")


def figures(*given: int) -> dict[str, int]:
    return dict(zip(COLUMNS, [*given, *[0] * (len(COLUMNS) - len(given))], strict=True))


def values(result: RollUp) -> dict[str, dict]:
    return {each.tenant.code: each.values for each in result.rows}


def states(result: RollUp) -> dict[str, str]:
    return {each.tenant.code: each.state for each in result.rows}


def who_filed(result: RollUp) -> tuple[int, int, list[str]]:
    """Expected, filed, and who has not, but is still in time."""
    assert result.missing == ()
    return result.expected, result.filed, [each.code for each in result.pending]


# --- nothing, nil, zero


def test_before_anybody_files_every_value_is_none_and_everybody_is_awaited():
    result = rolled()
    assert values(result) == dict.fromkeys([*EXPECTED, "taizhouwan", "taizhou-universities"], NOBODY)
    assert who_filed(result) == (10, 0, EXPECTED)
    assert (result.subtotal, result.total) == (figures(), figures())
    assert states(result) == dict.fromkeys(EXPECTED, "pending") | {
        "taizhouwan": "not_required",
        "taizhou-universities": "not_required",
    }


def test_after_the_due_day_who_has_not_filed_is_missing(clerk):
    with clock.frozen(period().due_at):
        accepted(clerk, row("椒江区社区学院", 1, 41))
        result = rolled()
    assert [each.code for each in result.missing] == EXPECTED[1:]
    assert (result.pending, states(result)["huangyan"], states(result)["taizhouwan"]) == (
        (), "missing", "not_required",
    )  # fmt: skip


def test_a_period_to_come_misses_nobody():
    result = rolled("2022Q2")
    assert who_filed(result) == (10, 0, [])
    assert set(states(result).values()) == {"not_begun"}


def test_nil_is_zero_and_not_filed_is_none(clerk, reviewer):
    filing = nil(clerk)
    review_actions.accept(filing, revision=filing.revision, by=reviewer)
    result = rolled()
    assert values(result)["jiaojiang"] == figures()
    assert values(result)["huangyan"] == NOBODY
    assert (states(result)["jiaojiang"], states(result)["huangyan"]) == ("nil", "pending")
    assert who_filed(result) == (10, 1, EXPECTED[1:])


# --- what counts


@pytest.mark.parametrize("status", ["draft", "submitted", "recalled", "returned"])
def test_a_return_that_was_never_accepted_does_not_count(status, clerk, reviewer):
    filing = started(clerk) if status == "draft" else submitted(clerk, row("椒江区社区学院", 1, 41))
    if status == "recalled":
        filing_actions.recall(filing, revision=filing.revision, by=clerk)
    if status == "returned":
        review_actions.send_back(filing, reason=REASON, revision=filing.revision, by=reviewer)
    is_filed = status == "submitted"
    state = "pending" if status == "draft" else status
    for submitted_too, own in ((False, NOBODY), (True, figures(1, 41) if is_filed else NOBODY)):
        result = rolled(include_submitted=submitted_too)
        assert (values(result)["jiaojiang"], states(result)["jiaojiang"]) == (own, state)
        assert who_filed(result)[1] == int(is_filed)


def test_submitted_figures_stand_in_for_accepted_ones_only_on_request(clerk, neighbour):
    accepted(neighbour, row("黄岩区社区学院", 2, 100))
    filing = accepted(clerk, row("椒江区社区学院", 1, 41))
    filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
    opened = [rolled(include_submitted=each).total for each in (False, True)]
    submitted(clerk, row("椒江区社区学院", 1, 41), row("海门街道社区学校", 1, 51))
    assert opened == [figures(3, 141), figures(3, 141)]
    assert [rolled(include_submitted=each).total for each in (False, True)] == [
        figures(3, 141),
        figures(4, 192),
    ]


def test_of_a_corrected_return_the_newest_accepted_version_counts(clerk, reviewer):
    filing = accepted(clerk, row("椒江区社区学院", 1, 41))
    filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
    assert (states(rolled())["jiaojiang"], who_filed(rolled())[1]) == ("correcting", 1)
    again = submitted(clerk, row("椒江区社区学院", 1, 40))
    review_actions.accept(again, revision=again.revision, by=reviewer)
    (own,) = [each for each in rolled().rows if each.tenant.code == "jiaojiang"]
    assert (own.values, own.state, own.is_corrected) == (figures(1, 40), "accepted", True)


def test_no_task_adds_nothing_and_work_without_a_task_counts(clerk):
    accepted(clerk, row("椒江区社区学院", 1, 50, 0, 0, 0, "/"), row("海门街道社区学校", 0, 0, 2, 30, 0, 1))
    assert values(rolled())["jiaojiang"] == figures(1, 50, 2, 30, 0, 1)


# --- sums


def test_the_subtotal_leaves_out_who_has_no_targets(clerk):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    accepted(clerk_of("taizhou-rtvu"), row("台州社区大学", 1, 55))
    accepted(clerk_of("taizhouwan"), row("台州湾新区社区教育中心", 1, 45, 1, 16))
    result = rolled()
    assert (result.subtotal, result.total) == (figures(2, 96), figures(3, 141, 1, 16))
    assert who_filed(result) == (10, 2, EXPECTED[1:-1])


def test_the_quarters_add_up_to_the_year(clerk, neighbour):
    with clock.frozen(APRIL):
        accepted(clerk, row("椒江区社区学院", 1, 41), code="2022Q1")
        accepted(clerk, row("海门街道社区学校", 2, 60, 1, 18), code="2022Q2")
        accepted(neighbour, row("黄岩区社区学院", 1, 50), code="2022Q2")
        year = rolled("2022Q1", "2022Q2", "2022Q3", "2022Q4")
        quarters = [rolled(code) for code in ("2022Q1", "2022Q2", "2022Q3", "2022Q4")]
    assert year.total == figures(4, 151, 1, 18)
    assert year.total == {code: sum(each.total[code] for each in quarters) for code in COLUMNS}
    assert (values(year)["jiaojiang"], values(year)["linhai"]) == (figures(3, 101, 1, 18), NOBODY)


def test_over_a_year_a_tenant_has_filed_when_it_filed_every_period_begun(clerk, neighbour):
    year = ("2022Q1", "2022Q2", "2022Q3", "2022Q4")
    with clock.frozen(APRIL):
        accepted(clerk, row("椒江区社区学院", 1, 41), code="2022Q1")
        submitted(clerk, row("海门街道社区学校", 2, 60), code="2022Q2")
        accepted(neighbour, row("黄岩区社区学院", 1, 50), code="2022Q2")
        result = rolled(*year)
        assert (result.filed, [each.code for each in result.missing]) == (1, EXPECTED[1:])
        assert {code: states(result)[code] for code in COUNTIES[:3]} == {
            "jiaojiang": "submitted",
            "huangyan": "partial",
            "luqiao": "missing",
        }
    assert who_filed(rolled(*year)) == (10, 1, EXPECTED[1:])  # in March only the first quarter has begun


def test_a_year_so_far_stands_where_its_last_due_period_stands(clerk, neighbour):
    with clock.frozen(APRIL):
        accepted(clerk, row("椒江区社区学院", 1, 41), code="2022Q1")
        result = rolled("2022Q1", "2022Q2")
    assert (states(result)["jiaojiang"], states(result)["huangyan"]) == ("accepted", "missing")
    assert ([each.code for each in result.pending], len(result.missing)) == (["jiaojiang"], 9)


# --- right again after each move


def test_it_is_right_again_after_each_move(as_, clerk, reviewer):
    """The same roll-up, on its page and asked for, is read anew each time: accepted, corrected, recalled, accepted again."""

    def counted(**given) -> list[int | None]:
        page = as_(reviewer).get("/taizhou/rollup/?period=2022Q1").context["rolled"]
        asked = rolled(**given)
        assert given or (page.total, page.filed) == (asked.total, asked.filed)
        return [asked.total["training_attendances"], values(asked)["jiaojiang"]["training_attendances"]]

    assert counted() == [0, None]
    filing = submitted(clerk, row("椒江区社区学院", 1, 41))
    assert (counted(), counted(include_submitted=True)) == ([0, None], [41, 41])
    filing = filing_actions.recall(filing, revision=filing.revision, by=clerk)
    assert (counted(), counted(include_submitted=True)) == ([0, None], [0, None])
    filing = accepted(clerk, row("椒江区社区学院", 1, 42))
    assert counted() == [42, 42]
    filing = filing_actions.correct(filing, reason=REASON, revision=filing.revision, by=clerk)
    again = submitted(clerk, row("椒江区社区学院", 1, 50))
    assert (counted(), counted(include_submitted=True)) == ([42, 42], [50, 50])
    again = filing_actions.recall(again, revision=again.revision, by=clerk)
    assert (counted(), counted(include_submitted=True)) == ([42, 42], [42, 42])
    again = submitted(clerk, row("椒江区社区学院", 1, 51))
    review_actions.accept(again, revision=again.revision, by=reviewer)
    assert (counted(), counted(include_submitted=True)) == ([51, 51], [51, 51])


# --- levels

MARCH_2021 = datetime.fromisoformat("2021-03-21T09:00:00+08:00")


def shanghai(code: str, training: int, assistance: int) -> None:
    """A pillar or a district files and is accepted by the body above it."""
    by = clerk_of(code)
    typed = {"training_attendances": str(training), "assistance_attendances": str(assistance)}
    rows = [{"provider": f"{code}（示例）", "values": typed}]
    above = membership(f"{by.tenant.get_parent().code}-reviewer")
    filing = filing_actions.file(
        by.tenant, period("2021Q1", "shanghai"), typed_return.Typed(rows), by=by, explanation=EXPLANATION
    )
    review_actions.accept(filing, revision=filing.revision, by=above)


def test_districts_roll_up_into_their_pillar_and_pillars_into_the_city():
    with clock.frozen(MARCH_2021):
        shanghai("sh-bigdata", 100, 20)
        shanghai("sh-huangpu", 30, 4)
        shanghai("sh-xuhui", 10, 1)
        city = rolled("2021Q1", programme="shanghai")
        pillar = rolled("2021Q1", programme="shanghai", under="sh-eldercare")
    assert {code: own["person_times"] for code, own in values(city).items()} == {
        "sh-bigdata": 120,
        "sh-bases": None,
        "sh-open-university": None,
        "sh-eldercare": 45,
        "sh-others": None,
    }
    assert (city.total["person_times"], states(city)["sh-eldercare"]) == (165, "partial")
    filed = {
        code: own["person_times"] for code, own in values(pillar).items() if own["person_times"] is not None
    }
    assert (filed, pillar.total["person_times"]) == ({"sh-huangpu": 34, "sh-xuhui": 11}, 45)
    assert (pillar.expected, pillar.filed, len(pillar.rows)) == (17, 2, 17)


def test_a_tenant_without_others_below_it_is_its_own_row(clerk, neighbour):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    accepted(neighbour, row("黄岩区社区学院", 1, 50))
    result = rolled(under="jiaojiang")
    assert (values(result), result.total) == ({"jiaojiang": figures(1, 41)}, figures(1, 41))
    assert who_filed(result) == (1, 1, [])


def test_the_other_programmes_figures_stay_out(clerk):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    assert set(rolled("2021Q1", programme="shanghai").total.values()) == {0}


# --- how it is read


def queries_of(*codes: str) -> list[str]:
    periods = [period(code) for code in codes]
    lead = periods[0].programme.lead
    with CaptureQueriesContext(
        connection,
    ) as captured:
        result = roll_up(periods[0].programme, periods, under=lead)
        rates(cell for each in result.rows for cell in each.cells)
    return [query["sql"] for query in captured]


def test_it_sums_in_one_statement_and_asks_no_more_for_twelve_tenants_than_for_one(clerk):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    for_one = queries_of("2022Q1")
    for code in ReportingDuty.objects.filter(programme__code="taizhou").values_list(
        "tenant__code", flat=True
    ):
        if code != "jiaojiang":
            accepted(clerk_of(code), row("示例学校", 1, 41))
    for_twelve = queries_of("2022Q1")
    assert rolled().total == figures(12, 492)
    assert [sum("SUM(" in sql for sql in each) for each in (for_one, for_twelve)] == [1, 1]
    assert len(for_one) == len(for_twelve) == len(queries_of("2022Q1", "2022Q2", "2022Q3", "2022Q4"))


# --- against a sum made in another way

FEW = ["jiaojiang", "huangyan", "taizhou-rtvu", "taizhouwan"]
LINE = st.tuples(
    st.integers(1, 9), st.integers(100, 900), st.integers(0, 0), st.integers(0, 0), st.integers(0, 9)
)
RETURN = st.tuples(
    st.sampled_from(FEW),
    st.sampled_from(["2022Q1", "2022Q2"]),
    st.sampled_from(["accepted", "submitted", "returned"]),
    st.lists(LINE, max_size=3),
)


def play(code: str, quarter: str, status: str, lines: list[tuple]) -> None:
    """File the return (nil without lines) and bring it to the status."""
    by = clerk_of(code)
    rows = [row(f"第{number}学校", *line) for number, line in enumerate(lines)]
    typed = typed_return.Typed(rows=rows, is_nil=not rows)
    filing = filing_actions.file(by.tenant, period(quarter), typed, by=by, explanation=EXPLANATION)
    decide = {"revision": filing.revision, "by": membership("taizhou-education-reviewer")}
    if status == "accepted":
        review_actions.accept(filing, **decide)
    if status == "returned":
        review_actions.send_back(filing, reason=REASON, **decide)


def added_up(returns: list[tuple], statuses: set[str]) -> dict[str, dict]:
    """{tenant: figures} by plain Python, None where nothing counts."""
    sums = dict.fromkeys(FEW, NOBODY)
    for code, _quarter, status, lines in returns:
        if status in statuses:
            before = {name: value or 0 for name, value in sums[code].items()}
            sums[code] = {
                name: before[name] + sum(line[index] if index < len(line) else 0 for line in lines)
                for index, name in enumerate(COLUMNS)
            }
    return sums


@pytest.mark.slow("random returns, added up a second time")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RETURN, max_size=6, unique_by=lambda each: each[:2]))
def test_it_agrees_with_a_sum_made_in_another_way(returns):
    undo = transaction.savepoint()
    try:
        with clock.frozen(APRIL):
            for each in sorted(returns, key=lambda each: each[1]):
                play(*each)
            for include, statuses in ((False, {"accepted"}), (True, {"accepted", "submitted"})):
                result, expected = (
                    rolled("2022Q1", "2022Q2", include_submitted=include),
                    added_up(returns, statuses),
                )
                assert {code: values(result)[code] for code in FEW} == expected
                assert result.total == {
                    name: sum(own[name] or 0 for own in expected.values()) for name in COLUMNS
                }
    finally:
        transaction.savepoint_rollback(undo)
