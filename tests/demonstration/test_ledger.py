"""The demonstration's ledgers: their activities add up to the year's figures, row by row, and each tells its story."""

import csv
import io
import json
from collections import Counter
from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from reporting.demonstration import plan as demonstration_plan
from reporting.demonstration import year as demonstration_year
from reporting.demonstration.plan import book
from reporting.entry.names import name_key
from reporting.filings import actions as filing_actions
from reporting.filings import queries as filing_queries
from reporting.ledger import duplicate_queries
from reporting.ledger import queries as ledger_queries
from reporting.models import Activity, ActivityFile, CountedActivity, DuplicateDecision, Filing, Line
from reporting.periods import queries as period_queries
from reporting.reminders.calendar import working_day
from reporting.uploads.examining import examine
from targets.models import Programme

from ..factories import COLUMNS, membership, period, tenant
from ..screen import Screen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]

WHOLE_YEAR = [
    "xianju",
    "sanmen",
    "luqiao",
    "taizhouwan",
    "sh-jinshan",
    "sh-pudong",
    "sh-chongming",
    "sh-bases",
]
TAIZHOU = COLUMNS[:4]
SHANGHAI = ["training_attendances", "assistance_attendances"]
TOTAL = [213, 10044, 112, 1944, 10, 1, 1]
# (tenant, the last day, provider, why no return counts it)
UNCOUNTED = [
    ("sanmen", "2021-08-18", "蛇蟠乡社区学校", "channel"),
    ("xianju", "2021-08-11", "横溪镇成校", "short"),
    ("xianju", "2021-08-25", "下各镇成校", "duplicate"),
]


def year_file(programme: str) -> dict[tuple[str, str], dict[str, dict[str, int]]]:
    """{(tenant, period): {provider: figures}} as the official file of the year has them; a nil return has none."""
    found: dict[tuple[str, str], dict] = {}
    path = demonstration_year.YEARS / f"{programme}_2021_returns.csv"
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        year, quarter, code, provider = (row.pop(name) for name in ("year", "quarter", "tenant", "provider"))
        rows = found.setdefault((code, f"{year}Q{quarter}"), {})
        if provider != demonstration_plan.NIL:
            rows[provider] = {name: None if value == "/" else int(value) for name, value in row.items()}
    return found


def programme_of(code: str) -> str:
    return "shanghai" if code.startswith("sh-") else "taizhou"


def lines(code: str, quarter: str) -> list[Line]:
    found = Line.objects.filter(version=F("version__filing__accepted"), tenant__code=code)
    about = period(quarter, programme_of(code))
    return list(found.filter(version__filing__period=about).order_by("position"))


def counted(code: str, quarter: str, number: int) -> list[CountedActivity]:
    about = Filing.objects.get(tenant__code=code, period=period(quarter, programme_of(code)))
    return list(CountedActivity.objects.filter(version__filing=about, version__number=number))


def sums(code: str, quarter: str) -> dict[str, dict[str, int]]:
    """{key of the provider: figures} as the activities add up that the accepted version counts."""
    found: dict[str, Counter] = {}
    about = Filing.objects.get(tenant__code=code, period=period(quarter, programme_of(code)))
    for each in CountedActivity.objects.filter(version=about.accepted):
        found.setdefault(each.provider_key, Counter()).update(each.figures)
    return {key: dict(figures) for key, figures in found.items()}


# --- the figures


@pytest.mark.parametrize("quarter", ["2021Q1", "2021Q2", "2021Q3", "2021Q4"])
@pytest.mark.parametrize("code", WHOLE_YEAR)
def test_every_row_is_computed_and_is_the_years_row(code, quarter):
    expected = year_file(programme_of(code))[code, quarter]
    columns = TAIZHOU if programme_of(code) == "taizhou" else SHANGHAI
    found = lines(code, quarter)
    assert {each.provider: each.values for each in found} == expected
    assert [each.provider for each in found] == list(expected)
    assert [sorted(each.computed) for each in found] == [sorted(columns)] * len(expected)
    activities = {
        name_key(name): {column: value for column, value in row.items() if column in columns and value}
        for name, row in expected.items()
    }
    assert sums(code, quarter) == activities


@pytest.mark.parametrize(
    ("code", "quarter", "computed"),
    [
        ("wenling", "2021Q2", 0),
        ("wenling", "2021Q3", 8),
        ("wenling", "2021Q4", 7),
        ("jiaojiang", "2021Q1", 2),
        ("jiaojiang", "2021Q2", 2),
        ("jiaojiang", "2021Q3", 1),
        ("jiaojiang", "2021Q4", 0),
        ("huangyan", "2021Q2", 0),
    ],
)
def test_who_types_and_who_computes_stand_in_one_year_and_in_one_return(code, quarter, computed):
    found = lines(code, quarter)
    assert {each.provider: each.values for each in found} == year_file("taizhou")[code, quarter]
    from_ledger = [
        each for each in found if period(quarter).programme.ledger_rules.columns & {*each.computed}
    ]
    assert len(from_ledger) == computed


def test_the_year_is_the_same_on_the_page_in_the_workbook_and_on_the_command_line(as_, reviewer, capsys):
    query = "?period=2021Q4&cumulative=1"
    screen = Screen(as_(reviewer).get(reverse("rollup", args=["taizhou"]) + query))
    (page,) = [line for table in screen.tables for line in table if line and line[0].startswith("合计")]
    file = as_(reviewer).get(reverse("rollup-attachment", args=["taizhou"]) + query).content
    sheet = list(load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True))
    workbook = next(line for line in sheet if line[0] == "合计")
    call_command("rollup", programme="taizhou", year=2021, format="json")
    command = json.loads(capsys.readouterr().out)["total"]
    assert [int(cell.replace(",", "")) for cell in page[-7:]] == TOTAL
    assert (list(workbook[1:8]), [command[code] for code in COLUMNS]) == (TOTAL, TOTAL)


def test_a_countys_own_table_shows_its_computed_rows(as_):
    clerk = membership("xianju-preparer")
    screen = Screen(as_(clerk).get(reverse("rollup", args=["taizhou"]) + "?period=2021Q3"))
    found = {line[0]: [int(cell) for cell in line[1:]] for line in screen.tables[0][1:-1] if line[0]}
    expected = year_file("taizhou")["xianju", "2021Q3"]
    assert len(expected) == 6
    assert {name: found[name] for name in expected} == {
        name: list(row.values()) for name, row in expected.items()
    }


def test_no_activity_is_forgotten_and_none_is_in_two_returns():
    per_activity = CountedActivity.objects.filter(version=F("version__filing__accepted"))
    assert Counter(per_activity.values_list("activity", flat=True)).most_common(1)[0][1] == 1
    found = []
    for code in sorted({each["tenant"] for each in book()["keepers"]}):
        of = tenant(code)
        for each in ledger_queries.uncounted(of, period_queries.ledger_programme(of)):
            activity = each.activity
            found.append((code, str(activity.ends_on), activity.provider.name, str(each.place.reason)))
    assert found == UNCOUNTED
    assert per_activity.count() + len(UNCOUNTED) == Activity.objects.count() > 2_500


# --- believable


def test_shanghais_module_is_some_thousands_of_records_and_none_may_be_another():
    """A training of the first phase takes 20 at most; a service point's day is one record."""
    own = Activity.objects.filter(programme__code="shanghai")
    assert 2_000 < own.filter(counted_in__isnull=False).count() < 5_000
    trainings = own.filter(kind="training", ends_on__lte=date(2021, 3, 31))
    assert list(trainings.filter(attendances__gt=20).values_list("tenant__code", flat=True)) == ["sh-jinshan"]
    days = own.filter(kind__in=["service_day", "guidance_day"]).values_list("kind", "provider", "ends_on")
    assert len(days) == len(set(days)) > 500
    lead = membership("shanghai-civil-affairs-reviewer")
    assert duplicate_queries.possible_duplicates(lead, Programme.objects.get(code="shanghai")) == []


def test_everything_was_held_on_working_days_and_recorded_afterwards():
    for each in Activity.objects.all():
        days = [date.fromisoformat(sitting["on"]) for sitting in each.sittings]
        assert [working_day(day) for day in days] == days
        assert (days == sorted(set(days)), each.recorded_at.date() >= each.ends_on) == (True, True)


def test_what_a_return_counts_was_recorded_before_it_was_submitted():
    found = CountedActivity.objects.select_related("activity", "version")
    assert [each for each in found if each.activity.recorded_at > each.version.submitted_at] == []


def test_attendances_venues_and_scenarios_vary_and_everything_is_marked():
    found = Activity.objects.all()
    assert all(each.venue.endswith("（演示）") and each.scenarios for each in found)
    for of, least in [("taizhou", 30), ("shanghai", 25)]:
        own = found.filter(programme__code=of)
        assert own.values("attendances").order_by().distinct().count() >= least
        assert own.values("venue_kind").order_by().distinct().count() >= 3
    assert set(found.exclude(language="").values_list("language", flat=True)) == {"台州话", "沪语"}


def test_a_short_training_has_five_hours_in_one_to_three_sittings():
    found = Activity.objects.filter(kind="short_training", counted_in__isnull=False)
    assert set(found.values_list("class_hours", flat=True)) == {5}
    assert {len(each.sittings) for each in found} == {1, 2, 3}


# --- the stories


def test_jiaojiangs_class_of_30_march_is_a_late_entry_of_the_second_quarter():
    (late,) = CountedActivity.objects.filter(is_late=True).select_related("activity", "version__filing")
    assert (str(late.activity.ends_on), late.version.filing.period.code) == ("2021-03-30", "2021Q2")
    assert late.activity.recorded_at > datetime.fromisoformat("2021-04-11T00:00:00+08:00")


def test_sanmens_correction_counts_one_more_person_and_the_class_of_30_december():
    first, second = (
        {(each.content["provider"], each.content["ends_on"]): each.content["attendances"] for each in found}
        for found in (counted("sanmen", "2021Q4", 1), counted("sanmen", "2021Q4", 2))
    )
    changed = {key: (first.get(key), value) for key, value in second.items() if first.get(key) != value}
    assert changed == {
        ("三门县社区学院", "2021-11-12"): (42, 43),
        ("珠岙镇成校", "2021-12-30"): (None, 49),
    }
    assert first.keys() < second.keys()


def test_wenling_uses_the_ledger_after_it_typed_the_cumulative_figures():
    earlier = Filing.objects.get(tenant__code="wenling", period=period("2021Q2"))
    assert [len(each.counted.all()) for each in earlier.versions.all()] == [0, 0]
    assert {each.ends_on.month >= 7 for each in Activity.objects.filter(tenant__code="wenling")} == {True}


def test_luqiaos_first_quarter_is_nil_although_it_keeps_a_ledger():
    filing = Filing.objects.get(tenant__code="luqiao", period=period("2021Q1"))
    assert (filing.accepted.is_nil, filing.accepted.counted.count()) == (True, 0)


def test_shanghais_first_phase_is_explained_beside_the_activity():
    """“将参与人数控制在20人之内，一般情况下不在老年人家中进行面对面接触”."""
    first = Activity.objects.filter(tenant__code="sh-jinshan", ends_on__lte=date(2021, 3, 31))
    explained = first.exclude(explanation="").order_by("ends_on")
    assert [(each.attendances, each.venue_kind) for each in explained] == [(1, "home"), (23, "activity_room")]
    over = first.filter(attendances__gt=20).exclude(kind__in=["service_day", "guidance_day"])
    assert set(over) | set(first.filter(venue_kind="home")) == set(explained)
    assert first.filter(attendances=20).exists()
    version = Filing.objects.get(
        tenant__code="sh-jinshan", period=period("2021Q1", "shanghai")
    ).accepted_version()
    assert [each for each in version.explanations if "首阶段" in each["question"]] == []


def test_a_class_recorded_twice_was_decided_to_be_one():
    own = DuplicateDecision.objects.filter(tenant__code="xianju").order_by("id")
    assert list(own.values_list("outcome", flat=True)) == ["duplicate", "counts"]
    (pair,) = duplicate_queries.possible_duplicates(
        membership("xianju-preparer"), Programme.objects.get(code="taizhou")
    )
    assert (pair.why, pair.is_open) == ("facts", False)


def test_the_city_sees_where_taizhouwan_and_luqiao_may_have_counted_the_same(reviewer):
    (pair,) = duplicate_queries.possible_overlaps(reviewer, Programme.objects.get(code="taizhou"))
    both = {pair.one.tenant.code, pair.other.tenant.code}
    assert (both, pair.why, pair.is_open) == ({"luqiao", "taizhouwan"}, "taizhouwan-luqiao", True)
    helped = Activity.objects.exclude(co_organisers=[]).get()
    assert (helped.tenant.code, helped.co_organisers) == ("luqiao", ["台州湾新区社区教育中心（示例）"])


def test_of_these_two_luqiao_has_answered_and_taizhouwan_is_still_asked(reviewer):
    (pair,) = duplicate_queries.possible_overlaps(reviewer, Programme.objects.get(code="taizhou"))
    assert (pair.decision.outcome, [each.tenant.code for each in pair.answers]) == ("asked", ["luqiao"])
    asked = {
        code: duplicate_queries.questions_to(membership(f"{code}-preparer"))
        for code in ("luqiao", "taizhouwan")
    }
    assert {code: len(found) for code, found in asked.items()} == {"luqiao": 0, "taizhouwan": 1}
    (answered,) = duplicate_queries.answered_below(reviewer)
    assert answered.reason.startswith("演示数据：")


def test_shanghai_sees_what_a_base_and_jinshan_may_both_have_counted(shanghai_reviewer):
    """公益基地 that are elder-care venues: the base has both tags; nobody has asked yet."""
    (pair,) = duplicate_queries.possible_overlaps(shanghai_reviewer, Programme.objects.get(code="shanghai"))
    assert (pair.why, pair.is_open, pair.decision) == ("bases-eldercare", True, None)
    assert [each.tenant.code for each in (pair.one, pair.other)] == ["sh-bases", "sh-jinshan"]
    assert (pair.one.venue_key, pair.one.ends_on) == (pair.other.venue_key, pair.other.ends_on)
    base = pair.one.provider
    assert (base.kind, base.tags) == ("public_base", ["public_base", "eldercare_venue"])


def test_three_counted_activities_are_shown_by_a_file_that_an_upload_would_pass():
    files = list(ActivityFile.objects.select_related("activity__tenant").order_by("activity__ends_on"))
    of = [(each.activity.tenant.code, str(each.activity.ends_on)) for each in files]
    assert of == [("luqiao", "2021-05-20"), ("sh-bases", "2021-05-26"), ("sanmen", "2021-12-30")]
    assert len({each.source_digest for each in files}) == 3
    for each in files:
        assert (
            each.digest in each.activity.countings.get(version=each.activity.counted_in).content["evidence"]
        )
    content = files[0].file.read()
    passed = examine(io.BytesIO(content), files[0].file_name)
    assert (passed.content, passed.name, passed.kind.media_type) == (
        content,
        files[0].file_name,
        files[0].media_type,
    )
    assert "参加人次：50" in PdfReader(io.BytesIO(content)).pages[0].extract_text()


# --- the present quarter


def test_a_newcomer_finds_a_computed_row_in_the_draft(clerk):
    demonstration_year.begin_quarter()
    filing = filing_actions.start(clerk.tenant, period(), by=clerk)
    reading, facts = filing_queries.read_draft(filing)
    (line,) = reading.lines
    assert (line.provider, [line.values[code] for code in TAIZHOU]) == ("海门街道社区学校", [1, 48, 2, 33])
    assert {row.provider: row.activities for row in facts.computed.rows} == {
        "海门街道社区学校": 3,
        "白云街道社区学校": 0,
    }
    (waiting,) = [
        each
        for each in ledger_queries.uncounted(clerk.tenant, filing.period.programme)
        if not each.place.is_in_draft
    ]
    assert (waiting.activity.provider.name, str(waiting.place.reason)) == ("白云街道社区学校", "short")
    (pair,) = duplicate_queries.possible_duplicates(clerk, filing.period.programme)
    assert (pair.why, pair.is_open, pair.one.kind) == ("facts", True, "care_home")
