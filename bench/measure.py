"""How much does the portal add to the bare work? Pages against their SQL, filing against its transaction,
the official attachment against a bare writer of the same cells. Ratios of medians, measured in turns in one run."""

import io
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import django
from django.db import connection, transaction
from django.test import Client
from django.utils.http import urlencode
from openpyxl import Workbook, load_workbook

from portal import clock
from portal.models import Membership
from reporting.demonstration import year as demonstration_year
from reporting.excel.attachment import Attachment
from reporting.excel.export import write_attachment
from reporting.filings import actions as filing_actions
from reporting.filings import typed_return
from reporting.models import Filing
from reporting.official_table.sheets import rollup_sheet, tenant_sheet
from reporting.rollup.rollup import roll_up
from targets.models import Period, Programme

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
WARM_UP = 5
LINES = 20
Statement = tuple[str, tuple | None]


@dataclass(frozen=True)
class Result:
    """Medians in milliseconds; `note` says what was measured."""

    name: str
    ours: float
    bare: float
    note: str


def main() -> None:
    if not demonstration_year.is_loaded():
        if demonstration_year.has_real_accounts():
            sys.exit("bench: this database has accounts of real people; name an empty one")
        demonstration_year.load()
    with clock.frozen(demonstration_year.STARTS_AT):
        results = [*pages(), *filing(), *attachments()]
    print(machine())
    print(f"{'':<40}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}  what")
    for each in results:
        ratio = each.ours / each.bare
        print(f"{each.name:<40}{each.ours:>10.2f}{each.bare:>10.2f}{ratio:>8.1f}  {each.note}")


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        version = cursor.fetchone()[0]
    return (
        f"{connection.display_name} {version}, Python {platform.python_version()}, Django {django.__version__}, "
        f"{platform.machine()}, {os.cpu_count()} cores; medians of {ROUNDS} in turns, ours and bare by turns"
    )


def in_turns(ours: Callable[[], float], bare: Callable[[], float]) -> tuple[float, float]:
    """The medians of two measurements, each of which gives milliseconds, made one after the other."""
    for _round in range(WARM_UP):
        ours(), bare()
    pairs = [(ours(), bare()) for _round in range(ROUNDS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def captured(work: Callable[[], object]) -> list[Statement]:
    """The statements that the work executes, with their parameters."""
    statements: list[Statement] = []

    def note(execute, sql, params, many, context):
        if many:
            raise RuntimeError("executemany is not replayed")
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return statements


def signed_in(username: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Membership.objects.get(user__username=username).user)
    return client


# --- pages against their statements


def pages() -> list[Result]:
    """The city's statistics table and its progress, the whole year 2021."""
    browser = signed_in("taizhou-education-reviewer")
    return [
        page(browser, "汇总表 (statistics table), city, year", "/taizhou/rollup/?period=2021Q4&cumulative=1"),
        page(browser, "任务与完成 (progress), city, year", "/taizhou/progress/?period=2021Q4"),
    ]


def page(browser: Client, name: str, address: str) -> Result:
    def view() -> None:
        if browser.get(address).status_code != 200:
            raise RuntimeError(address)

    statements = captured(view)

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
                cursor.fetchall()

    ours, alone = in_turns(lambda: timed(view), lambda: timed(bare))
    return Result(name, ours, alone, f"whole view / its {len(statements)} statements")


# --- filing against its transaction


class Draft:
    """A return of 20 rows, put back to where it was before each request and each replay."""

    def __init__(self) -> None:
        self.clerk = Membership.objects.select_related("user", "tenant").get(
            user__username="jiaojiang-preparer"
        )
        quarter = Period.objects.select_related("programme").get(programme__code="taizhou", code="2022Q1")
        self.filing = filing_actions.start(self.clerk.tenant, quarter, by=self.clerk)
        columns = [each.code for each in quarter.programme.indicators.all() if not each.sum_of]
        figures = ["1", "30", "1", "15", *["0"] * (len(columns) - 4)]
        rows = [
            {"provider": f"椒江第{number}社区学校", "values": dict(zip(columns, figures, strict=True))}
            for number in range(1, LINES + 1)
        ]
        self.posted = {"preparer": "甲（演示）", "head": "乙（演示）", "telephone": "演示号码 0000"}
        typed = typed_return.Typed(rows=rows, **self.posted)
        filing_actions.save_draft(self.filing, typed, revision=self.filing.revision, by=self.clerk)
        for number, row in enumerate(rows, start=1):
            self.posted[f"row-{number}-provider"] = row["provider"]
            self.posted |= {f"row-{number}-{code}": value for code, value in row["values"].items()}
        self.posted["revision"] = "1"
        self.browser = signed_in("jiaojiang-preparer")

    def put_back(self) -> None:
        versions = [*self.filing.versions.all()]
        Filing.objects.filter(pk=self.filing.pk).update(
            status="draft", revision=1, latest=None, first_submitted_at=None, first_due_at=None
        )
        for version in versions:
            version.totals.all().delete()
            version.lines.all().delete()
            version.delete()

    def save(self) -> None:
        self._post("edit/", {**self.posted, "do": "save"}, "edit/")

    def submit(self) -> None:
        self._post("submit/", {"revision": "1"}, "/versions/")

    def _post(self, page: str, posted: dict, leads_to: str) -> None:
        form = "application/x-www-form-urlencoded"  # what a browser sends
        address = f"{self.filing.get_absolute_url()}{page}"
        response = self.browser.post(address, urlencode(posted), content_type=form)
        if response.status_code != 302 or leads_to not in response["Location"]:
            raise RuntimeError(f"{page}: {response.status_code}")


def filing() -> list[Result]:
    draft = Draft()
    far_numbers()
    return [
        posting(draft, draft.save, f"POST do=save, {LINES} rows"),
        posting(draft, draft.submit, f"POST submit, {LINES} rows"),
    ]


def posting(draft: Draft, request: Callable[[], None], name: str) -> Result:
    draft.put_back()
    statements = [each for each in captured(request) if each[0].startswith(("INSERT", "UPDATE", "DELETE"))]
    made = {each.pk for each in draft.filing.versions.all()}

    def ours() -> float:
        draft.put_back()
        return timed(request)

    def bare() -> float:
        draft.put_back()
        return timed(lambda: replay(statements, made))

    return Result(
        name, *in_turns(ours, bare), f"whole request / its {len(statements)} writes in a transaction"
    )


def replay(statements: list[Statement], made: set[int]) -> None:
    """The writes in one transaction. The version's number is a new one: what names the old one follows it."""
    number = None

    def following(value: object) -> object:
        if isinstance(value, list):  # a column of many rows
            return [following(each) for each in value]
        return number if number and isinstance(value, int) and value in made else value

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, following(list(params)))
            if sql.startswith('INSERT INTO "reporting_version" '):
                number = cursor.fetchone()[0]


def far_numbers() -> None:
    """Numbers of versions from 900,000 on, so that no figure is taken for one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_sequence SET seq = 900000 WHERE name = 'reporting_version'")
        else:
            cursor.execute("ALTER TABLE reporting_version ALTER COLUMN id RESTART WITH 900000")


# --- the official attachment against a bare writer


def attachments() -> list[Result]:
    programme = Programme.objects.select_related("lead").get(code="taizhou")
    year = list(Period.objects.filter(programme=programme, year=2021).select_related("programme"))
    county = Membership.objects.get(user__username="linhai-preparer").tenant
    return [
        *attachment("city, year", rollup_sheet(roll_up(programme, year, under=programme.lead))),
        *attachment("county, year", tenant_sheet(county, year)),
    ]


def attachment(name: str, sheet: Attachment) -> list[Result]:
    pattern = Pattern(load_workbook(io.BytesIO(write_attachment(sheet))))
    results = []
    for styled in (False, True):
        ours, bare = in_turns(
            lambda: timed(lambda: write_attachment(sheet)),
            lambda styled=styled: timed(lambda: pattern.write(styled=styled)),
        )
        against = "the same styles, merges and sizes" if styled else "no styles"
        note = f"{len(pattern.cells)} cells / bare openpyxl, {against}"
        results.append(Result(f"attachment, {name}", ours, bare, note))
    return results


class Pattern:
    """What stands in a workbook, ready to be written again with openpyxl alone."""

    def __init__(self, workbook: Workbook) -> None:
        self.sheets = workbook.worksheets
        self.cells = [cell for sheet in self.sheets for row in sheet for cell in row if cell.has_style]
        self.styles = {
            cell.style_id: (copy(cell.font), copy(cell.alignment), copy(cell.border)) for cell in self.cells
        }

    def write(self, *, styled: bool) -> bytes:
        workbook = Workbook()
        workbook.remove(workbook.active)
        made = {sheet.title: workbook.create_sheet(sheet.title) for sheet in self.sheets}
        for cell in self.cells:
            written = made[cell.parent.title].cell(cell.row, cell.column, cell.value)
            if styled:
                written.font, written.alignment, written.border = self.styles[cell.style_id]
        for sheet in self.sheets if styled else ():
            for merged in sheet.merged_cells.ranges:
                made[sheet.title].merge_cells(str(merged))
            for row, size in sheet.row_dimensions.items():
                made[sheet.title].row_dimensions[row].height = size.height
            for column, size in sheet.column_dimensions.items():
                made[sheet.title].column_dimensions[column].width = size.width
        saved = io.BytesIO()
        workbook.save(saved)
        return saved.getvalue()
