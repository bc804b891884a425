"""A valid workbook and one change of its structure: it is refused, or says the same as its XML. Never silently other.

Compared with a reader of its own (`raw.py`), which knows neither the portal nor openpyxl.
"""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.excel.attachment import AttachmentRow
from reporting.excel.importing import read_attachment

from ...selection import few, times
from . import raw
from .building import COLUMNS, FORM, LAYOUT, SHEET, WORKBOOK, form, packed, unpacked, with_shared_strings

pytestmark = pytest.mark.one_database("sqlite")

CODES = [each.code for each in COLUMNS]
CELL = re.compile(r"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
ROW = re.compile(r"<row [^>]*?(?:/>|>.*?</row>)", re.DOTALL)
Change = Callable[[str, int], str]


def at(pattern: re.Pattern, write: Callable[[str], str]) -> Change:
    """Rewrites the n-th match."""

    def change(xml: str, number: int) -> str:
        found = list(pattern.finditer(xml))
        one = found[number % len(found)]
        return xml[: one.start()] + write(one[0]) + xml[one.end() :]

    return change


def attribute(name: str, value: str) -> Callable[[str], str]:
    def write(tag: str) -> str:
        without = re.sub(rf' {name}="[^"]*"', "", tag, count=1)
        return re.sub(r"^<(\w+)", rf'<\1 {name}="{value}"' if value else r"<\1", without, count=1)

    return write


def in_value(content: str) -> Callable[[str], str]:
    return lambda tag: re.sub(r"(<(?:v|t)[^>]*>)([^<]?)", rf"\1\2{content}", tag, count=1)


def between_rows(content: str) -> Change:
    return at(ROW, lambda tag: tag + content)


def swapped(xml: str, number: int) -> str:
    found = list(ROW.finditer(xml))
    one, other = found[number % (len(found) - 1)], found[number % (len(found) - 1) + 1]
    return xml[: one.start()] + other[0] + one[0] + xml[other.end() :]


def merged(xml: str, number: int) -> str:
    return xml.replace(
        "</mergeCells>", f'<mergeCell ref="B{7 + number % 4}:C{8 + number % 4}"/></mergeCells>'
    )


MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
CHANGES: dict[str, Change] = {
    "cell dropped": at(CELL, lambda tag: ""),
    "cell twice": at(CELL, lambda tag: tag * 2),
    "cell without address": at(CELL, attribute("r", "")),
    "cell moved": at(CELL, attribute("r", "C9")),
    "cell far away": at(CELL, attribute("r", "ZZ9")),
    **{f"cell of kind {kind}": at(CELL, attribute("t", kind)) for kind in ("s", "str", "n", "b", "e", "d", "inlineStr", "")},
    "formula added": at(CELL, lambda tag: re.sub("<v>", "<f>1+1</f><v>", tag)),
    "formula without a result": at(CELL, lambda tag: re.sub("<v>.*</v>", "<f>1+1</f>", tag)),
    "comment in a value": at(CELL, in_value("<!-- 1 -->")),
    "CDATA in a value": at(CELL, in_value("<![CDATA[5]]>")),
    "entity in a value": at(CELL, in_value("&#53;")),
    "blank in a value": at(CELL, in_value(" ")),
    "two values": at(CELL, lambda tag: tag.replace("</v>", "</v><v>7</v>")),
    "value of another namespace": at(CELL, lambda tag: tag.replace("</v>", '</v><v xmlns="urn:x">7</v>')),
    "extension in a cell": at(CELL, lambda tag: tag.replace("</c>", '<extLst><ext><v>9</v></ext></extLst></c>')),
    "style out of range": at(CELL, attribute("s", "9999")),
    "row dropped": at(ROW, lambda tag: ""),
    "row twice": at(ROW, lambda tag: tag * 2),
    "row without number": at(ROW, attribute("r", "")),
    "row of another number": at(ROW, attribute("r", "9")),
    "row far below": at(ROW, attribute("r", "1500")),
    "row hidden": at(ROW, attribute("hidden", "1")),
    "rows swapped": swapped,
    "row in an alternative": at(ROW, lambda tag: f'<mc:AlternateContent {MC}><mc:Fallback>{tag}</mc:Fallback></mc:AlternateContent>'),
    "row in an extension": between_rows('<extLst><ext><row r="9"><c r="C9"><v>9</v></c></row></ext></extLst>'),
    "row of another namespace": between_rows('<row xmlns="urn:x" r="9"><c r="C9"><v>9</v></c></row>'),
    "text between rows": between_rows("12"),
    "sheet data twice": between_rows("</sheetData><sheetData>"),
    "rows joined": lambda xml, number: re.sub(r"</row><row [^>]*>", "", xml, count=1 + number % 3),
    "merged": merged,
    "no dimension": lambda xml, number: re.sub("<dimension[^>]*/>", "", xml),
    "small dimension": lambda xml, number: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1"', xml),
    "spans": at(ROW, attribute("spans", "1:1")),
}  # fmt: skip

LABELS = st.text("东南西北中社区学校12 ", min_size=1, max_size=8).map(str.strip).filter(bool)
ROWS = st.lists(
    st.builds(AttachmentRow, LABELS, st.tuples(*[st.integers(0, 999) | st.none() | st.just("/")] * 7)),
    min_size=1,
    max_size=6,
)


def check(content: bytes) -> None:
    back = read_attachment(content, LAYOUT, COLUMNS)
    if back.problems:
        return
    found = [(row["provider"], *(row["values"][code] for code in CODES)) for row in back.rows]
    assert [tuple(map(plain, row)) for row in found] == [tuple(map(plain, row)) for row in raw.rows(content)]


def plain(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if value is None else f"{float(value):g}" if number else str(value).strip()


@pytest.mark.parametrize("shared", few([False, True], 1))
@pytest.mark.parametrize("name", few(CHANGES, 8))
@settings(max_examples=times(1, 2))
@given(rows=ROWS, number=st.integers(0, 200))
def test_it_is_refused_or_says_what_the_file_says(name, shared, rows, number):
    content = form(rows=tuple(rows), total=(None,) * 7)
    if shared:
        content = with_shared_strings(content, lambda text: f"<t>{text}</t><rPh><t>x</t></rPh>")
    parts = unpacked(content)
    parts[SHEET] = CHANGES[name](parts[SHEET].decode(), number).encode()
    check(packed(parts))


@settings(max_examples=times(2, 10))
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_parts_means_nothing(rows, order):
    parts = list(unpacked(form(rows=tuple(rows), total=(None,) * 7)).items())
    order.shuffle(parts)
    check(packed(dict(parts)))


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'state="visible"', b'state="hidden"'),
        lambda xml: xml.replace(b"sheetId=", b"x="),
    ],
)
def test_a_changed_list_of_sheets_is_refused_or_read_right(change):
    parts = unpacked(form())
    check(packed(parts | {WORKBOOK: change(parts[WORKBOOK])}))


def test_the_second_reader_reads_what_was_written():
    """Or the comparison would compare nothing with nothing."""
    assert [row[0] for row in raw.rows(form())] == [row.label for row in FORM.rows]
    assert list(raw.rows(form())[2][1:]) == list(FORM.rows[2].values)
