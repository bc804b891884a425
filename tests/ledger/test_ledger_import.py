"""Activities from a sheet: headings in any order, everything wrong at its cell, all of it or nothing, a sheet twice."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from portal.models import HistoryEntry
from reporting.models import Activity

from ..factories import ledger_user, membership
from ..live import zh
from ..screen import Screen

pytestmark = pytest.mark.django_db

SCHOOL = "海门街道社区学校"
IMPORT, TEMPLATE = reverse("activity-import"), reverse("activity-template")
HEADINGS = ["参加人次", "日期", "类型", "主办单位", "学时", "地点", "应用场景"]
COURSE = [41, "2022-03-05", "应用类短期培训", SCHOOL, 5, "文化礼堂（演示）", "扫码、缴费"]
VISIT = [3, "2022年3月6日", "入户", SCHOOL, None, None, None]


@pytest.fixture
def school(clerk):
    return ledger_user(clerk, SCHOOL)


def workbook(*rows: list, headings: list = HEADINGS) -> SimpleUploadedFile:
    book, written = Workbook(), io.BytesIO()
    for row in [headings, *rows]:
        book.active.append(row)
    book.save(written)
    return SimpleUploadedFile("活动清单.xlsx", written.getvalue())


def text(*rows: list, encoding: str = "utf-8") -> SimpleUploadedFile:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in [HEADINGS, *rows]]
    return SimpleUploadedFile("活动清单.csv", "\r\n".join(lines).encode(encoding))


def looked_at(client, file) -> Screen:
    answer = client.post(IMPORT, {"file": file})
    assert answer.status_code == 200, Screen(answer).text
    return Screen(answer)


def record(client, page: Screen, **also: str):
    return client.post(IMPORT, {"list": page.fields["list"], **also})


@pytest.mark.parametrize(
    "file", [workbook(COURSE, VISIT), text(COURSE, VISIT), text(COURSE, VISIT, encoding="gb18030")]
)
def test_a_list_is_looked_at_then_recorded(as_, clerk, school, file):
    file.seek(0)
    page = looked_at(as_(clerk), file)
    assert not Activity.objects.exists()
    assert "44" in page.text
    assert record(as_(clerk), page).status_code == 302
    found = Activity.objects.order_by("ends_on").values_list("kind", "attendances", "scenarios")
    assert list(found) == [("short_training", 41, ["scan", "payment"]), ("household", 3, [])]
    assert HistoryEntry.objects.filter(action="record_activity").count() == 2


def test_dates_of_the_program_and_several_sittings_in_a_cell_are_read(as_, clerk, school):
    one = [41, datetime.date(2022, 3, 5), "应用类短期培训", SCHOOL, 5, None, None]
    several = [20, "2022-03-05、2022-03-12", "应用类短期培训", SCHOOL, "2.5、2.5", None, None]
    record(as_(clerk), looked_at(as_(clerk), workbook(one, several)))
    found = Activity.objects.order_by("attendances").values_list("starts_on", "ends_on", "class_hours")
    days = [(str(first), str(last), str(hours)) for first, last, hours in found]
    assert days == [("2022-03-05", "2022-03-12", "5.0"), ("2022-03-05", "2022-03-05", "5.0")]


def test_everything_wrong_is_told_at_its_cell_and_nothing_is_recorded(as_, clerk, school):
    wrong = ["四十", "2022-02-30", "舞会", "某校（演示）", "五", None, "跳舞"]
    answer = as_(clerk).post(IMPORT, {"file": workbook(COURSE, wrong)})
    page = Screen(answer)
    assert answer.status_code == 422
    assert {line[0] for line in page.tables[0][1:]} == {"A3", "B3", "C3", "D3", "E3", "G3"}
    assert "四十" in page.text
    assert not Activity.objects.exists()


def test_class_hours_are_asked_where_the_kind_needs_them(as_, clerk, school):
    wrong = [*COURSE[:4], "五", *COURSE[5:]]
    page = Screen(as_(clerk).post(IMPORT, {"file": workbook(wrong)}))
    assert [line[0] for line in page.tables[0][1:]] == ["E2"]
    assert "五" in page.text


def test_a_formula_and_merged_cells_are_told_at_their_cells(as_, clerk, school):
    book, written = Workbook(), io.BytesIO()
    for row in [HEADINGS, ["=40+1", *COURSE[1:]], COURSE]:
        book.active.append(row)
    book.active["F3"] = None
    book.active.merge_cells("F2:F3")
    book.save(written)
    page = Screen(as_(clerk).post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", written.getvalue())}))
    assert {"A2", "F2"} <= {line[0] for line in page.tables[0][1:]}
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    "file",
    [
        workbook(COURSE[:3], headings=HEADINGS[:3]),
        workbook([*COURSE, 41], headings=[*HEADINGS, "参加人次"]),
        workbook(),
        SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no workbook"),
        SimpleUploadedFile("a.pdf", b"%PDF-1.4"),
        SimpleUploadedFile("a.csv", "无关的文字\r\n一,二".encode()),
    ],
)
def test_what_is_no_such_list_is_refused_with_what_to_do(as_, clerk, school, file):
    file.seek(0)
    answer = as_(clerk).post(IMPORT, {"file": file})
    assert answer.status_code == 422
    assert len(Screen(answer).tables[0]) == 2


def test_the_same_sheet_twice_is_told_and_left_out(as_, clerk, school):
    client = as_(clerk)
    record(client, looked_at(client, workbook(COURSE, VISIT)))
    page = looked_at(client, workbook(COURSE, VISIT))
    assert zh("there already") in page.text
    assert record(client, page).status_code == 409
    assert Activity.objects.count() == 2
    more = looked_at(client, workbook(COURSE, VISIT, [7, *VISIT[1:]]))
    assert record(client, more).status_code == 302
    assert Activity.objects.count() == 3
    assert record(client, page, repeated="1").status_code == 302
    assert Activity.objects.count() == 5


def test_a_list_that_was_looked_at_is_that_persons_alone(as_, clerk, head, neighbour, school):
    page = looked_at(as_(clerk), workbook(COURSE))
    for who in (head, neighbour):
        assert record(as_(who), page).status_code == 409
    assert as_(clerk).post(IMPORT, {"list": page.fields["list"] + "x"}).status_code == 409
    assert not Activity.objects.exists()


def test_what_became_wrong_meanwhile_records_nothing(as_, clerk, school):
    page = looked_at(as_(clerk), workbook(COURSE, VISIT))
    school.refresh_from_db()
    type(school).objects.filter(pk=school.pk).update(key="another", name="别名（演示）", aliases=[])
    assert record(as_(clerk), page).status_code == 422
    assert not Activity.objects.exists()


def test_the_template_is_read_back(as_, clerk, school):
    client = as_(clerk)
    book = load_workbook(io.BytesIO(client.get(TEMPLATE).content))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    assert set(HEADINGS) <= set(at)
    for heading, value in zip(HEADINGS, COURSE, strict=True):
        sheet.cell(2, at[heading], value)
    written = io.BytesIO()
    book.save(written)
    assert (
        record(client, looked_at(client, SimpleUploadedFile("a.xlsx", written.getvalue()))).status_code == 302
    )
    assert SCHOOL in [cell.value for row in book.worksheets[1].iter_rows() for cell in row]


def test_shanghai_reads_its_own_words(as_, db):
    by = membership("sh-huangpu-preparer")
    ledger_user(by, "黄浦社区学校（演示）", "2021Q4", "shanghai")
    row = [12, "2021-03-05", "帮办", "黄浦社区学校（演示）", None, None, None]
    assert record(as_(by), looked_at(as_(by), workbook(row))).status_code == 302
    assert Activity.objects.get().kind == "assistance"
