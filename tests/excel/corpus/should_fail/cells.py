"""Tables that were found and have something wrong in them: told at the cell, kept to be given back marked."""

import datetime
import re

from reporting.excel.attachment import AttachmentRow
from reporting.excel.export import write_attachment

from .. import Fails
from ..building import (
    FORM,
    LAYOUT,
    ORIGIN,
    STYLES,
    cells,
    form,
    in_sheet,
    rewritten,
    saved,
    with_shared_strings,
)


def merge(area: str) -> bytes:
    return saved(lambda sheet: sheet.merge_cells(area))


def dated(value, number_format: str = "") -> bytes:
    def change(sheet) -> None:
        sheet["C9"] = value
        sheet["C9"].number_format = number_format or sheet["C9"].number_format

    return saved(change)


def with_origin(**changes: str) -> bytes:
    return write_attachment(FORM, ORIGIN | changes)


def in_the_middle() -> bytes:
    def change(sheet) -> None:
        sheet.insert_cols(3)
        sheet["C6"] = "备注"

    return saved(change, plain())


def plain() -> bytes:
    """Without the merged lines above the table, which do not move with the columns."""
    return saved(lambda sheet: [sheet.unmerge_cells(str(each)) for each in list(sheet.merged_cells.ranges)])


def marked(how: str):
    def write(text: str) -> str:
        if text != "60":
            return f"<t>{text}</t>"
        return f'<r><t>60</t></r><r><rPr><vertAlign val="{how}"/></rPr><t>1</t></r>'

    return write


raised, lowered = marked("superscript"), marked("subscript")


def odd(content: bytes) -> bytes:
    """With a style that a library cannot read."""
    return rewritten({STYLES: lambda xml: re.sub("<fills[^>]*>", r"\g<0><fill/>", xml)}, content)


def dated_in_an_odd_style() -> bytes:
    return odd(dated(datetime.date(2021, 3, 5)))


C9 = "Cell C9 (row 3, “应用类短期培训（人次）”): "
ROW3 = "Row 3, “应用类短期培训（人次）”: "
MANY = tuple(AttachmentRow(f"第{number}成人学校", (1, 30, 0, 0, 0, 0, 0)) for number in range(201))

TOLD: dict[str, tuple] = {
    "misspelt heading": (lambda: cells(C6="短期培训人数"), "C6", "Cell C6: the heading “应用类短期培训（人次）” is missing"),
    "column deleted": (lambda: saved(lambda sheet: sheet.delete_cols(8)), "H6", "Cell H6: the heading “优秀工作案例（个）”"),
    "heading twice": (lambda: cells(I6="纸媒教材（本）"), "I6", "Cell I6: the heading “纸媒教材（本）” stands twice"),
    "a column of one's own in the middle": (in_the_middle, "C6", "Cell C6: the heading “备注” is not the attachment's"),
    "raised mark behind a figure": (lambda: with_shared_strings(cells(C9="60"), raised), "C9", C9 + "a part of the content is raised"),
    "lowered mark behind a figure": (lambda: with_shared_strings(cells(C9="60"), lowered), "C9", C9 + "a part of the content is raised"),
    "raised mark, the text in its cell": (
        lambda: in_sheet("<t>60</t>", '<r><t>60</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>', cells(C9="60")),
        "C9", C9 + "a part of the content is raised",
    ),
    "raised mark behind the total": (
        lambda: with_shared_strings(cells(C9=60, C12="60"), raised), "C12", "Cell C12 (total, “应用类短期培训（人次）”): a part of",
    ),
    "a date behind an odd style": (dated_in_an_odd_style, "C9", C9 + "is a date (3/5)"),
    "a percentage behind an odd style": (lambda: odd(dated(0.5, "0%")), "C9", ROW3 + "must be a whole number"),
    "merged over data": (lambda: merge("B9:B11"), "B9:B11", "B9:B11 is a merged cell"),
    "merged names": (lambda: merge("A8:A9"), "A8:A9", "A8:A9 is a merged cell"),
    "figures below the total": (lambda: cells(C14=5), "C14", "Cell C14: a figure stands below the total"),
    "wrong total": (lambda: cells(C12=205), "C12", "C12: the total is 205, but the rows add up to 152"),
    "wrong total by formula": (
        lambda: in_sheet("<v>152</v>", "<f>SUM(C7:C11)</f><v>153</v>"), "C12", "C12: the total is 153, but the rows add up to 152",
    ),
    "a total by another name": (lambda: cells(A12="以上各校"), "A12", "A12: the row “以上各校” adds up the rows above it"),
    "a figure below the total where somebody signed": (
        lambda: cells(A13="填表人：甲", C13=5), "C13", "Cell C13: a figure stands below the total",
    ),
    "another county by its short name": (lambda: cells(A5="填报单位（盖章）：温岭教育局"), "A5", "The sheet is 温岭市教育局's"),
    "another county in a third line": (lambda: cells(A1="附：温岭市教育局（公章）"), "A1", "The sheet is 温岭市教育局's"),
    "another period in other words": (lambda: cells(A4="二〇二一年1—12月"), "A4", "The sheet is for “二〇二一年1—12月”"),
    "201 rows": (lambda: form(rows=MANY, total=(None,) * 7), "", "A return has at most 200 rows; this one has 201"),
    "another county": (lambda: cells(A5="温岭市教育局"), "A5", "The sheet is 温岭市教育局's"),
    "another period": (lambda: cells(A4="2021年第四季度"), "A4", "The sheet is for “2021年第四季度”"),
    "downloaded for another tenant": (lambda: with_origin(tenant="wenling"), "", "The file was downloaded for another tenant"),
    "downloaded in another programme": (lambda: with_origin(programme="shanghai"), "", "The file was downloaded for another"),
    "downloaded in the future": (lambda: with_origin(revision="99"), "", "The file's origin is not in order"),
    "origin of nonsense": (lambda: with_origin(revision="１"), "", "The file's origin is not in order"),
    "downloaded for another period, none named": (
        lambda: write_attachment(FORM.__class__(**{**FORM.__dict__, "period_line": LAYOUT["blank_period_line"]}), ORIGIN | {"period": "2021Q4"}),
        "A4", "The file was downloaded for another period",
    ),
    "formula without a result": (lambda: cells(C9="=30+30"), "C9", C9 + "a formula whose result is not stored"),
    "formula with a result": (lambda: in_sheet("<v>60</v>", "<f>30+30</f><v>60</v>"), "C9", C9 + "a formula; type its result (60)"),
    **{
        f"error {value}": (lambda value=value: cells(C9=value), "C9", C9 + "is an error value")
        for value in ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
    },
    "date": (lambda: dated(datetime.date(2021, 3, 5)), "C9", C9 + "is a date (3/5)"),
    "time": (lambda: dated(datetime.time(0, 12)), "C9", C9 + "is a time (0:12)"),
    "percent": (lambda: dated(0.5, "0%"), "C9", ROW3 + "must be a whole number"),
    "hidden decimals": (lambda: dated(12.4, "0"), "C9", ROW3 + "must be a whole number"),
    "logical value": (lambda: cells(C9=True), "C9", C9 + "is a logical value"),
    "16 digits": (lambda: cells(C9=1234567890123456), "C9", ROW3),
    "scientific text": (lambda: cells(C9="1E3"), "C9", ROW3),
    "negative": (lambda: cells(C9=-1), "C9", ROW3),
    "about fifty": (lambda: cells(C9="约50"), "C9", ROW3),
    "Chinese numeral": (lambda: cells(C9="六十"), "C9", ROW3),
    "blank figure": (lambda: cells(C9=None), "C9", ROW3 + "nothing is filled in"),
    "40,000 characters": (
        lambda: in_sheet("<t>白云街道社区学校</t>", f"<t>{'长' * 40_000}</t>"), "A9", "Row 3: ",
    ),
    "provider twice": (lambda: cells(A9="海门街道社区学校"), "A9", "Row 3: “海门街道社区学校” already stands in row 2"),
    "identity number as a name": (lambda: cells(A9="学员11010519491231002X"), "A9", "Row 3: "),
    "identity number below the total": (lambda: cells(A14="11010519491231002X"), "A14", "Cell A14 contains an identity card number"),
}  # fmt: skip
CODES = dict.fromkeys(
    (
        "downloaded for another tenant",
        "downloaded in another programme",
        "downloaded in the future",
        "origin of nonsense",
    ),
    "foreign_origin",
)
CODES["downloaded for another period, none named"] = "period"
CASES = {
    name: Fails(build, says, cell=cell, code=CODES.get(name, ""), kept=True)
    for name, (build, cell, says) in TOLD.items()
}
