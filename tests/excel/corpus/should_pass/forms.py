"""The official form as people fill it in and change it."""

from openpyxl.styles import Font, PatternFill

from reporting.excel.attachment import AttachmentRow
from reporting.excel.export import write_attachment

from .. import ROWS, Passes
from ..building import FORM, LAYOUT, ORIGIN, cells, form, in_sheet, rewritten, saved


def reordered() -> bytes:
    def swap(sheet) -> None:
        for row in range(6, 13):
            left, right = sheet.cell(row, 2), sheet.cell(row, 8)
            left.value, right.value = right.value, left.value

    return saved(swap)


def with_headings(change) -> bytes:
    def rewrite(sheet) -> None:
        for column in range(1, 9):
            sheet.cell(6, column).value = change(sheet.cell(6, column).value)

    return saved(rewrite)


def as_text(sheet) -> None:
    for line in sheet["B7:H9"]:
        for cell in line:
            cell.value, cell.number_format = str(cell.value), "@"


def hidden(sheet) -> None:
    sheet.row_dimensions[8].hidden = True
    sheet.column_dimensions["H"].hidden = True


def concealed(sheet) -> None:
    sheet["C7"].font, sheet["C8"].font = Font(strike=True), Font(color="FFFFFFFF")


def filtered(sheet) -> None:
    sheet.auto_filter.ref = "A6:H9"


def notes_below(sheet) -> None:
    sheet["A14"], sheet["C14"], sheet["A15"] = "填表人：甲", "负责人：乙", "填表日期："


def another_sheet(sheet) -> None:
    sheet.parent.create_sheet("备注")["A1"] = "本季度说明"


MANY = tuple((f"第{number}成人学校", number, number * 30, 0, 0, 0, 0, 0) for number in range(1, 201))

CASES = {
    "as downloaded": Passes(form),
    "downloaded for filling in": Passes(lambda: write_attachment(FORM, ORIGIN)),
    "filled in by typing": Passes(lambda: cells(B9=2)),
    "no total": Passes(lambda: form(total=(None,) * 7)),
    "200 rows": Passes(
        lambda: form(rows=tuple(AttachmentRow(n, v) for n, *v in MANY), total=(None,) * 7), rows=MANY
    ),
    "columns in another order": Passes(reordered, asks=("columns",)),
    "full-width brackets": Passes(
        lambda: with_headings(lambda text: text.replace("(", "（").replace(")", "）"))
    ),
    "half-width brackets": Passes(
        lambda: with_headings(lambda text: text.replace("（", "(").replace("）", ")"))
    ),
    "line breaks in headings": Passes(lambda: with_headings(lambda text: text.replace("（", "\n（"))),
    "blanks in headings": Passes(lambda: with_headings(lambda text: f" {text[:2]} {text[2:]}\u3000")),
    "values as text": Passes(lambda: saved(as_text)),
    "full-width digits": Passes(
        lambda: cells(C7="４１"),
        rows=(("椒江区社区学院", 1, "４１", 0, 0, 0, 0, 0), *ROWS[1:]),
        told=("４１",),
    ),
    "thousands separators": Passes(
        lambda: cells(C7="1,041", C12=1152),
        rows=(("椒江区社区学院", 1, "1,041", 0, 0, 0, 0, 0), *ROWS[1:]),
        told=("1,041",),
    ),
    "blank period line": Passes(lambda: cells(A4=LAYOUT["blank_period_line"]), asks=("period",)),
    "blank row between": Passes(lambda: saved(lambda sheet: sheet.insert_rows(8)), told=("8",)),
    "hidden row and column": Passes(lambda: saved(hidden), asks=("hidden",)),
    "struck through and white": Passes(lambda: saved(concealed), asks=("concealed",)),
    "filter switched on": Passes(lambda: saved(filtered), told=("filter",)),
    "format that shows nothing": Passes(
        lambda: saved(lambda sheet: setattr(sheet["C7"], "number_format", ";;;")), asks=("formats",)
    ),
    "white on black": Passes(
        lambda: saved(
            lambda sheet: (
                setattr(sheet["C7"], "font", Font(color="FFFFFFFF")),
                setattr(sheet["C7"], "fill", PatternFill("solid", fgColor="FF000000")),
            )
        )
    ),
    "sheet renamed": Passes(lambda: saved(lambda sheet: setattr(sheet, "title", "Sheet1")), told=("Sheet1",)),
    "sheet name with a blank": Passes(
        lambda: saved(lambda sheet: setattr(sheet, "title", sheet.title + " "))
    ),
    "sheet name of 31 characters": Passes(
        lambda: saved(lambda sheet: setattr(sheet, "title", "表" * 31)), told=("表",)
    ),
    "text below the total": Passes(lambda: saved(notes_below)),
    "another sheet without a table": Passes(lambda: saved(another_sheet)),
    "ending in capitals": Passes(form, name="季报.XLSX"),
    "an innocent middle": Passes(form, name="表.exe.xlsx"),
    "total by formula": Passes(lambda: in_sheet("<v>152</v>", "<f>SUM(C7:C11)</f><v>152</v>")),
    "total by formula without result": Passes(lambda: cells(C12="=SUM(C7:C11)"), told=("C12",)),
    "1904 dates": Passes(
        lambda: rewritten(
            {"xl/workbook.xml": lambda xml: xml.replace("<workbookPr ", '<workbookPr date1904="1" ')}
        )
    ),
}
