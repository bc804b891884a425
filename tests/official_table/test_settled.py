"""What a load of facts may not change: what accepted returns show, and who had to file for periods that have ended."""

import json

import pytest
from django.core.management import CommandError, call_command

from portal import clock
from portal.models import Tenant
from reporting.filings.sheet import columns_of
from reporting.official_table.sheets import version_sheet
from reporting.rollup.status import cells, rates
from targets.models import Decision, Indicator, Programme, ReportingDuty, Target

from ..conftest import NOW
from ..factories import accepted, membership, period, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    def load(*records):
        path = tmp_path / "more.json"
        path.write_text(json.dumps(list(records), ensure_ascii=False), encoding="utf-8")
        call_command("load_facts", path)

    return load


@pytest.fixture
def jiaojiang():
    return accepted(membership("jiaojiang-preparer"))


def indicator(code="videos", **fields):
    return {"model": "targets.indicator", "fields": {"programme": ["taizhou"], "code": code} | fields}


def layout(**changes):
    fields = {"code": "taizhou", "layout": Programme.objects.get(code="taizhou").layout | changes}
    return {"model": "targets.programme", "fields": fields}


def shown(filing):
    sheet = version_sheet(filing.accepted_version())
    return sheet.layout, sheet.columns, sheet.rows, sheet.total, sheet.period_line, sheet.bureau_line


RECORDS = {
    "heading": (lambda: indicator(attachment_heading="录制视频（个）"), ["videos", "attachment_heading", "录制视频（个）"]),
    "unit": (lambda: indicator(unit="部"), ["videos", "unit", "部"]),
    "name": (lambda: indicator(name="视频"), ["videos", "name"]),
    "position": (lambda: indicator(position=99), ["position", "videos"]),
    "a sum": (lambda: indicator("training_attendances", sum_of=["videos"]), ["training_attendances", "sum_of"]),
    "a new column": (
        lambda: indicator("walks", position=50, name="健步走（场）", short_name="健步走", unit="场", attachment_heading="健步走"),
        ["position", "walks"],
    ),
    "layout": (lambda: layout(provider_heading="承办单位"), ["layout.provider_heading", "承办单位"]),
    "more layout": (lambda: layout(subtitle="副标题"), ["layout.subtitle", "副标题"]),
    "period": (
        lambda: {"model": "targets.period", "fields": {"programme": ["taizhou"], "code": "2022Q1", "name": "2022年1季度"}},
        ["2022Q1", "name", "2022年1季度"],
    ),
    "bureau": (lambda: {"model": "portal.tenant", "fields": {"code": "jiaojiang", "name": "椒江区教体局"}}, ["椒江区教体局"]),
}  # fmt: skip


@pytest.mark.parametrize("what", RECORDS)
def test_it_refuses_what_an_accepted_return_would_show_otherwise(load, jiaojiang, what):
    record, words = RECORDS[what]
    before = shown(jiaojiang)
    with pytest.raises(CommandError) as refused:
        load(record())
    for word in [*words, "2022年第一季度（椒江）", "1 份"]:
        assert word in str(refused.value)
    jiaojiang.refresh_from_db()
    assert shown(jiaojiang) == before


def test_it_names_all_returns_and_all_changes(load, jiaojiang):
    accepted(membership("huangyan-preparer"))
    with pytest.raises(CommandError) as refused:
        load(indicator(unit="部"), indicator("cases", unit="篇"))
    sentences = str(refused.value).splitlines()
    assert len(sentences) == 2
    assert all("2022年第一季度（椒江、黄岩）" in each for each in sentences)


def test_a_return_that_nobody_has_accepted_holds_nothing_back(load):
    submitted(membership("jiaojiang-preparer"))
    load(indicator(unit="部"))
    assert Indicator.objects.get(programme__code="taizhou", code="videos").unit == "部"


def test_another_programmes_returns_hold_nothing_back(load, jiaojiang):
    shanghai = Indicator.objects.filter(programme__code="shanghai").first()
    load(
        {
            "model": "targets.indicator",
            "fields": {"programme": ["shanghai"], "code": shanghai.code, "short_name": "改"},
        }
    )
    shanghai.refresh_from_db()
    assert shanghai.short_name == "改"


def test_what_no_return_shows_stays_loadable(load, jiaojiang):
    taizhou = Programme.objects.get(code="taizhou")
    table = taizhou.layout["target_table"] | {"caption": "分解任务："}
    thresholds = taizhou.thresholds | {"explanation_length": 12}
    load(
        {"model": "targets.programme", "fields": {"code": "taizhou", "thresholds": thresholds}},
        layout(target_table=table),
        {"model": "targets.decision", "fields": {"programme": ["taizhou"], "code": "D1", "answer": "改写。"}},
        indicator(target_heading="视频"),
    )
    taizhou.refresh_from_db()
    assert taizhou.thresholds["explanation_length"] == 12
    assert Decision.objects.get(programme=taizhou, code="D1").answer == "改写。"
    assert [each.code for each in columns_of(taizhou.pk)][-3:] == ["videos", "textbooks", "cases"]


def test_the_official_facts_load_again_over_accepted_returns(jiaojiang):
    call_command("load_facts")
    assert Target.objects.count() > 100


# --- who had to file


def duty(code, **fields):
    return {
        "model": "targets.reportingduty",
        "fields": {"programme": ["taizhou"], "tenant": [code]} | fields,
    }


def expected(code):
    about = period(code)
    return rates(cells(about.programme, [about], under=about.programme.lead).values()).expected


@pytest.fixture
def year_of_2021():
    """Somebody filed for a quarter that has ended."""
    with clock.frozen(NOW.replace(year=2021, month=9, day=20)):
        submitted(membership("jiaojiang-preparer"), code="2021Q3")


def test_a_duty_that_ends_does_not_restate_the_past(load, year_of_2021):
    before = expected("2021Q3")
    with pytest.raises(CommandError) as refused:
        load(duty("sanmen", duty="voluntary"))
    assert all(word in str(refused.value) for word in ("2021年第三季度", "三门", "earlier"))
    assert expected("2021Q3") == before


def test_with_its_last_day_it_ends_for_what_comes(load, year_of_2021):
    before = expected("2021Q3"), expected("2022Q1")
    load(duty("sanmen", duty="voluntary", earlier=[{"until": "2021-12-31", "duty": "required"}]))
    assert (expected("2021Q3"), expected("2022Q1")) == (before[0], before[1] - 1)


def test_a_new_duty_begins_on_its_day(load, year_of_2021):
    before = expected("2021Q3"), expected("2022Q1")
    with pytest.raises(CommandError, match="台州湾"):
        load(duty("taizhouwan", duty="required"))
    load(duty("taizhouwan", duty="required", earlier=[{"until": "2021-12-31", "duty": "voluntary"}]))
    assert (expected("2021Q3"), expected("2022Q1")) == (before[0], before[1] + 1)
    assert ReportingDuty.objects.get(tenant__code="taizhouwan").duty == "required"


def test_what_held_earlier_changes_as_the_days_say(load):
    earlier = [{"until": "2022-06-30", "duty": "required"}, {"until": "2021-06-30", "duty": "voluntary"}]
    load(duty("sanmen", duty="voluntary", earlier=earlier))
    found = ReportingDuty.objects.get(programme__code="taizhou", tenant__code="sanmen")
    held = [found.in_period(period(code)) for code in ("2021Q2", "2021Q3", "2022Q2", "2022Q3")]
    assert held == ["voluntary", "required", "required", "voluntary"]


@pytest.mark.parametrize(
    "entry",
    [{"until": "soon", "duty": "voluntary"}, {"until": "2021-12-31", "duty": "never"}, {"duty": "required"}, "x", {"until": 5, "duty": "required"}],
)  # fmt: skip
def test_it_refuses_an_earlier_duty_without_a_day_or_a_word(load, entry):
    with pytest.raises(CommandError, match="sanmen"):
        load(duty("sanmen", earlier=[entry]))
    assert Tenant.objects.filter(code="sanmen").exists()
