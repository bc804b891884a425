"""The two sums: page, command line and export say the same; the lead's setting decides which stands first."""

import csv
import io
import json
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import gettext
from openpyxl import load_workbook

from portal import clock
from portal.models import HistoryEntry
from portal.problems import Refused
from reporting.channels.channels import sums
from reporting.models import Headline
from reporting.releases import content
from reporting.rollup.rollup import roll_up
from reporting.work_module import actions as work_module_actions
from reporting.work_module import queries as work_module_queries
from targets.models import Period, ReportingDuty

from ..factories import membership, period, released, tenant
from ..screen import Screen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]

MODULE = [69_000, 245_000, 418_000, 491_000]
TOGETHER = [182_000, 614_000, 1_036_000, 1_220_000]
DAYS = ["2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31"]
PAGE, EXPORT, SETTING = (
    reverse(name, args=["shanghai"]) for name in ("channels", "channels-export", "headline")
)
LEAD = "shanghai-civil-affairs"


def two_lines(lines: dict | list) -> tuple:
    """What stands in the lines of the two sums."""
    names = gettext("Recorded in the module"), gettext("Module and self-reported together")
    return tuple(numbers(list(lines[name][1:])) for name in names)


def programme():
    return period("2021Q1", "shanghai").programme


def of_year(under: str = LEAD, through: int = 4):
    periods = list(Period.objects.filter(programme__code="shanghai", year=2021, number__lte=through))
    return sums(programme(), periods, under=tenant(under))


def numbers(cells: list) -> list[int]:
    return [int(str(each).replace(",", "")) for each in cells if str(each).replace(",", "").isdigit()]


def command(**options) -> str:
    out = io.StringIO()
    call_command("channels", programme="shanghai", year=2021, stdout=out, **options)
    return out.getvalue()


# --- three ways to the same figures


def test_the_page_shows_both_sums_side_by_side(as_):
    screen = Screen(as_(membership(f"{LEAD}-observer")).get(f"{PAGE}?through=2021Q4"))
    assert two_lines({row[0]: row for row in screen.tables[0] if row}) == (MODULE, TOGETHER)
    assert "以长者数字生活“随申学”工作模块记录数据为准" in screen.text


def test_the_command_prints_both_sums():
    found = json.loads(command())
    assert [each["on"] for each in found["points"]] == DAYS
    assert [each["module"] for each in found["points"]] == MODULE
    assert [each["all"] for each in found["points"]] == TOGETHER
    lines = {line[0]: line for line in csv.reader(io.StringIO(command(format="csv"))) if line}
    assert two_lines(lines) == (MODULE, TOGETHER)


def test_the_workbook_and_the_text_say_the_same(as_):
    client = as_(membership(f"{LEAD}-reviewer"))
    book = load_workbook(io.BytesIO(client.get(f"{EXPORT}?through=2021Q4").content))
    rows = {row[0]: [each or "" for each in row] for row in book.worksheets[0].values if row[0]}
    assert two_lines(rows) == (MODULE, TOGETHER)
    text = client.get(f"{EXPORT}?through=2021Q4&format=csv").content.decode("utf-8-sig")
    lines = {line[0]: line for line in csv.reader(io.StringIO(text)) if line}
    assert two_lines(lines) == (MODULE, TOGETHER)


def test_a_milestone_stands_at_its_own_day_on_page_command_and_workbook(as_):
    """Neither before it nor after it is there a number to compare with."""
    client, heading = as_(membership(f"{LEAD}-reviewer")), gettext("Milestone")
    page = {row[0]: row for row in Screen(client.get(f"{PAGE}?through=2021Q4")).tables[0] if row}
    assert page[heading][-4:] == ["—", "600,000", "1,000,000", "—"]
    assert [each["milestone"] for each in json.loads(command())["points"]] == [None, 600_000, 1_000_000, None]
    book = load_workbook(io.BytesIO(client.get(f"{EXPORT}?through=2021Q4").content))
    rows = {row[0]: [each or "" for each in row] for row in book.worksheets[0].values if row[0]}
    assert rows[heading][2:6] == ["", 600_000, 1_000_000, ""]


@pytest.mark.parametrize("through", [1, 2, 3, 4])
def test_each_return_is_in_the_sums_once(through):
    """Districts through their pillar, the pillar's own beside them: what the roll-up says, and nothing twice."""
    found = of_year(through=through)
    periods = [each.period for each in found.points]
    city = roll_up(programme(), periods, under=tenant(LEAD)).total["person_times"]
    assert [found.points[-1].total, found.points[-1].module] == [city, MODULE[through - 1]]
    leaves = [
        roll_up(programme(), periods, under=duty.tenant).rows
        for duty in ReportingDuty.objects.filter(programme=programme()).select_related("tenant")
        if not duty.tenant.numchild
    ]
    singly = sum(row.values["person_times"] or 0 for rows in leaves for row in rows)
    assert singly == city  # the pillar of the districts declared nil returns of its own


def test_the_difference_is_explained_by_unit():
    found = of_year()
    assert {each.tenant.code: each.outside for each in found.outside} == {
        "sh-bigdata": 480_000,
        "sh-open-university": 249_000,
        "sh-others": 0,
    }
    assert found.points[-1].module + sum(each.outside for each in found.outside) == found.points[-1].total
    assert all("没有规定通过工作模块记录" in each.why_outside for each in found.outside)


# --- milestones


def test_60万_is_expected_by_the_end_of_june_and_100万_by_the_end_of_september():
    found = of_year()
    assert [(each.on.isoformat(), each.value, each.kind) for each in found.marks] == [
        ("2021-06-30", 600_000, "expected"),
        ("2021-09-30", 1_000_000, "annual"),
    ]
    assert [(each.by_module.is_reached, each.by_all.is_reached) for each in found.marks] == [
        (False, True)
    ] * 2
    assert [each.is_reached for each in found.marks] == [False, False]  # 以…工作模块记录数据为准
    assert [str(each.rate) for each in found.points] == ["None", "40.8", "41.8", "None"]


def test_a_milestone_is_not_judged_before_its_day():
    assert [each.is_reached for each in of_year(through=2).marks] == [False, None]


@pytest.mark.parametrize(
    ("at", "expected"), [("2021-06-30T23:59:00+08:00", None), ("2021-07-01T00:00:00+08:00", False)]
)
def test_nothing_is_missed_before_its_day_is_over(as_, at, expected):
    """60万 by the end of June: in June the headline has not missed it yet; the sum that has it, has it."""
    with clock.frozen(datetime.fromisoformat(at)):
        half, _year = of_year(through=2).marks
        text = Screen(as_(membership(f"{LEAD}-observer")).get(f"{PAGE}?through=2021Q2")).text
    assert (half.is_reached, half.by_all.is_reached) == (expected, True)
    assert (gettext("not reached") in text) == (expected is False)


def test_the_milestones_are_the_citys_alone():
    assert of_year("sh-eldercare").marks == ()
    assert [each.rate for each in of_year("sh-bigdata").points] == [None] * 4


def test_after_september_there_is_no_denominator(as_):
    client = as_(membership(f"{LEAD}-reviewer"))
    address = reverse("progress", args=["shanghai"])
    before, after = (Screen(client.get(f"{address}?period={code}")) for code in ("2021Q3", "2021Q4"))
    assert "103.6%" in before.text and "41.8%" in before.text
    assert "%" not in after.text
    assert numbers(after.rows("合计")[0]) == [1_036_000, 184_000, 1_220_000]


def test_no_pillar_is_behind_in_june(as_):
    """“预计6月底前共完成60万人次”: not split up; 59.0 % is nobody's failure."""
    address = f"{reverse('progress', args=['shanghai'])}?period=2021Q2"
    own = Screen(as_(membership("sh-open-university-preparer")).get(address))
    assert "59.0%" in own.text and "滞后" not in own.text
    city = Screen(as_(membership(f"{LEAD}-reviewer")).get(address))
    heat = [line for table in city.tables for line in table if line and line[0] == "开放大学"]
    assert all("滞后" not in cell for line in heat for cell in line)


def test_in_september_a_pillar_is_measured_by_its_own_target(as_):
    address = f"{reverse('progress', args=['shanghai'])}?period=2021Q3"
    assert "102.5%" in Screen(as_(membership("sh-open-university-preparer")).get(address)).text


# --- the setting


def choose(channel: str, revision: int = 0, by: str = f"{LEAD}-administrator"):
    return work_module_actions.choose_headline(programme(), channel, revision=revision, by=membership(by))


def test_the_lead_chooses_which_sum_stands_first(as_):
    client = as_(membership(f"{LEAD}-administrator"))
    assert client.post(SETTING, {"channel": "all", "revision": 0}).status_code == 302
    found = of_year()
    assert [each.headline for each in found.points] == TOGETHER
    assert [each.is_reached for each in found.marks] == [True, True]
    assert found.headline.sentence.startswith("2021年9月底前")
    entry = HistoryEntry.objects.get(action="choose_headline")
    assert (entry.before, entry.after["headline"]) == ({"headline": "module"}, "all")
    screen = Screen(client.get(f"{reverse('progress', args=['shanghai'])}?period=2021Q2"))
    assert "61.4%" in screen.text and "24.5%" not in screen.text


def test_a_release_says_the_headline_before_all_together(as_):
    """“以长者数字生活‘随申学’工作模块记录数据为准”: what the lead publishes says no other figure than its pages."""
    release = released("2021Q3", "shanghai")
    client = as_(membership("sh-eldercare-observer"))
    rows = {row[0]: row for table in Screen(client.get(release.get_absolute_url())).tables for row in table}
    names = (
        gettext("Headline: recorded in the module"),
        gettext("All together, self-reported figures included"),
    )
    assert ["41.8%" in str(rows[names[0]]), "103.6%" in str(rows[names[1]])] == [True, True]
    book = load_workbook(
        io.BytesIO(client.get(reverse("release-workbook", args=[release.public_id])).content)
    )
    told = {row[0]: row for sheet in book for row in sheet.values}
    assert [told[name][3] for name in names] == [418_000, 1_036_000]
    choose("all")
    assert (
        content.compose(period("2021Q3", "shanghai"), with_ranking=False, at=clock.now())["completion"][
            "headline"
        ]
        is None
    )


@pytest.mark.parametrize("by", [f"{LEAD}-reviewer", "sh-eldercare-administrator", "sh-huangpu-administrator"])
def test_nobody_else_chooses(as_, by):
    with pytest.raises(PermissionDenied):
        choose("all", by=by)
    assert as_(membership(by)).post(SETTING, {"channel": "all", "revision": 0}).status_code == 403
    assert not Headline.objects.exists()


def test_two_who_choose_at_once_are_told():
    choose("all")
    with pytest.raises(Refused):
        choose("module")
    assert work_module_queries.headline_of(programme()).code == "all"


def test_it_offers_the_programmes_sums_alone(as_):
    client = as_(membership(f"{LEAD}-administrator"))
    assert client.post(SETTING, {"channel": "self_reported", "revision": 0}).status_code == 422
    with pytest.raises(ValueError, match="headline"):
        choose("nothing")


# --- who sees what


def test_a_district_sees_its_own_figures_and_no_other(as_):
    screen = Screen(as_(membership("sh-xuhui-preparer")).get(f"{PAGE}?through=2021Q4"))
    assert "13,090" in screen.text
    assert not any(other in screen.text for other in ("9,350", "黄浦", "1,220,000", "187,000"))


def test_a_programme_without_channels_has_no_such_page_and_command(as_, reviewer):
    assert as_(reviewer).get(reverse("channels", args=["taizhou"])).status_code == 404
    with pytest.raises(CommandError):
        call_command("channels", programme="taizhou", year=2021)
