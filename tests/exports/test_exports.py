"""Every export, on random returns: each figure in each file is the roll-up's, the dashboard's, the board's, the page's."""

import csv
import io
import random
import re
import tempfile
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal import clock
from portal.models import Membership, Tenant
from reporting.excel.listing import Listing
from reporting.excel.listing_workbook import write_listings
from reporting.exports.kinds import KINDS, MEDIA_TYPES, OFFERED, at_once, permission_for, why_not
from reporting.exports.listings import Spool
from reporting.exports.span import ExportSpan
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.filings import versions as filing_versions
from reporting.filings.sheet import bureau_line
from reporting.models import Line
from reporting.periods import actions as period_actions
from reporting.review import actions as review_actions
from reporting.rollup.rollup import RollUp, roll_up
from targets.queries import target_table

from ..factories import COLUMNS, accepted, membership, period, row, tenant
from ..screen import Screen
from ..selection import few

JUNE = datetime.fromisoformat("2022-06-20T09:00:00+08:00")
MARCH = datetime.fromisoformat("2022-03-21T09:00:00+08:00")
CLERKS = ["jiaojiang", "huangyan", "linhai", "yuhuan", "xianju", "taizhou-rtvu"]
POISONED = 'a\x0bb\ud800=HYPERLINK("http://x")'


@pytest.fixture(params=few(range(3), 1))
def filed(request, db) -> None:
    """Some tenants have filed for two periods, some for one, some for none."""
    chance = random.Random(request.param)
    for at, code in ((MARCH, "2022Q1"), (JUNE, "2022Q2")):
        with clock.frozen(at):
            for name in chance.sample(CLERKS, chance.randint(2, len(CLERKS))):
                accepted(membership(f"{name}-preparer"), *_rows(chance, name), code=code)


def _rows(chance: random.Random, name: str) -> list[dict]:
    return [
        row(f"{name}第{number}社区学校", sessions := chance.randint(0, 9), 31 * sessions,
            visits := chance.randint(0, 4), 17 * visits, *(chance.randint(0, 2) for _each in range(3)))
        for number in range(chance.randint(1, 4))
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def in_june():
    with clock.frozen(JUNE):
        yield


@pytest.fixture(params=[False, True], ids=["period", "year so far"])
def span(request, reviewer) -> ExportSpan:
    return ExportSpan(reviewer.tenant, period("2022Q2"), request.param)


def file_of(kind: str, span: ExportSpan, extension: str) -> bytes:
    file = io.BytesIO()
    name = at_once(KINDS[kind], span, extension, file)
    assert name.endswith(f".{extension}") and span.programme.name in name
    return file.getvalue()


def sheets(content: bytes) -> list[Worksheet]:
    return load_workbook(io.BytesIO(content)).worksheets


def records(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def from_heading(sheet: Worksheet, heading: str) -> list[list]:
    """The rows below the one that begins with the heading."""
    rows = [[cell.value for cell in each] for each in sheet.iter_rows()]
    start = next(number for number, each in enumerate(rows) if each[0] == heading)
    return rows[start + 1 :]


def rolled(span: ExportSpan) -> RollUp:
    return roll_up(span.programme, span.periods, under=span.under)


def page(as_, who: Membership, address: str) -> Screen:
    return Screen(as_(who).get(f"/taizhou/{address}"))


def number(text: str) -> int | None:
    return None if text == "—" else int(text.replace(",", ""))


# --- the figures


def test_the_statistics_table_says_what_the_roll_up_and_the_page_say(filed, span, as_, reviewer):
    found = rolled(span)
    expected = {bureau_line(each.tenant): [each.values[code] for code in COLUMNS] for each in found.rows}
    expected["合计"] = [found.total[code] for code in COLUMNS]
    [sheet, _told] = sheets(file_of("rollup", span, "xlsx"))
    written = {
        each[0]: each[1:8] for each in from_heading(sheet, "提供服务的单位") if each[1:8] != [None] * 7
    }
    assert written == {name: values for name, values in expected.items() if values != [None] * 7}
    [_heading, *lines] = records(file_of("rollup", span, "csv"))
    assert {each[0]: [int(value) if value else None for value in each[1:]] for each in lines} == expected
    shown = page(as_, reviewer, f"rollup/?period=2022Q2&cumulative={int(span.is_cumulative)}")
    for each in found.rows:
        [cells] = shown.rows(each.tenant.name)
        assert [number(text) for text in cells[2:]] == [each.values[code] for code in COLUMNS]


def test_the_zip_holds_what_the_roll_up_says_of_each(filed, span):
    found = rolled(span)
    with zipfile.ZipFile(io.BytesIO(file_of("attachments", span, "zip"))) as archive:
        assert archive.testzip() is None
        books = [sheets(archive.read(name))[0] for name in archive.namelist()]
    totals = {
        book.cell(5, 1).value: next(
            each for each in from_heading(book, "提供服务的单位") if each[0] == "合计"
        )[1:]
        for book in books
    }
    expected = {
        bureau_line(each.tenant): [each.values[code] for code in COLUMNS]
        for each in found.rows
        if each.values["videos"] is not None
    }
    assert totals == expected | {"台州市教育局（汇总）": [found.total[code] for code in COLUMNS]}


def test_the_completion_table_says_what_the_page_says(filed, span, as_, reviewer):
    [whole, each_tenant] = sheets(file_of("completion", span, "xlsx"))
    shown = page(as_, reviewer, "progress/?period=2022Q2")
    for name, target, actual, rate, remaining, label in from_heading(whole, "指标"):
        [line] = [line for line in shown.rows(name) if len(line) == 6]
        assert [target, actual, remaining] == [
            number(text) if text != "—" else "—" for text in (line[1], line[2], line[4])
        ]
        assert (in_percent(rate), label) == (
            line[3] if line[3] == "—" else Decimal(line[3].rstrip("%")),
            line[5],
        )
    heat = next(table for table in shown.tables if len(table) > 8 and len(table[0]) == 7)
    for cells in heat[1:]:
        [line] = [line for line in from_heading(each_tenant, "单位") if line[0] == cells[0]]
        for place, text in enumerate(cells[1:]):
            assert_same_cell(text, line[1 + 3 * place : 4 + 3 * place])
    assert len(whole._charts) == 1 and len(each_tenant._charts) == 6
    as_text = records(file_of("completion", span, "csv"))
    assert [len(line) for line in as_text] == [19] * len(as_text)
    assert [line[0] for line in as_text[1:]] == [
        line[0] for line in from_heading(each_tenant, "单位")[1 : len(as_text)]
    ]


def in_percent(rate: object) -> object:
    """What is not due and not there has none."""
    return rate if rate == "—" else Decimal(str(rate)) * 100


def assert_same_cell(text: str, triple: list) -> None:
    """A cell of the heat map, “94.5% 达序时 12 / 20” or “/ 3”, and its three columns."""
    words = text.split()
    target, actual, rate = triple
    if words[0] == "/":
        assert target == rate == "/" and str(actual) == (words[1].replace(",", "") if len(words) > 1 else "/")
    else:
        assert in_percent(rate) == (words[0] if words[0] == "—" else Decimal(words[0].rstrip("%")))
        found = re.search(r"([\d,]+|—) / ([\d,]+)$", text)
        assert found and [str(actual), str(target)] == [each.replace(",", "") for each in found.groups()]


def test_the_board_says_what_the_page_says(filed, span, as_, reviewer, administrator):
    for code in ("jiaojiang", "wenling"):  # one that has filed perhaps, one that has not
        until = period("2022Q2").due_at + timedelta(days=3)
        period_actions.extend(
            period("2022Q2"), tenant(code), due_at=until, reason="延期三天。", by=administrator
        )
    [sheet] = sheets(file_of("board", span, "xlsx"))
    shown = page(as_, reviewer, "board/?year=2022")
    [table] = [table for table in shown.tables if len(table) > 8]
    written = from_heading(sheet, "单位")
    assert sum("延至" in text for line in written for text in line) == 2
    assert len(written) == len(table) - 1
    for line, cells in zip(written, table[1:], strict=True):
        assert [plain(text) for text in line] == [plain(text) for text in cells]
    assert [plain(text) for line in records(file_of("board", span, "csv"))[1:] for text in line] == [
        plain(text) for line in written for text in line
    ]


def plain(text: str) -> str:
    return re.sub("[（），· ]", "", text)


def test_the_target_table_says_what_the_document_says(span, as_, reviewer):
    table = target_table(span.programme, 2022)
    expected = [[each.heading, *(cell.text for cell in each.cells), str(each.total)] for each in table.rows]
    [_heading, *lines] = records(file_of("targets", span, "csv"))
    assert lines == expected
    [sheet] = sheets(file_of("targets", span, "xlsx"))
    written = [
        ["" if cell.value is None else str(cell.value) for cell in each][1:]
        for each in sheet.iter_rows(min_row=4)
    ]
    assert written == expected
    shown = page(as_, reviewer, "targets/?year=2022")
    assert [line[-12:] for line in shown.tables[0][1:]] == expected


def test_the_lines_add_up_to_the_roll_up(filed, span):
    found = rolled(span)
    [sheet] = sheets(file_of("lines", span, "xlsx"))
    lines = from_heading(sheet, "报告期")
    for each in found.rows:
        own = [line[4:11] for line in lines if line[1] == each.tenant.code]
        sums = [sum(value for value in column if value != "/") for column in zip(*own, strict=True)]
        assert sums == ([each.values[code] for code in COLUMNS] if own else [])
    assert [[str(value) for value in line] for line in lines] == records(file_of("lines", span, "csv"))[1:]


def test_every_kind_in_every_format_is_walked(span):
    """A new kind without a line of its own above is still read and written here."""
    for kind in OFFERED.values():
        for extension in kind.formats:
            assert file_of(kind.code, span, extension)
            assert extension in MEDIA_TYPES


# --- one stored row must not break the export of all (B04), and nothing in it becomes a formula (B02)


@pytest.mark.parametrize(
    "name", [POISONED, "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_what_is_stored_breaks_no_export_and_becomes_no_formula(span, clerk, name, monkeypatch):
    with clock.frozen(JUNE):
        filing = accepted(clerk, code="2022Q2")
    stored = list(Line.objects.filter(version=filing.accepted))
    for each in stored:
        each.provider = name  # as if it had got past every check
    monkeypatch.setattr(filing_versions, "provider_lines", lambda versions: {filing.accepted_id: stored})
    own = ExportSpan(clerk.tenant, span.period, span.is_cumulative)
    for place, extension in (("A7", "xlsx"), ("A7", "zip")):
        content = file_of("attachments" if extension == "zip" else "rollup", own, extension)
        if extension == "zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = archive.read(archive.namelist()[0])
        cell = sheets(content)[0][place]
        assert cell.data_type == "s" and "\x0b" not in cell.value
        assert cell.quotePrefix == (name != POISONED)
    [_heading, line, _total] = records(file_of("rollup", own, "csv"))
    assert line[0].startswith("'") == (name != POISONED)


# --- who may have what


COUNTY, CITY = (
    {"jiaojiang-preparer", "jiaojiang-head"},
    {f"taizhou-education-{role}" for role in ("reviewer", "administrator", "observer")},
)


@pytest.mark.parametrize("username", sorted(COUNTY | CITY | {"jiaojiang-observer", "sh-eldercare-preparer"}))
def test_it_gives_the_figures_of_many_to_who_may_have_them(db, username):
    who = membership(username)
    allowed = {kind.code for kind in OFFERED.values() if why_not(kind, who) is None}
    everything = set(OFFERED)
    expected = {
        "jiaojiang-preparer": everything - {"attachments"},
        "jiaojiang-head": everything - {"attachments"},
        "sh-eldercare-preparer": {"targets"},
    }.get(username, everything)
    assert allowed == expected
    assert {permission_for(KINDS["targets"], who.tenant)} == {"view"}


# --- Shanghai, and what a county is given


def test_shanghai_is_exported_as_its_pages_say(db, as_, shanghai_reviewer):
    """Districts below a pillar, other indicators, two of them added up to a third."""
    chance, march = random.Random(8), datetime.fromisoformat("2021-03-25T09:00:00+08:00")
    with clock.frozen(march):
        for code in ("sh-bigdata", "sh-others", "sh-huangpu", "sh-xuhui"):
            filed_in_shanghai(code, chance.randint(1, 900_000), chance.randint(0, 90_000))
        span = ExportSpan(shanghai_reviewer.tenant, period("2021Q1", "shanghai"))
        found = rolled(span)
        sums = {each.code for each in found.indicators if each.sum_of}
        [_heading, *lines] = records(file_of("rollup", span, "csv"))
        shown = Screen(as_(shanghai_reviewer).get("/shanghai/rollup/?period=2021Q1"))
        for each in found.rows:
            [line] = [line for line in lines if line[0] == bureau_line(each.tenant)]
            typed = [value for code, value in each.values.items() if code not in sums]
            assert [int(value) if value else None for value in line[1:]] == typed
            [cells] = shown.rows(each.tenant.name)
            assert [number(text) for text in cells[-len(each.values) :]] == list(each.values.values())
        total = [value for code, value in found.total.items() if code not in sums]
        assert [int(value) for value in lines[-1][1:]] == total
        typed = [line[4:6] for line in from_heading(sheets(file_of("lines", span, "xlsx"))[0], "报告期")]
        assert sum(map(sum, typed)) == found.total["person_times"]
        [headline, together, *_more] = sheets(file_of("completion", span, "xlsx"))
        [told] = [line for line in from_heading(together, "指标") if line[2] == found.total["person_times"]]
        page_text = Screen(as_(shanghai_reviewer).get("/shanghai/progress/?period=2021Q1")).text
        assert f"{told[1]:,}" in page_text and f"{told[2]:,}" in page_text
        [first] = [line for line in from_heading(headline, "指标") if line[0] == told[0]]
        assert first[2] < told[2] and f"{first[2]:,}" in page_text  # what the module recorded stands first


def filed_in_shanghai(code: str, training: int, assistance: int) -> None:
    by = membership(f"{code}-preparer")
    values = {"training_attendances": str(training), "assistance_attendances": str(assistance)}
    typed = typed_return.Typed([{"provider": f"{code}（演示数据）", "values": values}])
    filing = filing_actions.file(
        by.tenant, period("2021Q1", "shanghai"), typed, by=by, explanation="已与签到表逐项核对。"
    )
    above = membership(f"{Tenant.objects.get_parent(by.tenant).code}-reviewer")
    review_actions.accept(filing, revision=filing.revision, by=above)


def test_a_county_is_given_its_own_providers_as_its_page_shows_them(filed, span, as_):
    for name in CLERKS:
        clerk = membership(f"{name}-preparer")
        own = ExportSpan(clerk.tenant, span.period, span.is_cumulative)
        [_heading, *lines] = records(file_of("rollup", own, "csv"))
        shown = page(as_, clerk, f"rollup/?period=2022Q2&cumulative={int(span.is_cumulative)}")
        on_page = {line[0]: line[1:] for line in shown.tables[0][1:]}
        assert {line[0]: line[1:] for line in lines} == {name: on_page[name] for name in on_page if name}


def test_the_assessment_says_what_the_page_says(filed, as_, reviewer):
    shown = page(as_, reviewer, "assessment/?through=2022Q2")
    client = as_(reviewer)
    address = "/taizhou/assessment/export/?through=2022Q2"
    [ranks, _told] = sheets(client.get(address).content)
    lines = records(client.get(f"{address}&format=csv").content)[1:-1]
    rows = [line for line in from_heading(ranks, "位次") if line[2] is not None]
    assert len(rows) == len(lines) == len(shown.tables[0]) - 1 > 8
    for cells, row_, line in zip(shown.tables[0][1:], rows, lines, strict=True):
        figures = [first(text) for text in cells[1:]]
        score = row_[2] if row_[2] == "—" else f"{row_[2]:.2f}"
        assert figures == [str(row_[0]), score, *map(as_rate, row_[3:])]
        assert figures == [line[0], line[3], *line[5::2]]


def first(text: str) -> str:
    """A figure without the explanation beside it: a rank, a score, a rate, “/”, or “—” while it is not due."""
    return re.match(r"/|—|[\d.]+(%|（并列）)?", text)[0]


def as_rate(value) -> str:
    return value if isinstance(value, str) else f"{value:.1f}%"


# --- long ones


def long_names(count: int) -> Listing:
    rows = ((f"第{number}" + "社区学校" * 20, number) for number in range(count))
    return Listing("明细", "明细", "", ("单位", "数"), Spool(rows))


def highest_memory(count: int) -> int:
    listing = long_names(count)
    with tempfile.TemporaryFile() as file:
        tracemalloc.start()
        write_listings([listing], file, lambda done: None)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


def test_ten_times_the_lines_take_no_more_memory():
    """bench/run files does it with 100,000."""
    highest_memory(10)  # what is imported and kept for good
    assert highest_memory(3000) < 1.2 * highest_memory(300)


def test_a_row_is_as_high_as_its_text():
    file = io.BytesIO()
    write_listings([long_names(3)], file, lambda done: None)
    heights = {number: row.height for number, row in sheets(file.getvalue())[0].row_dimensions.items()}
    assert [heights[number] > 60 for number in (4, 5, 6)] == [True] * 3


def test_two_tables_of_one_name_are_both_in_the_zip(span):
    """Two tenants may be called alike, and one that sums up its own may file for itself, too."""
    kind, file = KINDS["attachments"], io.BytesIO()
    found = kind.read(span)
    kind.formats["zip"]([*found, found[0]], span, file, lambda number: None)
    names = zipfile.ZipFile(file).namelist()
    assert len(names) == len(set(names)) == len(found) + 1


def test_a_year_without_targets_has_an_empty_table(span):
    file = io.BytesIO()
    empty = replace(target_table(span.programme, 2022), rows=[])
    KINDS["targets"].formats["xlsx"](empty, span, file, lambda number: None)
    assert load_workbook(file).active.max_row >= 1
