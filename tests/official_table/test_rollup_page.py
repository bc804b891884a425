"""The statistics table: the page, roll_up() and the workbook show the same figures."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from portal import clock
from portal.models import Tenant
from reporting.filings.sheet import bureau_line
from reporting.rollup.rollup import RollUp, roll_up
from targets.models import Period

from ..factories import accepted, membership, nil, period, row, submitted, tenant
from ..screen import Screen

PAGE, FILE = reverse("rollup", args=["taizhou"]), reverse("rollup-attachment", args=["taizhou"])
SHANGHAI = reverse("rollup", args=["shanghai"])


def periods_of(code: str, programme="taizhou", *, cumulative: bool) -> list[Period]:
    last = period(code, programme)
    return list(
        last.programme.periods.filter(year=last.year, number__lte=last.number) if cumulative else [last]
    )


def rolled(query: str, under: Tenant) -> RollUp:
    code = query.split("period=")[1][:6]
    periods = periods_of(code, cumulative="cumulative=1" in query)
    return roll_up(
        periods[0].programme, periods, under=under, include_submitted="include_submitted=1" in query
    )


def figure(text: str) -> int | None:
    return None if text == "—" else int(text.replace(",", ""))


def on_page(screen: Screen, name: str) -> list[int | None]:
    [found] = [line for table in screen.tables for line in table if line and line[0].startswith(name)]
    return [figure(cell) for cell in found[-7:]]


def in_workbook(content: bytes) -> dict[str, list]:
    """{first cell: the seven figures} of every row."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return {str(line[0]).strip(): list(line[1:8]) for line in sheet.iter_rows(values_only=True) if line[0]}


SPANS = [
    "period=2021Q1",
    "period=2021Q2",
    "period=2021Q4",
    "period=2021Q3&cumulative=1",
    "period=2021Q4&cumulative=1",
    "period=2021Q4&cumulative=1&include_submitted=1",
    "period=2022Q1",
]


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("query", SPANS)
def test_it_shows_what_the_roll_up_and_the_workbook_say(as_, reviewer, query):
    expected = rolled(query, reviewer.tenant)
    codes = [each.code for each in expected.indicators]
    screen = Screen(as_(reviewer).get(f"{PAGE}?{query}"))
    book = in_workbook(as_(reviewer).get(f"{FILE}?{query}").content)
    assert len(expected.rows) >= 10
    for each in expected.rows:
        values = [each.values[code] for code in codes]
        assert on_page(screen, each.tenant.name) == values == book[bureau_line(each.tenant)]
    total = [expected.total[code] for code in codes]
    assert on_page(screen, "合计") == total == book["合计"]
    assert [expected.subtotal[code] for code in codes] in [
        [figure(cell) for cell in line[-7:]] for line in screen.tables[-1][-2:] if line
    ]


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("query", SPANS[:5])
def test_it_shows_a_county_its_providers_as_the_workbook_does(as_, query):
    clerk = membership("linhai-preparer")
    expected = rolled(query, clerk.tenant).rows[0].values
    screen = Screen(as_(clerk).get(f"{PAGE}?{query}"))
    book = in_workbook(as_(clerk).get(f"{FILE}?{query}").content)
    providers = {line[0]: line[1:] for line in screen.tables[0][1:] if line[0]}
    assert len(providers) >= 2
    total = [expected[code] or 0 for code in expected]
    assert [int(value) for value in providers["合计"]] == total == book["合计"]
    assert {name: list(map(str, book[name])) for name in providers} == providers


@pytest.mark.usefixtures("year")
def test_it_reaches_the_printed_task_of_2021(as_, reviewer):
    """The demonstration year's 合计, added up by hand from the accepted returns' lines."""
    expected = rolled("period=2021Q4&cumulative=1", reviewer.tenant)
    parts = [rolled(f"period=2021Q{number}", reviewer.tenant).total for number in range(1, 5)]
    summed = {code: sum(part[code] for part in parts) for code in expected.total}
    assert expected.total == summed
    assert summed["training_attendances"] > 0


@pytest.mark.usefixtures("year")
def test_it_computes_shanghais_sum_and_prints_it(as_, shanghai_reviewer):
    periods = periods_of("2021Q3", "shanghai", cumulative=True)
    expected = roll_up(periods[0].programme, periods, under=shanghai_reviewer.tenant)
    screen = Screen(as_(shanghai_reviewer).get(f"{SHANGHAI}?period=2021Q3&cumulative=1"))
    sums = [each.code for each in expected.indicators if each.sum_of]
    assert sums
    printed = next(line for line in screen.tables[-1] if line and line[0] == "合计")
    assert [figure(cell) for cell in printed[-len(expected.indicators) :]] == list(expected.total.values())


def test_it_shows_a_dash_where_nothing_is_filed_and_0_for_nil(as_, clerk, neighbour, reviewer):
    accepted(clerk)
    done = nil(neighbour)
    as_(reviewer).post(reverse("filing-accept", args=[done.public_id]), {"revision": done.revision})
    screen = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1"))
    assert on_page(screen, clerk.tenant.name) == [1, 41, 1, 18, 0, 0, 0]
    assert on_page(screen, neighbour.tenant.name) == [0] * 7
    assert on_page(screen, tenant("luqiao").name) == [None] * 7


def test_it_leaves_out_what_nobody_reviewed_and_says_so(as_, clerk, reviewer):
    submitted(clerk)
    plain = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1"))
    wider = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1&include_submitted=1"))
    assert on_page(plain, clerk.tenant.name) == [None] * 7
    assert on_page(wider, clerk.tenant.name) == [1, 41, 1, 18, 0, 0, 0]
    assert warnings(plain) != warnings(wider)
    assert "1" in warnings(plain)[0]


def warnings(screen: Screen) -> list[str]:
    """What stands between the form and the table."""
    return [text for text in screen.items if text][-2:]


def test_it_keeps_the_accepted_version_while_a_correction_waits(as_, clerk, reviewer):
    filing = accepted(clerk, row("洪家街道成校", 1, 51))
    client = as_(clerk)
    client.post(
        reverse("filing-correct", args=[filing.public_id]),
        {"revision": filing.revision, "reason": "漏计一场。"},
    )
    submitted(clerk, row("洪家街道成校", 2, 99))
    shown = {
        query: on_page(Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1{query}")), clerk.tenant.name)[:2]
        for query in ("", "&include_submitted=1")
    }
    assert shown == {"": [1, 51], "&include_submitted=1": [2, 99]}


def test_it_names_who_is_missing_and_counts_them(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour)
    with clock.frozen(period().due_at):
        expected = rolled("period=2022Q1", reviewer.tenant)
        text = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1")).text
        book = in_workbook(as_(reviewer).get(f"{FILE}?period=2022Q1").content)
    missing = "、".join(each.name for each in expected.missing)
    assert (expected.expected, expected.filed, len(expected.missing)) == (10, 2, 8)
    assert missing in text
    assert clerk.tenant.name not in missing and neighbour.tenant.name not in missing
    assert f"注：应报10家，实报2家，未报：{missing}。" in book


def test_before_the_due_day_it_names_who_is_awaited_and_nobody_as_missing(as_, clerk, neighbour, reviewer):
    accepted(clerk), submitted(neighbour)
    expected = rolled("period=2022Q1", reviewer.tenant)
    awaited = "、".join(each.name for each in expected.pending)
    assert (expected.filed, len(expected.pending), expected.missing) == (2, 8, ())
    text = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1")).text
    assert awaited in text and "未报：" not in text
    book = in_workbook(as_(reviewer).get(f"{FILE}?period=2022Q1").content)
    assert f"注：应报10家，实报2家，尚未到期，待报：{awaited}。" in book


def test_it_keeps_the_span_in_the_address_of_the_workbook_and_of_each_tenant(as_, clerk, reviewer):
    accepted(clerk)
    screen = Screen(as_(reviewer).get(f"{PAGE}?period=2022Q1&cumulative=1&include_submitted=1"))
    span = "period=2022Q1&cumulative=1&include_submitted=1&tenant="
    addresses = [link.href for link in screen.links]
    assert f"{FILE}?{span}taizhou-education" in addresses
    assert f"{PAGE}?{span}jiaojiang" in addresses
    below = Screen(as_(reviewer).get(f"{PAGE}?{span}jiaojiang"))
    assert f"{PAGE}?{span}taizhou-education" in [link.href for link in below.links]
    assert below.rows("椒江社区学院") == [["椒江社区学院", "1", "41", "1", "18", "0", "0", "0"]]
