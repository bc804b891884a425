"""What do workbooks cost? One attachment, 2,844 in a zip, 2,844 read in, 100,000 lines: each beside the bare work.

bench/run files [one] [zip] [read] [job] [memory]. Milliseconds of one core's work (not of the clock on the wall: other
work on the machine does not count), that of child processes with it; ours and bare by turns where it is short.
BENCH_FILES: how many workbooks; BENCH_READ: how many of them are read in.
"""

import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils import timezone
from openpyxl import Workbook, load_workbook

from portal.models import Tenant, User
from reporting.excel.attachment import Attachment, AttachmentRow
from reporting.excel.batch import write_quickly
from reporting.excel.export import write_attachment
from reporting.excel.importing import read_attachment
from reporting.excel.listing import Listing
from reporting.excel.listing_workbook import write_listings
from reporting.excel.separated_values import write_csv
from reporting.excel.subprocess_reader import read_in_subprocess
from reporting.exports.kinds import KINDS
from reporting.exports.listings import Spool
from reporting.exports.span import ExportSpan
from reporting.filings.sheet import columns_of
from reporting.models import Filing, Line, Total, Version
from targets.models import Period, Programme, ReportingDuty

from .measure import Pattern, in_turns, machine

COUNTIES = int(os.environ.get("BENCH_FILES", "2844"))
READ = int(os.environ.get("BENCH_READ", str(COUNTIES)))
LINES = (1_000, 10_000, 100_000)
TOLD = tuple((f"D{number} 口径", "平台口径说明，不是文件原文；" * 3) for number in range(1, 20))


def main() -> None:
    print(machine())
    sheets = list(counties())
    print(f"{'milliseconds':<44}{'ours':>10}{'bare':>10}{'ratio':>8}")
    for name, part in PARTS.items():
        if name in sys.argv[1:] or not sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                part(sheets, Path(folder))


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of work of this process and of those that it started and that have ended."""
    began = _worked()
    work()
    return (_worked() - began) * 1000


def _worked() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def say(name: str, ours: float, bare: float, note: str) -> None:
    print(f"{name:<44}{ours:>10.1f}{bare:>10.1f}{ours / bare:>8.2f}  {note}", flush=True)


def counties() -> Iterator[Attachment]:
    """A return of five to ten providers each, with the definitions on the sheet 说明."""
    chance = random.Random(7)  # noqa: S311 -- the same figures in every run
    programme = Programme.objects.get(code="taizhou")
    columns = columns_of(programme.pk)
    for number in range(1, COUNTIES + 1):
        rows = tuple(
            AttachmentRow(
                f"第{number}县第{place}社区学校（演示数据）",
                tuple(chance.randint(0, 99) for _column in columns),
            )
            for place in range(chance.randint(5, 10))
        )
        total = tuple(sum(row.values[place] for row in rows) for place in range(len(columns)))
        yield Attachment(
            programme.layout, "2021年第四季度", f"第{number}县教育局", columns, rows, total, provenance=TOLD
        )


# --- writing


def one_attachment(sheets: list[Attachment], folder: Path) -> None:
    sheet = sheets[0]
    pattern = Pattern(load_workbook(io.BytesIO(write_attachment(sheet))))
    for styled, against in (
        (True, "bare openpyxl, the same cells and styles"),
        (False, "bare openpyxl, the same cells, no styles"),
    ):
        for name, write in (
            ("drawn by openpyxl", write_attachment),
            ("a prepared sheet filled", write_quickly),
        ):
            ours, bare = in_turns(
                lambda write=write: timed(lambda: write(sheet)),
                lambda styled=styled: timed(lambda: pattern.write(styled=styled)),
            )
            say(f"one attachment, {name}", ours, bare, against)


def zip_of_all(sheets: list[Attachment], folder: Path) -> None:
    def ours() -> None:
        with (folder / "ours.zip").open("wb") as file:
            KINDS["attachments"].formats["zip"](sheets, None, file, lambda done: None)

    def bare() -> None:
        with zipfile.ZipFile(folder / "bare.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for number, sheet in enumerate(sheets):
                archive.writestr(f"{number}.xlsx", bare_workbook(sheet))

    say(
        f"zip of {len(sheets)} attachments",
        timed(ours),
        timed(bare),
        "bare openpyxl: the official sheet's values alone, no styles",
    )


def bare_workbook(sheet: Attachment) -> bytes:
    workbook = Workbook()
    page = workbook.active
    for line in (*sheet.layout["title_lines"], sheet.period_line, sheet.bureau_line):
        page.append([line])
    page.append(list(sheet.headings))
    for row in sheet.rows:
        page.append([row.label, *row.values])
    page.append([sheet.layout["total_label"], *sheet.total])
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


# --- reading


def read_all(sheets: list[Attachment], folder: Path) -> None:
    files = []
    for number, sheet in enumerate(sheets[:READ]):
        files.append(folder / f"{number:05}.xlsx")
        files[-1].write_bytes(write_quickly(sheet))
    layout, columns = sheets[0].layout, sheets[0].columns

    def ours(read: Callable) -> Callable[[], None]:
        def read_them() -> None:
            for each in files:
                if problems := read(each.read_bytes(), layout, columns).problems:
                    raise RuntimeError(each, problems)

        return read_them

    def openpyxl_alone() -> None:
        for each in files:
            for sheet in load_workbook(each):
                for _values in sheet.iter_rows(values_only=True):
                    pass

    bare = {"openpyxl alone, both sheets, values only": timed(openpyxl_alone)}
    if "PANDAS_FOLDER" in os.environ:
        command = [sys.executable, "-m", "bench.pandas_reading", str(folder)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 -- our own
        bare[f"pandas {told[2]} read_excel, the official sheet"] = float(told[0])
    for how, read in (("", read_attachment), (", a process each", read_in_subprocess)):
        took = timed(ours(read))
        for against, milliseconds in bare.items():
            say(f"{len(files)} filled files read in{how}", took, milliseconds, against)


# --- a whole export, from the rows of the database to the zip


def whole_job(sheets: list[Attachment], folder: Path) -> None:
    period = fill_database(len(sheets))
    span = ExportSpan(period.programme.lead, period)
    contents: list[Attachment] = []
    read = timed(lambda: contents.extend(KINDS["attachments"].read(span)))
    with tempfile.TemporaryFile() as file:
        written = timed(lambda: KINDS["attachments"].formats["zip"](contents, span, file, lambda done: None))
    print(
        f"a whole export from the database: {len(contents)} workbooks, read in {read:.0f} ms, written in {written:.0f} ms"
    )


def fill_database(count: int) -> Period:
    """As many counties with an accepted return each, as rows: this database is thrown away."""
    period = Period.objects.select_related("programme__lead").get(programme__code="taizhou", code="2021Q4")
    Filing.objects.filter(period=period).update(accepted=None)
    lead, by = period.programme.lead, User.objects.first() or User.objects.create(username="bench")
    tenants = [
        Tenant(path=f"{lead.path}{number + 46656:0>4X}"[-4 - len(lead.path) :], depth=2, code=f"county-{number}", name=f"第{number}县教育局",
               short_name=f"第{number}县", kind="county_bureau")
        for number in range(count)
    ]  # fmt: skip
    tenants = Tenant.objects.bulk_create(tenants)
    ReportingDuty.objects.bulk_create(
        ReportingDuty(programme=period.programme, tenant=each, duty="required") for each in tenants
    )
    at = timezone.now()
    filings = Filing.objects.bulk_create(Filing(tenant=each, period=period) for each in tenants)
    versions = Version.objects.bulk_create(
        Version(
            filing=each,
            tenant=each.tenant,
            number=1,
            submitted_at=at,
            submitted_by=by,
            receipt_number=f"r{each.pk}",
        )
        for each in filings
    )
    codes = [each.code for each in columns_of(period.programme_id)]
    lines = [
        Line(
            version=each,
            tenant=each.tenant,
            position=place,
            provider=f"第{place}社区学校",
            provider_key=str(place),
            values=dict.fromkeys(codes, place),
        )
        for each in versions
        for place in range(1, 9)
    ]
    Line.objects.bulk_create(lines, batch_size=2000)
    Total.objects.bulk_create(
        [
            Total(version=each, tenant=each.tenant, indicator=code, value=36)
            for each in versions
            for code in codes
        ],
        batch_size=2000,
    )
    for filing, version in zip(filings, versions, strict=True):
        filing.status, filing.latest, filing.accepted, filing.first_submitted_at = (
            "accepted",
            version,
            version,
            at,
        )
    Filing.objects.bulk_update(
        filings, ["status", "latest", "accepted", "first_submitted_at"], batch_size=500
    )
    return period


# --- memory


def memory(sheets: list[Attachment], folder: Path) -> None:
    for name, write in (
        ("xlsx", lambda rows, file: write_listings([rows], file, lambda done: None)),
        ("csv", lambda rows, file: write_csv(rows, file, lambda done: None)),
    ):
        peaks = [in_a_child(lambda count=count, write=write: write_lines(count, write)) for count in LINES]
        told = ", ".join(
            f"{count:,} lines {peak:.0f} MB in {seconds:.1f} s"
            for count, (peak, seconds) in zip(LINES, peaks, strict=True)
        )
        print(f"highest memory, lines to {name}: {told}", flush=True)


def write_lines(count: int, write: Callable) -> None:
    made = (
        [
            f"2021年第{number % 4}季度",
            "county",
            "某县教育局",
            f"第{number}社区学校（演示数据）",
            *range(7),
            1,
            "r",
        ]
        for number in range(count)
    )
    headings = tuple(map(str, range(13)))
    with tempfile.TemporaryFile() as file:
        write(Listing("明细", "明细", "演示数据", headings, Spool(made), texts=(2, 3)), file)


def in_a_child(work: Callable[[], None]) -> tuple[float, float]:
    """Highest resident memory in MB, and seconds of work, of a process of its own."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        took = timed(work) / 1000
        os.write(writing, f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024} {took}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    peak, seconds = map(float, os.read(reading, 64).split())
    os.close(reading)
    os.close(writing)
    return peak, seconds


PARTS = {"one": one_attachment, "zip": zip_of_all, "read": read_all, "job": whole_job, "memory": memory}
