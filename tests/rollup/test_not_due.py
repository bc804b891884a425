"""Before anything is due nobody is blamed: no rate, no rank, no colour. Every page that judges, at such an instant."""

import io
import json
import re
from datetime import datetime

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from portal import clock
from reporting.periods import actions as period_actions
from reporting.releases import content as release_content
from targets import dashboard

from ..factories import accepted, membership, period, row
from ..screen import Screen

pytestmark = pytest.mark.django_db

LAST_SECOND, DUE = (
    datetime.fromisoformat(f"2022-03-{text}+08:00") for text in ("28T23:59:59", "29T00:00:00")
)
CITY, COUNTY = "taizhou-education", "jiaojiang"
READERS = [
    *(f"{CITY}-{role}" for role in ("reviewer", "administrator", "observer")),
    *(f"{COUNTY}-{role}" for role in ("preparer", "head", "administrator", "observer")),
    "taizhouwan-preparer",
]
ADDRESSES = [
    "/",
    "/taizhou/board/?period=2022Q1",
    "/taizhou/progress/?period=2022Q1",
    "/taizhou/rollup/?period=2022Q1",
    "/taizhou/rollup/?period=2022Q1&cumulative=1",
    "/taizhou/assessment/?through=2022Q1",
    "/taizhou/releases/publish/?period=2022Q1&ranking=1",
    "/taizhou/reminders/send/?period=2022Q1",
    "/filings/",
]
# What judges: the classes of a colour, the words, a rate of nothing.
COLOURS = re.compile(
    r"status-(?:missing|late|partial)|schedule-behind|release-behind|is-overdue|figure[^\"]* is-(?:bad|warn)|chart-warn|<td class=\"heat-0"
)
WORDS = re.compile(r"滞后|未报|迟报|逾期|(?<![\d.])0(?:\.0+)?%|(?<!\d)0\.00")


def blamed(answer) -> list[str]:
    """In the page's own part: colours anywhere, words in the lines of its tables and in its tasks. Headings and notes say
    what a word means."""
    screen, own = Screen(answer), answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    tasks = re.findall(r'<li class="task.*?</li>|<ul class="notes">.*?</ul>', own, flags=re.S)
    cells = [cell for table in screen.tables for line in table[1:] for cell in line[1:]]
    return [*COLOURS.findall(own), *(word for text in [*tasks, *cells] for word in WORDS.findall(text))]


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("username", READERS)
def test_no_page_blames_anybody_before_the_due_instant(username, address, as_):
    with clock.frozen(LAST_SECOND):
        answer = as_(membership(username)).get(address)
    if answer.status_code == 200:
        assert blamed(answer) == []
    else:
        assert answer.status_code == 403


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("username", "address"),
    [
        (f"{CITY}-reviewer", "/"),
        (f"{COUNTY}-preparer", "/"),
        *((f"{CITY}-reviewer", each) for each in ADDRESSES[1:5]),
        (f"{CITY}-administrator", ADDRESSES[6]),
    ],
)
def test_a_second_later_the_same_page_says_who_has_not_filed(username, address, as_):
    with clock.frozen(DUE):
        assert blamed(as_(membership(username)).get(address))


@pytest.mark.parametrize("address", ["/", "/taizhou/board/", "/taizhou/progress/", "/taizhou/rollup/"])
def test_a_unit_with_longer_is_not_blamed_while_the_others_are(address, administrator, as_, clerk, neighbour):
    period_actions.extend(
        period(), clerk.tenant, due_at=DUE.replace(day=31), reason="停电。", by=administrator
    )
    filed_last_year(clerk), filed_last_year(neighbour)
    with clock.frozen(DUE):
        assert blamed(as_(clerk).get(f"{address}?period=2022Q1")) == []
        assert blamed(as_(neighbour).get(f"{address}?period=2022Q1"))


@pytest.mark.parametrize("address", ["/", "/taizhou/board/?period=2022Q1"])
def test_who_files_voluntarily_is_never_blamed(address, as_, db):
    by = membership("taizhouwan-preparer")
    with clock.frozen(DUE):
        answer = as_(by).get(address)
        assert blamed(answer) == []
        assert "自愿" in Screen(answer).text


def filed_last_year(by) -> None:
    """Nothing of the year before is owed, so that what is found is of the quarter in question."""
    for code in ("2021Q1", "2021Q2", "2021Q3", "2021Q4"):
        with clock.frozen(period(code).due_at.replace(day=20)):
            accepted(by, row(f"{by.tenant.short_name}社区学院", 1, 41), code=code)


# --- what is printed and exported


def test_the_release_has_no_rates_and_no_ranks_yet(clerk):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    content = release_content.compose(period(), with_ranking=True, at=clock.now())
    rates, ranking = content["rates"][-1], content["ranking"]["rows"]
    assert (rates["reporting_rate"], rates["timeliness_rate"], rates["missing"]) == (None, None, [])
    assert len(rates["pending"]) == 9
    assert {(each["rank"], each["score"], *each["lacking"]) for each in ranking} == {("—", None)}
    cells = {each["tenant"]: each["cells"] for each in content["completion"]["rows"]}
    assert {cell["label"] for row in cells.values() for cell in row} == {"pending", "no_task"}
    assert {cell["rate"] for cell in cells["huangyan"]} == {None}
    assert cells["jiaojiang"][0]["rate"] is not None


def test_the_workbooks_say_awaited_and_no_rate(as_, clerk, reviewer):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    words = in_workbook(as_(reviewer), "completion") | in_workbook(as_(reviewer), "board")
    assert "未到期" in words and "待报" in words
    assert not words & {"滞后", "未报", "0.0%"}
    with clock.frozen(DUE):
        words = in_workbook(as_(reviewer), "completion") | in_workbook(as_(reviewer), "board")
    assert {"滞后", "未报"} <= words


def in_workbook(client, kind: str) -> set:
    query = {"kind": kind, "programme": "taizhou", "period": "2022Q1", "format": "xlsx"}
    answer = client.get("/exports/now/", query)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return {cell.value for sheet in book for line in sheet.iter_rows() for cell in line if cell.column > 1}


def test_scripts_are_told_the_same(clerk, capsys):
    accepted(clerk, row("椒江区社区学院", 1, 41))
    rolled = printed(capsys, "rollup", period="2022Q1")
    assert (rolled["filed"], rolled["missing"], len(rolled["pending"])) == (1, [], 9)
    assert {each["state"] for each in rolled["rows"]} == {"accepted", "pending", "not_required"}
    assessed = printed(capsys, "assessment", year=2022)["rows"]
    assert {(each["score"], each["rank"]) for each in assessed} == {(None, None)}
    with clock.frozen(DUE):
        assert len(printed(capsys, "rollup", period="2022Q1")["missing"]) == 9
        assert {each["rank"] for each in printed(capsys, "assessment", year=2022)["rows"]} == {1, 2}
    with clock.frozen(
        DUE.replace(month=4)
    ):  # the second quarter has begun: the year goes as far as the first
        assert {each["rank"] for each in printed(capsys, "assessment", year=2022)["rows"]} == {1, 2}


def printed(capsys, name: str, **options) -> dict:
    call_command(name, programme="taizhou", format="json", **options)
    return json.loads(capsys.readouterr().out)


# --- the pure comparison


TARGETS = {"a": {"sessions": 40, "videos": 3}, "b": {"sessions": 20}}


def test_what_is_not_due_has_no_rate_and_is_not_behind():
    (a, b) = dashboard.rows(TARGETS, {"a": {"sessions": 4}, "b": {}}, 25, not_due={"a", "b"})
    assert [(each.rate, str(each.label), each.expected) for each in (*a.cells, *b.cells)] == [
        (10, "pending", None), (None, "pending", None), (None, "pending", None),
    ]  # fmt: skip
    (whole,) = [dashboard.whole(TARGETS, {"a": {"sessions": 4}, "b": {}}, 25, not_due={"a", "b"})]
    assert [str(each.label) for each in whole.cells] == ["pending", "pending"]


def test_once_somebody_is_due_the_whole_is_judged():
    whole = dashboard.whole(TARGETS, {"a": {"sessions": 4}, "b": {}}, 25, not_due={"b"})
    assert [(each.target, str(each.label)) for each in whole.cells] == [(60, "behind"), (3, "behind")]


def test_who_has_no_task_adds_nothing_to_what_the_whole_is_measured_by():
    """“/” is no task: not 0, and not anything else in the denominator; the work done there counts in the numerator."""
    whole = dashboard.whole(TARGETS, {"a": {"videos": 3}, "b": {"videos": 1}, "c": {"videos": 2}}, 100)
    videos = whole.cell("videos")
    assert (videos.target, videos.actual, videos.rate) == (3, 6, 200)


def test_the_whole_of_the_city_is_measured_by_the_printed_total(as_, reviewer):
    """市本级 has no task in outreach, 三门 none in textbooks: the sum of the others is the document's 合计."""
    screen = Screen(as_(reviewer).get("/taizhou/progress/?period=2021Q4"))
    targets = {line[0]: line[1] for line in screen.tables[0][1:]}
    assert list(targets.values()) == ["200", "10,000", "100", "10", "1", "1"]
