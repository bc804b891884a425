"""The demonstration year: the acceptance figures of domain §6, and the story behind each unusual return."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localtime

from portal import clock, demonstration, history
from portal.models import HistoryEntry, Tenant, User
from reporting.demonstration import year as demonstration_year
from reporting.models import Filing, Review, Version
from reporting.rollup.records import actuals_by_channel
from reporting.rollup.rollup import figures, ranked_tenants, roll_up
from reporting.rollup.status import cells, rates
from targets import dashboard
from targets.assessment import assess
from targets.models import Period
from targets.queries import targets_of

from ..factories import COLUMNS, period, tenant
from ..targets.conftest import THIRD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]

SUBTOTAL = dict(zip(COLUMNS, (210, 9896, 108, 1886, 10, 1, 1), strict=True))
TOTAL = dict(zip(COLUMNS, (213, 10044, 112, 1944, 10, 1, 1), strict=True))
# (tenant, score, rank, tied), best first, those tied in document order
RANKING = [
    ("jiaojiang", "100.00", 1, True),
    ("huangyan", "100.00", 1, True),
    ("luqiao", "100.00", 1, True),
    ("linhai", "100.00", 1, True),
    ("wenling", "100.00", 1, True),
    ("sanmen", "99.97", 6, False),
    ("yuhuan", "94.63", 7, False),
    ("tiantai", "87.37", 8, False),
    ("xianju", "84.93", 9, False),
]
SHANGHAI = [182_000, 614_000, 1_036_000, 1_220_000]
MODULE = [69_000, 245_000, 418_000, 491_000]
PILLARS = {
    "sh-bigdata": [82_000, 251_000, 413_000, 480_000],
    "sh-bases": [45_000, 156_000, 262_000, 304_000],
    "sh-open-university": [31_000, 118_000, 205_000, 249_000],
    "sh-eldercare": [24_000, 89_000, 156_000, 187_000],
    "sh-others": [0, 0, 0, 0],
}
DISTRICTS = {"sh-huangpu": [1238, 4450, 7800, 9350], "sh-xuhui": [1732, 6230, 10920, 13090]}


def year_of(programme: str, through: int = 4, under: str = ""):
    periods = list(Period.objects.filter(programme__code=programme, year=2021, number__lte=through))
    lead = periods[0].programme.lead
    return roll_up(periods[0].programme, periods, under=tenant(under) if under else lead)


def filing(code: str, quarter: str, programme: str = "taizhou") -> Filing:
    return Filing.objects.with_parties().get(tenant__code=code, period=period(quarter, programme))


def reported(version: Version) -> tuple[int, ...]:
    """场、人次、三入场次、三入人次."""
    totals = dict(version.totals.values_list("indicator", "value"))
    return tuple(totals[code] for code in COLUMNS[:4])


def moves(of: Filing) -> list[str]:
    return list(HistoryEntry.objects.filter(subject_id=of.public_id).values_list("action", flat=True))


def decided(of: Filing) -> list[str]:
    """What was decided, leaving out the saving."""
    return [move for move in moves(of) if move != "save"]


# --- the acceptance figures


def test_the_year_sums_to_the_acceptance_figures():
    year = year_of("taizhou")
    assert (year.subtotal, year.total) == (SUBTOTAL, TOTAL)
    assert (year.expected, year.filed, year.missing) == (10, 10, ())


def test_the_quarters_sum_to_the_year():
    quarters = [
        roll_up(each.programme, [each], under=each.programme.lead)
        for each in Period.objects.filter(programme__code="taizhou", year=2021)
    ]
    assert {code: sum(each.total[code] for each in quarters) for code in COLUMNS} == TOTAL
    assert {code: sum(each.subtotal[code] for each in quarters) for code in COLUMNS} == SUBTOTAL


def test_the_counties_score_and_rank_as_reckoned():
    programme = period("2021Q1").programme
    rows = assess(targets_of(programme, 2021), figures(year_of("taizhou")), ranked_tenants(programme))
    assert [(row.tenant, str(row.score), row.rank, row.tied) for row in rows] == RANKING
    assert {row.tenant: row.score for row in rows}["yuhuan"] == Decimal("94.63")


def test_the_command_prints_the_same_ranking(capsys):
    call_command("assessment", programme="taizhou", year=2021, format="json")
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["tenant"], row["score"], row["rank"], row["tied"]) for row in rows] == RANKING


@pytest.mark.parametrize("through", [1, 2, 3, 4])
def test_shanghai_adds_up_quarter_by_quarter(through):
    rolled = year_of("shanghai", through)
    assert rolled.total["person_times"] == SHANGHAI[through - 1]
    assert {row.tenant.code: row.values["person_times"] or 0 for row in rolled.rows} == {
        code: sums[through - 1] for code, sums in PILLARS.items()
    }


def test_shanghais_two_recording_channels_stand_side_by_side():
    periods = list(Period.objects.filter(programme__code="shanghai", year=2021).order_by("number"))
    lead = Tenant.objects.get(code="shanghai-civil-affairs")
    quarters = [actuals_by_channel(each.programme, [each], lead) for each in periods]
    assert dashboard.sums_by_channel(quarters, "person_times") == [
        {"module": module, "self_reported": together - module}
        for module, together in zip(MODULE, SHANGHAI, strict=True)
    ]


@pytest.mark.parametrize(("code", "sums"), DISTRICTS.items())
def test_a_shanghai_district_adds_up_quarter_by_quarter(code, sums):
    found = [year_of("shanghai", through, under="sh-eldercare").rows for through in (1, 2, 3, 4)]
    assert [
        next(row.values["person_times"] for row in rows if row.tenant.code == code) for rows in found
    ] == sums


# --- rates (domain §3): 玉环 filed the third quarter on 30 September

BOARD_2021 = {"2021Q1": (10, 10, 10), "2021Q2": (10, 10, 10), "2021Q3": (10, 10, 9), "2021Q4": (10, 10, 10)}


@pytest.mark.parametrize(("code", "expected"), BOARD_2021.items())
def test_the_rates_count_who_is_expected_who_filed_and_who_was_on_time(code, expected):
    found = rates(cells(period(code).programme, [period(code)], under=period(code).programme.lead).values())
    assert (found.expected, found.filed, found.on_time) == expected


def test_expected_comes_from_the_duty_and_not_from_the_targets():
    found = cells(period("2021Q3").programme, [period("2021Q3")], under=period().programme.lead)
    late = {each.tenant.code: each.days_late for each in found.values() if each.days_late}
    filed = [each.tenant.code for each in found.values() if each.is_filed]
    assert (len(found), len(filed), late) == (12, 12, {"yuhuan": 2})


# --- the stories


def test_luqiao_declares_a_nil_return_in_the_first_quarter():
    found = filing("luqiao", "2021Q1")
    assert (found.accepted.is_nil, reported(found.accepted), found.accepted.lines.count()) == (
        True,
        (0,) * 4,
        0,
    )
    assert decided(found) == ["start", "nil", "accept"]


def test_wenling_files_the_cumulative_figures_is_sent_back_and_files_the_quarters():
    found = filing("wenling", "2021Q2")
    assert [reported(each) for each in found.versions.order_by("number")] == [
        (12, 606, 7, 121),
        (8, 410, 5, 88),
    ]
    assert decided(found) == ["start", "submit", "send_back", "submit", "accept"]
    outcomes = found.versions.order_by("number").values_list("review__outcome", flat=True)
    assert list(outcomes) == ["sent_back", "accepted"]
    first = found.versions.get(number=1)
    assert [each["answer"] for each in first.explanations] == [demonstration_year.EXPLANATION]


def test_yuhuan_files_the_third_quarter_two_days_late():
    found = filing("yuhuan", "2021Q3")
    board = cells(found.period.programme, [found.period], under=found.tenant)
    assert localtime(found.first_submitted_at) == datetime.fromisoformat("2021-09-30T10:12:00+08:00")
    assert board[found.tenant_id, found.period_id].days_late == 2
    assert (found.status, found.accepted.is_supplementary) == ("accepted", True)


def test_sanmen_corrects_the_fourth_quarter():
    found = filing("sanmen", "2021Q4")
    assert [reported(each)[:2] for each in found.versions.order_by("number")] == [(5, 249), (6, 299)]
    assert decided(found) == ["start", "submit", "accept", "correct", "submit", "accept"]
    assert (found.accepted.number, "12月30日" in found.accepted.correction_reason) == (2, True)
    assert localtime(found.first_submitted_at).date() < found.period.due_on


def test_xianju_averages_twenty_six_and_nobody_asks():
    versions = Version.objects.filter(filing__tenant__code="xianju")
    sums = [reported(each) for each in versions]
    assert round(sum(each[1] for each in sums) / sum(each[0] for each in sums)) == 26
    asked = [each["question"] for version in versions for each in version.explanations]
    assert [question for question in asked if "26" in question] == []


def test_the_citys_own_outreach_without_a_task_counts():
    year = year_of("taizhou")
    own = {row.tenant.code: row.values for row in year.rows}["taizhou-rtvu"]
    assert own["outreach_sessions"] == 2
    assert "outreach_sessions" not in targets_of(year.programme, 2021)["taizhou-rtvu"]


def test_every_other_return_of_the_year_is_accepted_at_once_and_in_time():
    told = {("wenling", "2021Q2"), ("yuhuan", "2021Q3"), ("sanmen", "2021Q4")}
    filings = Filing.objects.with_parties().filter(period__year=2021)
    usual = [each for each in filings if (each.tenant.code, each.period.code) not in told]
    assert len(filings) - len(usual) == 3
    assert {each.status for each in filings} == {"accepted"}
    assert {(each.latest.number, each.first_submitted_at < each.period.due_at) for each in usual} == {
        (1, True)
    }


# --- the records


def test_every_return_has_a_history_that_ends_where_it_stands():
    for found in Filing.objects.with_parties():
        last = HistoryEntry.objects.filter(subject_id=found.public_id).last()
        assert moves(found)[0] == "start"
        assert last.after == {
            "status": found.status,
            "revision": found.revision,
            "latest": found.latest.number,
            "accepted": found.accepted.number,
        }


def test_everything_happened_in_2021_and_2022_before_the_demonstration_starts():
    instants = [
        *HistoryEntry.objects.values_list("at", flat=True),
        *Version.objects.values_list("submitted_at", flat=True),
        *Review.objects.values_list("reviewed_at", flat=True),
    ]
    assert len(instants) > 500
    first, last = datetime.fromisoformat("2021-01-01T00:00:00+08:00"), demonstration_year.STARTS_AT
    assert [each for each in instants if not first <= each < last] == []


def test_history_is_written_in_the_order_of_time_for_each_return():
    for found in Filing.objects.all():
        entries = HistoryEntry.objects.filter(subject_id=found.public_id)
        assert list(entries.order_by("id")) == list(entries.order_by("at", "id"))


def test_nobody_accepted_what_they_had_a_part_in():
    reviews = Review.objects.select_related("version")
    assert len(reviews) > 100
    for review in reviews:
        assert review.reviewed_by_id != review.version.submitted_by_id
        assert review.reviewed_by_id not in review.version.editors
        assert review.version.editors


def test_the_present_quarter_is_left_for_the_newcomer():
    assert not Filing.objects.filter(period__year=2022).exists()


# --- the command


@pytest.fixture
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_loading_it_again_changes_nothing(data_folder, unchanged, monkeypatch):
    monkeypatch.delenv("PORTAL_NOW", raising=False)
    accounts = list(User.objects.order_by("pk").values())
    with unchanged():
        call_command("load_demo")
        call_command("load_demo")
    assert list(User.objects.order_by("pk").values()) == accounts
    saved = json.loads((data_folder / "clock.json").read_text())
    assert datetime.fromisoformat(saved["demonstration"]) == demonstration_year.STARTS_AT


def test_it_starts_the_clock_where_it_is_told(data_folder, monkeypatch):
    monkeypatch.setenv("PORTAL_NOW", "2021-09-27T08:00:00+08:00")
    call_command("load_demo")
    saved = json.loads((data_folder / "clock.json").read_text())
    assert saved["demonstration"] == "2021-09-27T08:00:00+08:00"


def test_it_is_loaded_in_demonstration_mode_only(settings, data_folder, unchanged):
    settings.DEMO = False
    with unchanged(), pytest.raises(CommandError):
        call_command("load_demo")
    assert not (data_folder / "clock.json").exists()


def test_it_is_not_loaded_beside_accounts_of_real_people(data_folder, unchanged):
    User.objects.filter(is_demo=True).update(is_demo=False)
    with unchanged(), pytest.raises(CommandError):
        call_command("load_demo")
    assert not (data_folder / "clock.json").exists()


def test_a_demonstration_with_an_administrator_of_ones_own_starts_again(data_folder, monkeypatch):
    module = "portal.management.commands.create_administrator.getpass"
    monkeypatch.setattr(module, lambda prompt: "Lvye-7-qingsong-x")
    call_command("create_administrator", "own", "--tenant", "jiaojiang", "--name", "第一位（演示）")
    call_command("load_demo")
    assert (data_folder / "clock.json").exists()
    assert "own" not in {each.username for each in demonstration.accounts()}


def test_accounts_of_tenants_loaded_since_are_listed_when_they_are_made(data_folder):
    before = demonstration.accounts()
    call_command("load_facts", THIRD)
    assert demonstration.accounts() == before
    assert all(User.objects.filter(username=each.username).exists() for each in demonstration.accounts())
    call_command("load_demo")
    made = {each.username for each in demonstration.accounts()} - {each.username for each in before}
    assert {"yanshi-centre-reviewer", "yanshi-east-preparer"} <= made
    assert all(User.objects.filter(username=name).exists() for name in made)


def test_the_clock_never_goes_back_before_the_last_entry(data_folder, monkeypatch):
    monkeypatch.delenv("PORTAL_NOW", raising=False)
    latest = datetime.fromisoformat("2022-05-01T10:00:00+08:00")
    entry = HistoryEntry.objects.last()
    history.record(
        "save", at=latest, tenant=entry.tenant, by=None, subject_kind="filing", subject_id=entry.subject_id
    )
    demonstration_year.start_clock()
    with clock.frozen(None):
        assert clock.now() > latest
