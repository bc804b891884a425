"""Reading an attachment back: what is read, and what is told about it."""

import datetime
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill

from reporting.excel import kinds, preflight
from reporting.excel.attachment import Attachment, AttachmentColumn, AttachmentRow
from reporting.excel.export import write_attachment
from reporting.excel.importing import check_total, read_attachment
from reporting.excel.problems import Problem, locate

from ..selection import times

FIXTURE = json.loads((Path(__file__).parents[2] / "fixtures" / "taizhou.json").read_text(encoding="utf-8"))
LAYOUT = next(each["fields"]["layout"] for each in FIXTURE if each["model"] == "targets.programme")
COLUMNS = tuple(
    AttachmentColumn(each["code"], each["attachment_heading"], each["name"], each["unit"])
    for each in (entry["fields"] for entry in FIXTURE if entry["model"] == "targets.indicator")
)
CODES = [column.code for column in COLUMNS]
SHEET = "xl/worksheets/sheet1.xml"

FILED = Attachment(
    layout=LAYOUT,
    period_line="2021年第一季度",
    bureau_line="椒江区教育局",
    columns=COLUMNS,
    rows=(
        AttachmentRow("椒江区社区学院", (1, 41, 0, 0, 0, 0, 0)),
        AttachmentRow("海门街道社区学校", (1, 51, None, None, 0, "/", 0)),
        AttachmentRow("白云街道社区学校", (1, 60, 1, 18, 0, 0, 0)),
    ),
    total=(3, 152, 1, 18, 0, 0, 0),
    provenance=(("版本", "第1版"),),
)
SUMS = dict(zip(CODES, FILED.total, strict=True))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def read(data: bytes):
    return read_attachment(data, LAYOUT, COLUMNS)


def changed(change, attachment: Attachment = FILED) -> bytes:
    """The attachment after somebody changed its first sheet in a spreadsheet program."""
    workbook = load_workbook(io.BytesIO(write_attachment(attachment)))
    change(workbook.worksheets[0])
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def rewritten(parts: dict, attachment: Attachment = FILED) -> bytes:
    """The attachment with the XML of some parts rewritten: {part: function of its text, or a new part's text}."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_attachment(attachment))) as source,
        zipfile.ZipFile(packed, "w") as target,
    ):
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, parts[name](content) if name in parts else content)
        for name in parts.keys() - set(source.namelist()):
            target.writestr(name, parts[name])
    return packed.getvalue()


def in_sheet(old: str, new: str) -> bytes:
    def replaced(xml: str) -> str:
        assert re.search(old, xml)
        return re.sub(old, new, xml, count=1)

    return rewritten({SHEET: replaced})


# --- what is read


def test_it_reads_back_what_was_written():
    back = read(write_attachment(FILED))
    assert (back.problems, back.notices) == ([], [])
    assert [row["provider"] for row in back.rows] == [row.label for row in FILED.rows]
    assert [tuple(row["values"][code] for code in CODES) for row in back.rows] == [
        row.values for row in FILED.rows
    ]
    assert back.above == [
        ("A1", "附："),
        *[(f"A{row}", text) for row, text in enumerate(LAYOUT["title_lines"], start=2)],
        ("A4", "2021年第一季度"),
        ("A5", "椒江区教育局"),
    ]
    assert back.printed_total == SUMS
    assert (back.cells[0, "provider"], back.cells[2, "training_attendances"]) == ("A7", "C9")
    assert back.total_cells["training_attendances"] == "C12"


def test_it_reads_a_file_from_disk(tmp_path):
    (tmp_path / "表.XLSX").write_bytes(write_attachment(FILED))
    assert read(tmp_path / "表.XLSX") == read(write_attachment(FILED))


def test_it_reads_the_blank_form_as_no_rows():
    back = read(write_attachment(replace(FILED, rows=(), total=(None,) * 7)))
    assert (back.rows, back.problems, check_total(back, dict.fromkeys(CODES, 0))) == ([], [], [])


def test_it_reads_the_city_version_and_its_note():
    back = read(write_attachment(replace(FILED, note="注：应报10家，实报9家，未报：玉环市教育局。")))
    assert (len(back.rows), back.problems) == (3, [])


LABELS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
).filter(lambda text: text.strip() and "合" not in text)
VALUES = st.none() | st.just("/") | st.integers(min_value=0, max_value=9_999_999)
ROWS = st.lists(st.builds(AttachmentRow, LABELS, st.tuples(*[VALUES] * 7)), max_size=12)


@settings(max_examples=times(30, 100))
@given(rows=ROWS)
@example(
    rows=[
        AttachmentRow("=1+1", (0,) * 7),
        AttachmentRow("_x000D_", (0,) * 7),
        AttachmentRow(" 1", (0,) * 7),
        AttachmentRow("#REF!", (None,) * 7),
    ]
)
def test_it_reads_back_whatever_was_written(rows):
    back = read(write_attachment(replace(FILED, rows=tuple(rows))))
    found = [
        AttachmentRow(row["provider"], tuple(row["values"][code] for code in CODES)) for row in back.rows
    ]
    assert (found, back.problems) == (rows, [])


def test_it_passes_numbers_on_as_they_are():
    """12.4 that a format shows as 12 is 12.4, text stays text: the one parser judges them."""

    def change(sheet):
        sheet["B7"], sheet["C7"], sheet["D7"] = 12.4, "１２", "约50"
        sheet["B7"].number_format = "0"

    values = read(changed(change)).rows[0]["values"]
    assert [values[code] for code in CODES[:3]] == [12.4, "１２", "约50"]


def test_it_reads_a_name_that_looks_like_a_number():
    assert read(changed(lambda sheet: sheet.cell(7, 1, 12))).rows[0]["provider"] == "12"


def test_it_skips_blank_rows_and_numbers_the_rest():
    def change(sheet):
        sheet.insert_rows(8)
        sheet["B9"] = True

    back = read(changed(change))
    assert [back.cells[index, "provider"] for index in range(3)] == ["A7", "A9", "A10"]
    assert back.problems[0].text.startswith("Cell B9 (row 2, “应用类短期培训（场）”): ")


@pytest.mark.parametrize("label", ["合 计", "合计：", " 合计\n", "合\u3000计"])
def test_it_knows_the_total_however_it_is_spaced(label):
    assert read(changed(lambda sheet: sheet.cell(12, 1, label))).printed_total == SUMS


@pytest.mark.parametrize(
    "heading",
    ["应用类短期培训（场）", "应用类短期培训(场)", "应用类短期培训\n（场)", " 应用类 短期培训（ 场 ) "],
)
def test_it_knows_a_heading_by_its_words(heading):
    back = read(changed(lambda sheet: sheet.cell(6, 2, heading)))
    assert (back.rows, back.problems) == (read(write_attachment(FILED)).rows, [])


def test_it_reads_columns_in_another_order():
    def swap(sheet):
        for row in range(6, 13):
            left, right = sheet.cell(row, 2), sheet.cell(row, 8)
            left.value, right.value = right.value, left.value

    back = read(changed(swap))
    assert back.rows[2]["values"] == dict(zip(CODES, FILED.rows[2].values, strict=True))
    assert back.cells[2, "training_sessions"] == "H9"
    assert [each.key for each in back.questions] == ["columns"]
    assert "A 提供服务的单位; B 优秀工作案例（个）" in back.questions[0].text


def test_it_tells_what_was_unusual_and_read():
    def change(sheet):
        sheet.title = "Sheet1"
        sheet.row_dimensions[8].hidden = True
        sheet.column_dimensions["H"].hidden = True
        sheet["B7"].number_format = '0"万"'

    back = read(changed(change))
    assert (len(back.rows), back.problems) == (3, [])
    assert back.notices == ["The sheet is called “Sheet1” instead of “进展情况统计表”; it was read."]
    assert [each.text for each in back.questions] == [
        "Hidden rows or columns were read as well: 8, H.",
        "Cells whose number format shows another number were read as they are: B7 = 1.",
    ]


@pytest.mark.parametrize(
    "number_format", ["0", "0_ ", "#,##0", "0_);[Red]\\(0\\)", "#,##0.00", "@", "General"]
)
def test_it_is_silent_about_ordinary_formats(number_format):
    def change(sheet):
        sheet["B7"].number_format = number_format

    back = read(changed(change))
    assert (back.notices, back.questions) == ([], [])


@pytest.mark.parametrize("number_format", ["0%", ";;;", "0,", "0,,;0", '0"00"', "0.00E+00"])
def test_it_tells_of_formats_that_show_another_number(number_format):
    def change(sheet):
        sheet["B7"].number_format = number_format

    assert [each.key for each in read(changed(change)).questions] == ["formats"]


def test_it_asks_about_cells_that_look_deleted():
    def change(sheet):
        sheet["B7"].font, sheet["C8"].font = Font(strike=True), Font(color="FFFFFFFF")
        sheet["C9"].font, sheet["C9"].fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF000000")

    (question,) = read(changed(change)).questions
    assert (question.key, question.text[-7:]) == ("concealed", "B7, C8.")


# --- cells that are a problem


def put(cell: str, value, number_format: str = ""):
    def change(sheet):
        sheet[cell] = value
        sheet[cell].number_format = number_format or sheet[cell].number_format

    return change


def merge(cells: str):
    return lambda sheet: sheet.merge_cells(cells)


C9 = "Cell C9 (row 3, “应用类短期培训（人次）”): "
A9 = "Cell A9 (row 3, “提供服务的单位”): "
CELLS = {
    "formula": (put("C9", "=30+30"), "C9", C9 + "a formula whose result is not stored in the file"),
    "name by formula": (put("A9", "=A8"), "A9", A9 + "a formula whose result is not stored in the file"),
    "boolean": (put("C9", True), "C9", C9 + "is a logical value (TRUE)"),
    "date": (put("C9", datetime.date(2021, 3, 5)), "C9", C9 + "is a date (3/5)"),
    "time": (put("C9", datetime.time(0, 12)), "C9", C9 + "is a time (0:12)"),
    "duration": (put("C9", 0.5, "[h]:mm"), "C9", C9 + "is a time (12:00)"),
    "date as the name": (put("A9", datetime.date(2021, 3, 5)), "A9", A9 + "this is not a name"),
    "boolean as the name": (put("A9", True), "A9", A9 + "this is not a name"),
    "error as the name": (put("A9", "#N/A"), "A9", A9 + "this is not a name"),
    "merged values": (merge("B9:B11"), "B9:B11", "B9:B11 is a merged cell"),
    "merged names": (merge("A8:A9"), "A8:A9", "A8:A9 is a merged cell"),
    "merged total": (merge("A12:B12"), "A12:B12", "A12:B12 is a merged cell"),
    "merged heading": (merge("C6:D6"), "C6:D6", "C6:D6 is a merged cell"),
    "misspelt heading": (
        put("C6", "短期培训人数"),
        "C6",
        "Cell C6: the heading “应用类短期培训（人次）” is missing; found here: “短期培训人数”",
    ),
    "deleted column": (
        lambda sheet: sheet.delete_cols(8),
        "H6",
        "Cell H6: the heading “优秀工作案例（个）” is missing; found here: “”",
    ),
    "duplicate heading": (
        put("I6", "纸媒教材（本）"),
        "I6",
        "Cell I6: the heading “纸媒教材（本）” stands twice, first in G6",
    ),
    "value beside the table": (put("I9", 5), "I9", "Cell I9 lies beside the attachment's columns"),
    "figure below the total": (put("C13", 5), "C13", "Cell C13: a figure stands below the total"),
    "figure as text below the total": (put("C14", "５"), "C14", "Cell C14: a figure stands below the total"),
    "formula below the total": (put("C14", "=1"), "C14", "Cell C14: a figure stands below the total"),
}


@pytest.mark.parametrize(("change", "cell", "text"), CELLS.values(), ids=CELLS)
def test_it_names_the_cell(change, cell, text):
    problems = read(changed(change)).problems
    assert [problem.cell for problem in problems if problem.text.startswith(text)] == [cell], problems


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_it_names_the_cell_of_an_error_value(error):
    back = read(changed(put("C9", error)))
    assert [problem.cell for problem in back.problems] == ["C9"]
    assert error in back.problems[0].text
    assert back.rows[2]["values"]["training_attendances"] is None


@pytest.mark.parametrize("code", [27, 31, 57, 58])
def test_a_chinese_date_is_a_date(code):
    """A cell that Chinese Excel shows as 3月5日 has a built-in format that openpyxl does not know."""

    def restyled(xml: str) -> str:
        return re.sub(r'(<cellXfs count="\d+">)<xf numFmtId="0"', rf'\1<xf numFmtId="{code}"', xml)

    def dated(xml: str) -> str:
        return re.sub(r'<c r="C9"[^>]*>', '<c r="C9" s="0">', xml).replace("<v>60</v>", "<v>44260</v>")

    back = read(rewritten({"xl/styles.xml": restyled, SHEET: dated}))
    assert back.problems[0].text.startswith(C9 + "is a date (3/5)")


def test_a_formula_with_a_stored_result_is_told_with_it():
    back = read(in_sheet("<v>60</v>", "<f>30+30</f><v>60</v>"))
    assert back.problems == [Problem("C9", C9 + "a formula; type its result (60) instead")]


def test_it_tells_all_problems_at_once_in_the_order_of_the_sheet():
    def change(sheet):
        sheet["C13"], sheet["H9"], sheet["B9"], sheet["C6"], sheet["B7"] = 5, True, True, "人数", True

    assert [problem.cell for problem in read(changed(change)).problems] == ["C6", "B7", "B9", "H9", "C13"]


def test_it_tells_at_most_so_many_problems():
    rows = tuple(AttachmentRow(f"学校{number}", (True,) * 7) for number in range(100))
    problems = read(write_attachment(replace(FILED, rows=rows))).problems
    assert len(problems) == 201
    assert problems[-1] == Problem("", "… and 500 more problems in other cells.", "more")


def test_no_value_under_a_merge_is_taken_for_a_blank():
    back = read(in_sheet("<mergeCells([^>]*)>", r'<mergeCells\1><mergeCell ref="B7:B9"/>'))
    assert [problem.cell for problem in back.problems] == ["B7:B9"]


def test_text_below_the_total_is_no_problem():
    def change(sheet):
        sheet["A13"], sheet["C13"], sheet["H14"] = "填表人：", "负责人：", "填表日期："

    assert read(changed(change)).problems == []


def test_locate_begins_a_sentence_as_the_reader_does():
    back = read(write_attachment(FILED))
    assert locate(back.cells[2, "training_attendances"], 3, COLUMNS[1].name) == C9


# --- the printed total


def test_the_printed_total_is_compared():
    back = read(changed(put("C12", 205)))
    assert check_total(back, SUMS) == [Problem("C12", "C12: the total is 205, but the rows add up to 152")]


@pytest.mark.parametrize("typed", [None, "", " ", "152", "152人次", 152.0])
def test_a_printed_total_may_be_blank_or_spelt_otherwise(typed):
    assert check_total(read(changed(put("C12", typed))), SUMS) == []


@pytest.mark.parametrize("typed", ["约152", 152.5, "/"])
def test_a_printed_total_that_is_none_is_a_problem(typed):
    assert [problem.cell for problem in check_total(read(changed(put("C12", typed))), SUMS)] == ["C12"]


def test_a_total_by_formula_is_compared_by_its_stored_result():
    back = read(in_sheet("<v>152</v>", "<f>SUM(C7:C11)</f><v>153</v>"))
    assert (back.problems, back.notices) == ([], [])
    assert [problem.cell for problem in check_total(back, SUMS)] == ["C12"]


def test_a_total_by_formula_without_a_result_is_told():
    back = read(changed(put("C12", "=SUM(C7:C11)")))
    assert back.notices == ["The total in C12 is a formula without a stored result; it was not compared."]
    assert (back.problems, check_total(back, SUMS)) == ([], [])


def test_a_date_in_the_total_is_a_problem():
    back = read(changed(put("C12", datetime.date(2021, 3, 5))))
    assert back.problems[0].text.startswith("Cell C12 (total, “应用类短期培训（人次）”): is a date (3/5)")


# --- files that are refused as a whole

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
GOOD = write_attachment(FILED)
DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'


def zipped(parts: dict) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def with_part(name: str, content: str | bytes = b"") -> bytes:
    packed = io.BytesIO(GOOD)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def flagged_as_encrypted() -> bytes:
    return GOOD.replace(
        b"PK\x01\x02" + GOOD[GOOD.index(b"PK\x01\x02") + 4 :][:4] + b"\x00\x00",
        b"PK\x01\x02\x14\x00\x14\x00\x01\x00",
        1,
    )


def second_sheet(hidden: bool, both: bool):
    def change(sheet):
        copy = sheet.parent.copy_worksheet(sheet)
        copy.title = "副本"
        if hidden:
            sheet.sheet_state = "hidden"
        if not both:
            copy.delete_rows(6)

    return change


# What takes long to make is made only when it is asked for.
REFUSED = {
    "empty": (b"", "The file is empty"),
    "old Excel": (OLE + "Workbook".encode("utf-16-le"), "This is an Excel 97–2003 file"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "The workbook is protected by a password"),
    "encrypted entries": (flagged_as_encrypted(), "The workbook is protected by a password"),
    "old Word": (OLE + "WordDocument".encode("utf-16-le"), "This is a Word or WPS text document"),
    "HTML": (b"<html><table>", "This is a web page that was saved with an Excel name"),
    "PDF": (b"%PDF-1.7", "This is a PDF file, not an Excel workbook"),
    "new Word": (
        zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
        "This is a Word document",
    ),
    "OpenDocument": (
        zipped({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}),
        "This is an OpenDocument text",
    ),
    "binary workbook": (
        zipped({"[Content_Types].xml": "<a/>", "xl/workbook.bin": "x"}),
        "This is an Excel binary workbook (.xlsb)",
    ),
    "truncated": (GOOD[:-300], "The file is damaged"),
    "cut early": (GOOD[:100], "The file is damaged"),
    "flipped byte": (GOOD[:300] + bytes([GOOD[300] ^ 255]) + GOOD[301:], "The file is damaged"),
    "larger than 5 MB": (b"PK\x03\x04" + bytes(kinds.FILE_LIMIT), "The file is larger than 5 MB"),
    "zip bomb": (
        lambda: with_part("xl/bomb.xml", b"<!--" + bytes(180_000_000)),
        "The workbook holds far more",
    ),
    "too many parts": (
        zipped({f"xl/{number}.xml": "<a/>" for number in range(201)}),
        "The workbook holds far more",
    ),
    "too much XML": (
        lambda: with_part("xl/long.xml", b"<!--" + bytes(11_000_000)),
        "The workbook holds far more",
    ),
    "too many elements": (
        lambda: with_part("xl/many.xml", "<a>" + "<b/>" * 210_000 + "</a>"),
        "The workbook holds far more",
    ),
    "duplicate part": (with_part("XL/Worksheets/Sheet1.xml", "<a/>"), "A part of the file is there twice"),
    "macros": (with_part("xl/vbaProject.bin", "x"), "The workbook contains macros"),
    "document type": (with_part("xl/x.xml", DOCTYPE + "<x>&e;</x>"), "The workbook contains a document type"),
    "document type in UTF-16": (
        with_part("xl/x.bin", ('<?xml version="1.0"?>' + DOCTYPE + "<x/>").encode("utf-16")),
        "The workbook is written in an encoding",
    ),
    "document type in the sheet": (
        in_sheet("<worksheet", DOCTYPE + "<worksheet"),
        "The workbook contains a document",
    ),
    "XML in another encoding": (
        with_part("xl/x.xml", '<?xml version="1.0" encoding="gbk"?><a/>'),
        "The workbook is written in an encoding",
    ),
    "broken XML": (in_sheet("</sheetData>", ""), "The file is damaged"),
    "strict": (
        rewritten(
            {
                "xl/workbook.xml": lambda xml: re.sub(
                    'http://schemas[^"]*/main', preflight.STRICT + "main", xml
                )
            }
        ),
        "The workbook was saved as “Strict Open XML”",
    ),
    "no such string": (in_sheet('t="n"><v>60', 't="s"><v>60'), "The file is damaged"),
    "duplicate row": (in_sheet('<row r="8"', '<row r="7"'), "Row 7 stands twice"),
    "row out of order": (in_sheet('<row r="8"', '<row r="5"'), "Row 5 stands twice"),
    "no row number": (in_sheet('<row r="8"', '<row r="x"'), "The file is damaged"),
    "duplicate cell": (in_sheet('r="C9"', 'r="B9"'), "Cell B9 stands twice"),
    "cell of another row": (in_sheet('r="C9"', 'r="C10"'), "Cell C10 stands twice"),
    "no cell address": (in_sheet('r="C9"', 'r="9C"'), "Cell 9C stands twice"),
    "huge merge": (
        in_sheet('<mergeCell ref="A1:H1"', '<mergeCell ref="A1:XFD1048576"'),
        "The workbook holds far more",
    ),
    "huge link": (
        in_sheet("<printOptions", '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks><printOptions'),
        "The workbook holds far more",
    ),
    "other form": (changed(lambda sheet: sheet.delete_rows(6)), "No row with the attachment's headings"),
    "two tables": (changed(second_sheet(hidden=False, both=True)), "The table stands in more than one sheet"),
    "two tables, one hidden": (
        changed(second_sheet(hidden=True, both=True)),
        "The table stands in more than one sheet",
    ),
    "hidden table": (changed(second_sheet(hidden=True, both=False)), "The table stands in a hidden sheet"),
}


@pytest.mark.parametrize(("data", "text"), REFUSED.values(), ids=REFUSED)
def test_it_refuses_the_file_and_says_what_to_do(data, text):
    back = read(data() if callable(data) else data)
    assert [problem.cell for problem in back.problems] == [""]
    assert back.problems[0].text.startswith(text)
    assert (back.rows, back.printed_total) == ([], {})


FAR = {
    "XFD1048576": in_sheet(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    ),
    "A2001": in_sheet("</sheetData>", '<row r="2001"><c r="A2001"><v>1</v></c></row></sheetData>'),
    "BM12": in_sheet('(<row r="12".*?)</row>', r'\1<c r="BM12"><v>1</v></c></row>'),
    "C9": in_sheet("<v>60</v>", "<v>NaN</v>"),
    "C7": in_sheet("<v>41</v>", "<v>1_000</v>"),
    "A7": in_sheet(
        r'<c r="A7" s="(\d+)" t="inlineStr"><is><t>[^<]*</t></is>', r'<c r="A7" s="\1" t="s"><v>-1</v>'
    ),
}


@pytest.mark.parametrize(("cell", "data"), FAR.items(), ids=FAR)
def test_it_names_the_cell_for_which_the_file_is_refused(cell, data):
    back = read(data)
    assert [problem.cell for problem in back.problems] == [cell]
    assert cell in back.problems[0].text


def test_empty_cells_far_away_are_no_problem():
    """Spreadsheet programs write them for a formatted row or column."""
    back = read(in_sheet("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'))
    assert (len(back.rows), back.problems) == (3, [])


def test_it_reads_a_sheet_without_addresses():
    def bare(xml: str) -> str:
        return re.sub(r'(<row|<c) r="[^"]*"', r"\1", re.sub("<dimension[^>]*/>", "", xml))

    assert read(rewritten({SHEET: bare})).rows == read(GOOD).rows


def test_it_reads_all_rows_whatever_dimension_the_file_claims():
    assert read(in_sheet('<dimension ref="[^"]*"', '<dimension ref="A1"')).rows == read(GOOD).rows


@pytest.mark.parametrize("size", range(0, len(GOOD), 211))
def test_it_refuses_the_file_wherever_it_is_cut(size):
    assert [problem.cell for problem in read(GOOD[:size]).problems] == [""]


# --- files that a spreadsheet program saved


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The attachment after LibreOffice opened it and saved it as .xlsx and as .xls."""
    folder = tmp_path_factory.mktemp("saved")
    (folder / "in.xlsx").write_bytes(GOOD)
    for kind in ("xlsx", "xls"):
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder / kind]
        subprocess.run([*command, folder / "in.xlsx"], check=True, capture_output=True, timeout=120)
    return folder


needs_office = pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice (soffice) saves the file anew; it is not installed"
)


@needs_office
def test_it_reads_what_libreoffice_saved(saved):
    back = read(saved / "xlsx" / "in.xlsx")
    assert (back.rows, back.printed_total) == (read(GOOD).rows, SUMS)
    assert (back.problems, back.notices) == ([], [])
    assert check_total(back, SUMS) == []


@needs_office
def test_it_knows_an_old_workbook(saved):
    assert read(saved / "xls" / "in.xls").problems[0].text.startswith("This is an Excel 97–2003 file")
