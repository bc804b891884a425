"""The form as other offices and other programs write it: the same figures in another dress."""

import re

from openpyxl.comments import Comment
from openpyxl.styles import Font

from reporting.excel.attachment import AttachmentRow

from .. import ROWS, Passes
from ..building import (
    FORM,
    STYLES,
    cells,
    form,
    in_sheet,
    packed,
    rewritten,
    saved,
    unpacked,
    with_shared_strings,
)

FIRST = ROWS[0]


def styled(old: str, new: str) -> bytes:
    """With the styles rewritten so that a library stumbles over them."""

    def replaced(xml: str) -> str:
        assert re.search(old, xml), old
        return re.sub(old, new, xml, count=1)

    return rewritten({STYLES: replaced})


def formatted(number_format: str, value: float = 41) -> bytes:
    def change(sheet) -> None:
        sheet["C7"], sheet["C7"].number_format = value, number_format

    return saved(change)


def renamed(change) -> bytes:
    """With the parts under other names; what refers to them stays as it was."""
    return packed({change(name): content for name, content in unpacked(form()).items()})


def moved_down(sheet) -> None:
    sheet.unmerge_cells("A5:H5")
    sheet.insert_rows(6)


def split(sheet) -> None:
    for area in ("A4:H4", "A5:H5"):
        sheet.unmerge_cells(area)
    sheet["A4"], sheet["B4"], sheet["A5"], sheet["B5"] = "2022年", "第一季度", "填报单位：", "椒江区教育局"


def signed(sheet) -> None:
    sheet["A13"], sheet["C13"], sheet["D13"] = "填表人：甲", "联系电话：", 84111111
    sheet["A14"], sheet["B14"], sheet["C14"], sheet["D14"], sheet["E14"] = "填表日期：", 2022, "年", 3, "月"
    sheet["A15"], sheet["F15"] = "审核人：乙", 138 * 10**8
    sheet["A16"], sheet["B16"] = "短号", 661234


def without_total(sheet) -> None:
    sheet.delete_rows(12)


def without_total_but_signed(sheet) -> None:
    sheet.delete_rows(12)
    sheet["A11"], sheet["C11"], sheet["D11"] = "填表人：甲", "联系电话：", 84111111


def commented(sheet) -> None:
    sheet["C8"].comment = Comment("应为 55", "乙")


def low() -> bytes:
    content = in_sheet(r'(<row r="8"[^>]*?)\bht="[^"]*"', r'\1ht="0"')
    return in_sheet(r'(<col [^>]*?)\bwidth="[^"]*"', r'\1width="0"', content)


def all_hidden(sheet) -> None:
    for row in range(1, 20):
        sheet.row_dimensions[row].height = None
    sheet.sheet_format.zeroHeight = True


def raised_name(text: str) -> str:
    if text != "海门街道社区学校":
        return f"<t>{text}</t>"
    return f'<r><t>{text}</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'


def partly_struck(text: str) -> str:
    if text != "51":
        return f"<t>{text}</t>"
    return "<r><t>5</t></r><r><rPr><strike/></rPr><t>1</t></r>"


def extra(*texts: str) -> bytes:
    def change(sheet) -> None:
        sheet["I6"] = "备注"
        for row, text in enumerate(texts, start=7):
            sheet.cell(row, 9, text)

    return saved(change)


RARE_STYLES = {
    "an empty fill": (r"<fills[^>]*>", r"\g<0><fill/>"),
    "an odd font family": (r"<sz [^>]*/>", r'\g<0><family val="34"/>'),
    "an odd alignment": (r'vertical="[a-z]+"', 'vertical="middle"'),
    "an odd colour": (r"<sz [^>]*/>", r'\g<0><color rgb="red"/>'),
    "an odd underline": (r"<sz [^>]*/>", r'\g<0><u val="wavy"/>'),
    "an odd border": (r'style="thin"', 'style="wavy"'),
}
IN_THE_SHEET = {
    "an odd validation": '<dataValidations count="1"><dataValidation type="number" sqref="B7"/></dataValidations>',
    "an odd rule of colours": '<conditionalFormatting sqref="B7"><cfRule type="odd" priority="1"/></conditionalFormatting>',
}
CASES = {
    **{
        name: Passes(lambda old=old, new=new: styled(old, new), told=("formatting",))
        for name, (old, new) in RARE_STYLES.items()
    },
    **{
        name: Passes(lambda tag=tag: in_sheet("</mergeCells>", "</mergeCells>" + tag), told=("formatting",))
        for name, tag in IN_THE_SHEET.items()
    },
    "an odd view": Passes(
        lambda: in_sheet("<sheetViews>", '<sheetViews><sheetView view="odd" workbookViewId="0"/>'),
        told=("formatting",),
    ),
    "an odd page": Passes(
        lambda: in_sheet('orientation="[a-z]+"', 'orientation="odd"'), told=("formatting",)
    ),
    "parts in small letters": Passes(lambda: renamed(str.lower)),
    "parts in capitals": Passes(lambda: renamed(str.upper)),
    "styles under another name": Passes(
        lambda: packed(
            {
                "xl/styles1.xml" if name == STYLES else name: content.replace(b"styles.xml", b"styles1.xml")
                for name, content in unpacked(form()).items()
            }
        )
    ),
    "comma style": Passes(lambda: formatted(r'_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"??_ ;_ @_ ')),
    "comma style of nothing": Passes(
        lambda: saved(
            lambda sheet: setattr(
                sheet["D7"], "number_format", r'_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"??_ ;_ @_ '
            )
        )
    ),
    "G/通用格式": Passes(lambda: formatted("G/通用格式")),
    "the unit in the format": Passes(lambda: formatted('0"人次"')),
    "Chinese numerals by format": Passes(lambda: formatted("[DBNum1][$-804]General")),
    "2 in the sixteenth digit": Passes(lambda: formatted("General", 41.00000000000001)),
    "a blank row above the headings": Passes(lambda: saved(moved_down)),
    "period and unit split over cells": Passes(lambda: saved(split)),
    "period in numerals": Passes(lambda: cells(A4="二〇二二年第1季度（1—3月）")),
    "signed by": Passes(lambda: saved(signed)),
    "no row of the total": Passes(lambda: saved(without_total), told=("合计",)),
    "no row of the total but signed": Passes(lambda: saved(without_total_but_signed), told=("合计",)),
    "a comment with a figure": Passes(lambda: saved(commented), told=("C8",)),
    "no height and no width": Passes(low, asks=("hidden",)),
    "rows hidden by default": Passes(lambda: saved(all_hidden), asks=("hidden",)),
    "a footnote mark at a name": Passes(
        lambda: with_shared_strings(form(), raised_name),
        rows=(FIRST, ("海门街道社区学校1", *ROWS[1][1:]), ROWS[2]),
        asks=("raised",),
    ),
    "a piece struck through": Passes(
        lambda: with_shared_strings(cells(C8="51"), partly_struck),
        rows=(FIRST, ("海门街道社区学校", 1, 51, 1, 18, 0, 0, 0), ROWS[2]),
        asks=("concealed",),
    ),
    "an empty column of one's own": Passes(extra, told=("备注",)),
    "a filled column of one's own": Passes(lambda: extra("补报", "", "含一场线上"), asks=("extra-9",)),
    "an invisible character": Passes(
        lambda: cells(C7="41\u200b"),
        rows=(("椒江区社区学院", 1, "41\u200b", 0, 0, 0, 0, 0), *ROWS[1:]),
        told=("invisible",),
    ),
    "names carried over and not used": Passes(
        lambda: form(
            rows=(
                *FORM.rows,
                *(AttachmentRow(f"{name}成人学校", (None,) * 7) for name in ("洪家", "三甲", "下陈")),
            ),
            total=(None,) * 7,
        ),
        rows=(*ROWS, *((f"{name}成人学校", *[""] * 7) for name in ("洪家", "三甲", "下陈"))),
        told=("洪家", "三甲", "下陈"),
    ),
    "whole cells struck through by a style": Passes(
        lambda: saved(lambda sheet: setattr(sheet["C7"], "font", Font(strike=True))), asks=("concealed",)
    ),
}
