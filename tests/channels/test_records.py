"""What is called recorded in the module is the sum of records; what was typed instead stands beside it, explained."""

import csv
import io
import json
from datetime import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import gettext
from openpyxl import load_workbook

from portal import clock
from reporting.channels.channels import sums
from reporting.filings import actions as filing_actions
from reporting.filings.typed_return import Typed
from reporting.ledger import actions as ledger_actions
from reporting.ledger.reading import TypedActivity
from reporting.models import Filing
from reporting.providers import actions as provider_actions
from reporting.releases import content as release_content
from reporting.review import actions as review_actions
from targets.models import Period

from ..factories import EXPLANATION, membership, period, tenant
from ..screen import Screen

pytestmark = pytest.mark.django_db

LEAD = "shanghai-civil-affairs"
MARCH, APRIL, MAY = (
    datetime.fromisoformat(f"{day}T09:00:00+08:00") for day in ("2021-03-25", "2021-04-01", "2021-05-06")
)
ROOM, CENTRE = "崇明区老年活动室（示例）", "崇明区社区综合为老服务中心（示例）"
UNIT = "全市养老服务机构及场所"


def clerk():
    return membership("sh-chongming-preparer")


def filed(*rows: tuple[str, str, str], at: datetime = APRIL) -> Filing:
    """(provider, 培训, 帮办) as typed, accepted the same day."""
    codes = ("training_attendances", "assistance_attendances")
    typed = [{"provider": name, "values": dict(zip(codes, texts, strict=True))} for name, *texts in rows]
    with clock.frozen(at):
        about = period("2021Q1", "shanghai")
        filing = filing_actions.file(clerk().tenant, about, Typed(typed), by=clerk(), explanation=EXPLANATION)
        return review_actions.accept(filing, revision=filing.revision, by=membership("sh-eldercare-reviewer"))


def recording(name: str = ROOM, *attendances: int, kind: str = "training", **given) -> None:
    """The provider uses the ledger, and so many came to each of its activities."""
    by = clerk()
    with clock.frozen(MARCH):
        provider = by.tenant.providers.filter(name=name).first()
        if provider is None:
            provider = provider_actions.add_provider(by.tenant, name, by=by)
            ledger_actions.switch_ledger(
                provider,
                uses_ledger=True,
                period=period("2021Q1", "shanghai"),
                revision=provider.revision,
                by=by,
            )
        about = {"kind": kind, "venue_kind": "activity_room", "scenarios": ["scan"], "channel": "on_site"}
        typed = [
            TypedActivity(
                provider=name, sittings=[(f"2021-03-{day:02}", "")], attendances=str(number), **about | given
            )
            for day, number in enumerate(attendances, start=8)
        ]
        ledger_actions.record_activities(by.tenant, typed, by=by)


def of_quarter(under: str = LEAD):
    found = period("2021Q1", "shanghai").programme
    with clock.frozen(MAY):
        return sums(found, list(Period.objects.filter(programme=found, number=1)), under=tenant(under))


def seen(as_, page: str, by: str, query: str = "") -> Screen:
    with clock.frozen(MAY):
        return Screen(as_(membership(by)).get(reverse(page, args=["shanghai"]) + query))


# --- what a record is


def test_a_typed_figure_without_a_record_does_not_raise_the_headline():
    filed((ROOM, "30", "5"))
    (point,) = of_quarter().points
    assert (point.module, point.records, point.unrecorded, point.self_reported) == (0, 0, 35, 0)
    assert (point.headline, point.total) == (0, 35)


def test_the_sum_of_the_records_is_the_module_and_the_typed_rest_stands_beside_it():
    recording(ROOM, 12, 18)
    recording(ROOM, 40, kind="service_day")
    filed((ROOM, "", ""), (CENTRE, "7", "0"))
    (point,) = of_quarter().points
    assert (point.module, point.records, point.unrecorded, point.total) == (70, 3, 7, 77)
    (unit,) = [each for each in of_quarter().outside if each.tenant.name == UNIT]
    assert (unit.recorded, unit.outside, [(each.code, figure) for each, figure in unit.typed_by]) == (
        (70,),
        7,
        [("sh-chongming", 7)],
    )


def test_records_of_a_return_that_nobody_has_accepted_do_not_count():
    recording(ROOM, 12)
    assert [(each.module, each.records, each.total) for each in of_quarter().points] == [(0, 0, 0)]


def test_who_need_not_record_reports_by_period_whatever_it_keeps():
    by, at = membership("sh-bigdata-preparer"), APRIL
    with clock.frozen(at):
        rows = [{"provider": "站", "values": {"training_attendances": "9", "assistance_attendances": "1"}}]
        filing = filing_actions.file(
            by.tenant, period("2021Q1", "shanghai"), Typed(rows), by=by, explanation=EXPLANATION
        )
        review_actions.accept(filing, revision=filing.revision, by=membership(f"{LEAD}-reviewer"))
    (point,) = of_quarter().points
    assert (point.module, point.unrecorded, point.self_reported) == (0, 0, 10)


# --- everywhere the same


def test_page_workbook_text_and_command_say_the_same(as_):
    recording(ROOM, 12, 18)
    filed((ROOM, "", ""), (CENTRE, "7", "3"))
    names = [
        gettext(each) for each in ("Recorded in the module", "Not recorded in the module", "Self-reported")
    ]
    page = seen(as_, "channels", f"{LEAD}-reviewer", "?through=2021Q1")
    table = {row[0]: row for row in page.tables[0] if row}
    assert [table[name][2] for name in names] == ["30", "10", "0"]
    assert "崇明区民政局 10" in page.text
    assert "2条活动记录之和" in page.text
    with clock.frozen(MAY):
        address = reverse("channels-export", args=["shanghai"]) + "?through=2021Q1"
        book = load_workbook(io.BytesIO(as_(membership(f"{LEAD}-reviewer")).get(address).content))
        out = io.StringIO()
        call_command("channels", programme="shanghai", year=2021, through=1, stdout=out)
        text = io.StringIO()
        call_command("channels", programme="shanghai", year=2021, through=1, format="csv", stdout=text)
    rows = {row[0]: row for row in book.worksheets[0].values}
    lines = {line[0]: line for line in csv.reader(text.getvalue().splitlines()) if line}
    assert [rows[name][2] for name in names] == [30, 10, 0]
    assert [lines[name][2] for name in names] == ["30", "10", "0"]
    (point,) = json.loads(out.getvalue())["points"]
    assert [point[name] for name in ("module", "unrecorded", "all", "records")] == [30, 10, 40, 2]
    why = {row[0]: row for row in book.worksheets[1].values}
    assert "崇明区民政局 10" in why[UNIT][3]


def test_progress_and_release_count_records_as_the_headline(as_):
    recording(ROOM, 12, 18)
    filed((ROOM, "", ""), (CENTRE, "7", "3"))
    screen = seen(as_, "progress", f"{LEAD}-observer", "?period=2021Q1")
    (row,) = [each for table in screen.tables for each in table if each and each[0] == "2021-03-31"]
    assert row[1:] == ["30", "10", "0", "40"]
    with clock.frozen(MAY):
        composed = release_content.compose(period("2021Q1", "shanghai"), with_ranking=False, at=MAY)
    assert composed["completion"]["headline"]["cells"][0]["actual"] == 30
    assert composed["completion"]["whole"][0]["actual"] == 40


# --- the first phase


def test_of_what_was_typed_the_first_phase_says_that_it_cannot_tell(as_):
    filed((ROOM, "30", "5"))
    screen = seen(as_, "first-phase", "sh-eldercare-observer")
    (row,) = [each for each in screen.tables[0] if each[0] == "崇明区民政局"]
    assert row[1] == "已开展 未按模块记录" and row[2:4] == ["30", "0"]
    assert "无法判断每次多少人、是否入户" in screen.text and "崇明区民政局 35" in screen.text


def test_what_is_recorded_needs_no_such_note(as_):
    recording(ROOM, 12)
    filed((ROOM, "", ""))
    screen = seen(as_, "first-phase", "sh-eldercare-observer")
    (row,) = [each for each in screen.tables[0] if each[0] == "崇明区民政局"]
    assert row[1] == "已开展"
    assert "无法判断每次多少人" not in screen.text


def test_a_service_points_day_is_not_asked_how_many_came_at_once(as_):
    recording(ROOM, 60, kind="service_day")
    recording(ROOM, 21)
    screen = seen(as_, "first-phase", "sh-chongming-preparer")
    assert [row[4] for row in screen.tables[1][1:]] == ["21"]
    assert "全天合计，不反映同时在场人数" in screen.text


@pytest.mark.parametrize("by", ["sh-chongming-preparer", "sh-eldercare-reviewer"])
def test_what_the_return_explained_is_explained(as_, by):
    recording(ROOM, 23)
    assert gettext("not explained yet") in seen(as_, "first-phase", "sh-chongming-preparer").text
    filed((ROOM, "", ""))
    text = seen(as_, "first-phase", by).text
    assert EXPLANATION in text
    assert gettext("not explained yet") not in text
