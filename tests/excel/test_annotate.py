"""A person's own file comes back marked: what is wrong is marked, and nothing else in the file is touched."""

import io
import json
import re
from dataclasses import asdict

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from reporting.excel.annotate import annotated_file
from reporting.excel.importing import read_attachment

from .corpus import raw
from .corpus.building import (
    COLUMNS,
    LAYOUT,
    RELATIONS,
    SHEET,
    STYLES,
    TYPES,
    cells,
    converted,
    form,
    has_office,
    in_sheet,
    packed,
    saved,
    separated,
    unpacked,
    with_shared_strings,
)
from .corpus.should_pass.programs import phonetic, prefixed, with_chart_and_picture

WRONG = {"C9": "约60", "B7": "x"}
MARK = "FFFFC7CE"


def found_in(content: bytes) -> dict:
    """As it is kept with an upload."""
    read = read_attachment(content, LAYOUT, COLUMNS)
    told = [asdict(problem) for problem in read.problems]
    told += [{"cell": cell, "text": f"{cell} & <“{text}”>\x0b", "code": ""} for cell, text in WRONG.items()]
    kept = json.loads(
        json.dumps(
            {
                "problems": told,
                "part": read.part,
                "heading_row": read.heading_row,
                "free_column": read.free_column,
                "marked_rows": read.marked_rows,
            }
        )
    )
    return kept | {"encoding": read.encoding, "separator": read.separator}


def marked(content: bytes) -> bytes:
    return annotated_file(content, found_in(content))


def with_comment(sheet) -> None:
    sheet["C9"].comment = Comment("已核对", "甲")
    sheet["D9"].comment = Comment("另一条", "乙")


def without_cells(content: bytes) -> bytes:
    """B7 is not in the XML at all, and row 10 neither."""
    content = in_sheet('<c r="B7".*?</c>', "", content)
    return in_sheet('<row r="10".*?</row>', "", content)


FILES = {
    "as downloaded": form,
    "as openpyxl saves it": lambda: cells(A9="白云街道社区学校"),
    "texts in their own part": lambda: with_shared_strings(form(), phonetic),
    "chart, picture and link": with_chart_and_picture,
    "prefixed": prefixed,
    "with comments": lambda: saved(with_comment),
    "cells that are not there": lambda: without_cells(form()),
    "rows without content": lambda: in_sheet(
        '<row r="10"[^>]*>.*?</row>', '<row r="10" s="3" customFormat="1"/>'
    ),
    "a styled cell at the right": lambda: in_sheet(
        r'(<row r="9".*?)</row>', r'\1<c r="I9" s="1"/><c r="K9" s="1"/></row>'
    ),
    "no styles": lambda: without_styles(),
}
if has_office:
    FILES["LibreOffice"] = lambda: converted(form(), "xlsx")


def without_styles() -> bytes:
    parts = unpacked(form())
    del parts[STYLES]
    parts[SHEET] = re.sub(rb' s="\d+"', b"", parts[SHEET])
    parts[RELATIONS] = re.sub(rb'<Relationship [^>]*styles.xml"[^>]*/>', b"", parts[RELATIONS])
    parts[TYPES] = re.sub(rb"<Override [^>]*styles\.xml[^>]*/>", b"", parts[TYPES])
    return packed(parts)


@pytest.mark.parametrize("name", FILES)
def test_it_changes_only_the_parts_that_carry_the_marks(name):
    """Every part but those that carry the marks is the same to the byte; in the sheet every value is."""
    content = FILES[name]()
    before, after = unpacked(content), unpacked(marked(content))
    changed = {part for part in after if after[part] != before.get(part)}
    assert before.keys() <= after.keys()
    part = found_in(content)["part"]
    ours = {part, STYLES, TYPES, f"xl/worksheets/_rels/{part.rpartition('/')[2]}.rels"}
    assert part in changed
    assert all(each in ours or "comments" in each.lower() or each.endswith(".vml") for each in changed), (
        changed
    )
    assert raw.rows(packed(after)) == raw.rows(content)
    assert without_marks(after[part]) == without_marks(before[part])


def without_marks(xml: bytes) -> bytes:
    """The sheet's XML without what marking adds: cells at the right, styles, widths, the pointer to the boxes."""
    xml = re.sub(rb'<(\w+:)?c r="[IJL]\d+"[^<>]*?(?:/>|>.*?</(\w+:)?c>)', b"", xml)
    xml = re.sub(
        rb"<(\w+:)?cols>.*?</(\w+:)?cols>|<(\w+:)?legacyDrawing[^>]*/>|<(\w+:)?dimension[^>]*/>", b"", xml
    )
    xml = re.sub(rb'(<(?:\w+:)?c )([^<>]*?)\s*\bs="\d+"', rb"\1\2", xml)
    xml = re.sub(rb'<(\w+:)?c r="(?:B7|A10)"\s*></(\w+:)?c>', b"", xml)
    return re.sub(rb"\s+(?=/?>)|(?<=<c )\s+", b"", xml)


@pytest.mark.parametrize("name", FILES)
def test_it_marks_the_cells(name):
    content = FILES[name]()
    workbook = load_workbook(io.BytesIO(marked(content)))
    sheet = workbook.worksheets[0]
    column = found_in(content)["free_column"]
    assert sheet.cell(9, column).value == "C9 & <“约60”>\ufffd"
    assert sheet.cell(7, column).value == "B7 & <“x”>\ufffd"
    assert sheet.cell(6, column).value
    if name != "no styles":
        filled = {c.coordinate for line in sheet for c in line if c.fill.fgColor.rgb == MARK}
        assert {"B7", "C9"} <= filled
        assert sheet["D9"].fill.fgColor.rgb != MARK
    texts = {c.coordinate: c.comment.text for line in sheet for c in line if c.comment}
    if name == "with comments":
        assert texts["C9"] == "已核对" and texts["D9"] == "另一条"
    else:
        assert "约60" in texts["C9"]
    assert "x" in texts["B7"]


def test_it_can_be_uploaded_again_corrected_with_its_marks():
    """Nobody has to delete the column; what is marked anew replaces what was marked before."""
    wrong = cells(C9="约60", D7=-1)
    content = marked(wrong)
    back = read_attachment(content, LAYOUT, COLUMNS)
    assert (back.problems, back.rows) == ([], read_attachment(wrong, LAYOUT, COLUMNS).rows)
    once_more = load_workbook(
        io.BytesIO(annotated_file(content, found_in(content) | {"problems": ONE}))
    ).worksheets[0]
    assert [once_more.cell(row, 9).value for row in (7, 8, 9)] == [None, "x", None]


ONE = [{"cell": "B8", "text": "x", "code": ""}]


@pytest.mark.skipif(not has_office, reason="LibreOffice opens the file; it is not installed")
def test_libreoffice_opens_it():
    content = converted(marked(with_chart_and_picture()), "xlsx")
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet["C9"].value, sheet["C9"].fill.fgColor.rgb) == (60, MARK)
    assert "约60" in sheet["C9"].comment.text
    assert raw.rows(content) == raw.rows(form())


def test_a_file_without_problems_is_given_back_as_it_is():
    assert annotated_file(form(), {"problems": []}) == form()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_csv_file_gets_a_column_with_the_marks(encoding, separator):
    text = separated(separator)
    after = marked(text.encode(encoding)).decode(encoding)
    lines, marks = text.splitlines(), after.splitlines()
    assert len(lines) == len(marks)
    for number, (line, mark) in enumerate(zip(lines, marks, strict=True), start=1):
        assert mark.startswith(line)
        assert (mark != line) == (number in (6, 7, 9))
    assert "约60" in marks[8]
