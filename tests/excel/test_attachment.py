"""The official attachment: what it says, and the workbook cell by cell."""

import io
import json
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporting.excel.attachment import Attachment, AttachmentColumn, AttachmentRow, pad
from reporting.excel.export import write_attachment

FIXTURE = json.loads((Path(__file__).parents[2] / "fixtures" / "taizhou.json").read_text(encoding="utf-8"))
LAYOUT = next(each["fields"]["layout"] for each in FIXTURE if each["model"] == "targets.programme")
COLUMNS = tuple(
    AttachmentColumn(each["code"], each["attachment_heading"], each["name"], each["unit"])
    for each in (entry["fields"] for entry in FIXTURE if entry["model"] == "targets.indicator")
)

ONE_TENANT = Attachment(
    layout=LAYOUT,
    period_line="2021年第一季度",
    bureau_line="椒江区教育局",
    columns=COLUMNS,
    rows=(
        AttachmentRow("椒江区社区学院", (1, 41, 0, 0, 0, 0, 0)),
        AttachmentRow("沚水垟社区学校", (1, 51, None, None, 0, "/", 0)),
    ),
    total=(2, 92, 0, 0, 0, 0, 0),
    provenance=(("版本", "第2版"), ("口径说明", "平台口径，非文件原文。")),
)
CITY = replace(
    ONE_TENANT,
    period_line="2021年第一至第三季度（累计）",
    bureau_line=LAYOUT["summary_bureau_line"],
    rows=tuple(
        AttachmentRow(name, (3, 150, 1, 18, 0, 0, 0))
        for name in ("椒江", "黄岩", "路桥", "临海", "温岭", "天台")
    ),
    total=(18, 900, 6, 108, 0, 0, 0),
    note="注：应报7家，实报6家，未报：玉环市教育局。",
)
NO_VALUES = (None,) * 7


def opened(attachment: Attachment) -> Worksheet:
    return load_workbook(io.BytesIO(write_attachment(attachment)))[LAYOUT["sheet_name"]]


def values(sheet: Worksheet) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


# --- what it says


def test_it_pads_to_the_rows_of_the_form():
    row = AttachmentRow("椒江区社区学院", (1, 41))
    assert pad((row,), 2, 3) == (row, AttachmentRow("", (None, None)), AttachmentRow("", (None, None)))
    assert pad((row, row), 2, 1) == (row, row)


def test_it_is_as_wide_as_the_provider_and_the_indicators():
    assert ONE_TENANT.width == 8


def test_it_is_named_as_the_document_names_it():
    name = "台州市老年人智能技术日常应用普及行动进展情况统计表（2021年第一季度）—椒江区教育局.xlsx"
    assert ONE_TENANT.file_name == name


def test_its_file_name_holds_nothing_that_a_file_system_refuses():
    assert replace(ONE_TENANT, bureau_line=' a/b\\c:\u202e"\n ').file_name.endswith("—a_b_c_.xlsx")


def test_it_refuses_a_row_that_would_shift_figures_under_another_heading():
    with pytest.raises(ValueError):
        replace(ONE_TENANT, rows=(AttachmentRow("椒江区社区学院", (1, 41)),))


# --- cell by cell


def test_it_prints_the_form_cell_by_cell():
    blank = (None,) * 8
    assert values(opened(ONE_TENANT)) == [
        ("附：", *NO_VALUES),
        ("台州市老年人智能技术日常应用普及行动", *NO_VALUES),
        ("进展情况统计表", *NO_VALUES),
        ("2021年第一季度", *NO_VALUES),
        ("椒江区教育局", *NO_VALUES),
        (
            "提供服务的单位",
            "应用类短期培训（场)",
            "应用类短期培训（人次）",
            "“三入”服务培训（场次）",
            "“三入”服务培训（人次）",
            "建设智能技术应用视频（个）",
            "纸媒教材（本）",
            "优秀工作案例（个）",
        ),
        ("椒江区社区学院", 1, 41, 0, 0, 0, 0, 0),
        ("沚水垟社区学校", 1, 51, None, None, 0, "/", 0),
        blank,
        blank,
        blank,
        ("合计", 2, 92, 0, 0, 0, 0, 0),
    ]


def test_it_prints_the_city_with_a_note_who_is_missing():
    sheet = opened(CITY)
    assert values(sheet)[3:5] == [
        ("2021年第一至第三季度（累计）", *NO_VALUES),
        ("台州市教育局（汇总）", *NO_VALUES),
    ]
    assert [row[0] for row in values(sheet)[6:]] == [
        "椒江", "黄岩", "路桥", "临海", "温岭", "天台", "合计", "注：应报7家，实报6家，未报：玉环市教育局。",
    ]  # fmt: skip
    assert values(sheet)[12] == ("合计", 18, 900, 6, 108, 0, 0, 0)
    assert values(sheet)[13][1:] == NO_VALUES
    assert sheet.print_area == "'进展情况统计表'!$A$1:$H$14"


def test_it_prints_the_blank_form_with_the_blanks_of_the_source():
    blank = replace(
        ONE_TENANT, period_line=LAYOUT["blank_period_line"], bureau_line=LAYOUT["blank_bureau_line"], rows=()
    )
    sheet = opened(replace(blank, total=NO_VALUES))
    assert (sheet["A4"].value, sheet["A5"].value) == (
        "      年第    季度 ",
        "         县（市、区）教育局             ",
    )
    assert [row[0] for row in values(sheet)[6:]] == [None] * 5 + ["合计"]


def test_it_merges_the_lines_above_the_table_and_the_note():
    merged = {f"A{row}:H{row}" for row in range(1, 6)}
    assert {each.coord for each in opened(ONE_TENANT).merged_cells.ranges} == merged
    assert {each.coord for each in opened(CITY).merged_cells.ranges} == merged | {"A14:H14"}


def test_it_sets_the_fonts_of_the_document():
    sheet = opened(ONE_TENANT)
    song, black, fang = ("方正小标宋简体", 22.0), "黑体", "仿宋_GB2312"
    fonts = [(sheet.cell(row, 1).font.name, sheet.cell(row, 1).font.sz) for row in range(1, 8)]
    assert fonts == [(black, 16.0), song, song, (fang, 16.0), (fang, 16.0), (black, 12.0), (fang, 12.0)]
    assert {(cell.font.name, cell.font.sz) for cell in sheet[6]} == {(black, 12.0)}
    assert {(cell.font.name, cell.font.sz) for row in (7, 9, 12) for cell in sheet[row]} == {(fang, 12.0)}
    assert not any(cell.font.b for row in sheet.iter_rows() for cell in row)


def test_it_changes_the_font_where_a_name_has_characters_that_the_font_lacks():
    sheet = opened(ONE_TENANT)
    assert (sheet["A8"].value, sheet["A8"].font.name) == ("沚水垟社区学校", "仿宋")


def test_it_draws_the_table_and_nothing_around_it():
    sheet = opened(CITY)

    def sides(row):
        return {
            (cell.border.left.style, cell.border.right.style, cell.border.top.style, cell.border.bottom.style)
            for cell in sheet[row]
        }

    assert all(sides(row) == {("thin",) * 4} for row in range(6, 14))
    assert all(sides(row) == {(None,) * 4} for row in (1, 2, 3, 4, 5, 14))


def test_it_aligns_and_wraps():
    sheet = opened(CITY)
    aligned = [sheet.cell(row, 1).alignment.horizontal for row in (1, 2, 3, 4, 5, 6, 7, 13, 14)]
    assert aligned == ["left", *["center"] * 3, "left", *["center"] * 3, "left"]
    assert all(cell.alignment.wrap_text for cell in sheet[6])
    assert {cell.alignment.horizontal for row in (6, 7, 13) for cell in sheet[row]} == {"center"}


def test_it_stores_numbers_as_numbers_and_no_formulas():
    sheet = opened(ONE_TENANT)
    kinds = {
        cell.data_type for row in sheet.iter_rows(min_row=7, min_col=2) for cell in row if cell.value != "/"
    }
    assert kinds == {"n"}
    assert sheet["G8"].data_type == "s"


def test_it_is_set_up_for_the_printer():
    sheet = opened(ONE_TENANT)
    page, margins = sheet.page_setup, sheet.page_margins
    assert (page.paperSize, page.orientation, page.fitToWidth, page.fitToHeight) == (9, "landscape", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    millimetres = [
        round(side * 25.4, 3) for side in (margins.top, margins.bottom, margins.left, margins.right)
    ]
    assert millimetres == [28, 26, 35, 37]
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.print_area == "'进展情况统计表'!$A$1:$H$12"
    assert (sheet.oddFooter.left.text, sheet.oddFooter.center.text, sheet.oddFooter.right.text) == (
        None,
        "-&P-",
        None,
    )
    assert not sheet.sheet_view.showGridLines and not sheet.print_options.gridLines


def test_its_table_fills_the_page_between_the_margins():
    """225 mm are 850 pixels, in digits of 8 pixels of the default font 宋体 12."""
    workbook = load_workbook(io.BytesIO(write_attachment(ONE_TENANT)))
    widths = [workbook.worksheets[0].column_dimensions[letter].width for letter in "ABCDEFGH"]
    assert 840 <= sum(widths) * 8 <= 850
    assert len(set(widths[1:])) == 1 and widths[0] > widths[1]
    assert workbook._fonts[0].name == "宋体" and workbook._named_styles["Normal"].font.name == "宋体"


def test_its_rows_grow_with_long_names():
    sheet = opened(replace(ONE_TENANT, rows=(AttachmentRow("白云街道" * 10, (0,) * 7), *ONE_TENANT.rows)))
    assert sheet.row_dimensions[7].height > 2 * sheet.row_dimensions[8].height
    assert all(sheet.row_dimensions[row].height for row in range(1, 13))


def test_it_tells_where_the_figures_come_from_on_a_second_sheet():
    workbook = load_workbook(io.BytesIO(write_attachment(ONE_TENANT)))
    assert workbook.sheetnames == ["进展情况统计表", "说明"]
    assert values(workbook["说明"]) == [("版本", "第2版"), ("口径说明", "平台口径，非文件原文。")]
    assert workbook["说明"].page_setup.orientation == "portrait"


def test_it_has_one_sheet_when_there_is_nothing_to_tell():
    assert load_workbook(io.BytesIO(write_attachment(replace(ONE_TENANT, provenance=())))).sheetnames == [
        "进展情况统计表"
    ]


# --- what people type


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://example.com","x")', "=1+1", "+8", "-8", "@SUM(A1)", "#N/A", "1"]
)
def test_it_keeps_text_as_text(name):
    data = write_attachment(
        replace(ONE_TENANT, rows=(AttachmentRow(name, NO_VALUES),), note=name, provenance=((name, name),))
    )
    workbook = load_workbook(io.BytesIO(data))
    for cell in (workbook.worksheets[0]["A7"], workbook.worksheets[0]["A13"], workbook["说明"]["B1"]):
        assert (cell.value, cell.data_type) == (name, "s")
        assert cell.quotePrefix == name.startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(part) for part in archive.namelist())


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("椒江\x0b社区\x00学校", "椒江\ufffd社区\ufffd学校"),
        ("半个\ud83d字", "半个\ufffd字"),
        ("尽头\uffff", "尽头\ufffd"),
        ("两\r\n行", "两\n行"),
        ("_x0041_", "_x005F_x0041_"),  # Excel shows _x0041_, and would show A without it
        ("长" * 40_000, "长" * 32_766 + "…"),
    ],
)
def test_one_bad_row_does_not_break_the_export(stored, written):
    sheet = opened(replace(ONE_TENANT, rows=(AttachmentRow(stored, (0,) * 7), *ONE_TENANT.rows), note=stored))
    assert sheet["A7"].value == written
    assert sheet["A8"].value == "椒江区社区学院"
    assert sheet.row_dimensions[7].height <= 409


# --- the same bytes


def test_the_same_attachment_gives_the_same_bytes(monkeypatch):
    first = write_attachment(ONE_TENANT)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert write_attachment(replace(ONE_TENANT)) == first
    assert write_attachment(CITY) != first


def test_it_names_neither_a_writer_nor_a_time():
    with zipfile.ZipFile(io.BytesIO(write_attachment(ONE_TENANT))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert "openpyxl" not in core
    assert core.count("1980-01-01T00:00:00Z") == 2


# --- on paper

needs_office = pytest.mark.skipif(
    not all(map(shutil.which, ("soffice", "pdfinfo", "pdftotext"))),
    reason="LibreOffice (soffice) and poppler (pdfinfo, pdftotext) print the attachment; they are not installed",
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The PDF files that LibreOffice prints, in one go."""
    folder = tmp_path_factory.mktemp("printed")
    row = AttachmentRow("白云街道社区成人文化技术学校（老年大学分校）", (1, 41, 0, 0, 0, 0, 0))
    six = replace(ONE_TENANT, rows=(row,) * 6, provenance=())
    (folder / "six.xlsx").write_bytes(write_attachment(six))
    (folder / "sixty.xlsx").write_bytes(write_attachment(replace(six, rows=(row,) * 60)))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        folder,
        *folder.glob("*.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def told_by(command: str, *arguments) -> str:
    return subprocess.run([command, *arguments], check=True, capture_output=True, text=True).stdout


@needs_office
def test_it_prints_six_rows_on_one_landscape_page(printed):
    told = told_by("pdfinfo", printed / "six.pdf")
    size = next(line for line in told.splitlines() if line.startswith("Page size"))
    assert "Pages:           1\n" in told
    assert "841.89 x 595" in size


@needs_office
def test_it_repeats_the_headings_on_every_page(printed):
    pages = told_by("pdftotext", "-layout", printed / "sixty.pdf", "-").split("\f")[:-1]
    assert len(pages) > 2
    assert all("提供服务的单位" in page for page in pages)
    assert [f"-{number}-" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert ["普及行动" in page for page in pages] == [True] + [False] * (len(pages) - 1)
