"""Files as spreadsheet programs save them: LibreOffice itself, and the ways of WPS and others as far as known."""

import re

from reporting.excel.export import write_attachment

from .. import Passes
from ..building import (
    FORM,
    OFFICE,
    ORIGIN,
    RELATIONS,
    SHEET,
    TYPES,
    WORKBOOK,
    added,
    converted,
    form,
    has_office,
    in_sheet,
    packed,
    rewritten,
    unpacked,
    with_shared_strings,
)

WPS_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer">'
    "<vt:lpwstr>2052-12.1.0.16388</vt:lpwstr></property>"
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="ICV"><vt:lpwstr></vt:lpwstr></property>'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="4" name="KSOReadingLayout"><vt:bool>true</vt:bool>'
    "</property></Properties>"
)


def shared(text: str) -> str:
    return f"<t>{text}</t>"


def phonetic(text: str) -> str:
    """With the pronunciation beside it, as an East Asian input method leaves it: no part of the text."""
    return f'<t>{text}</t><rPh sb="0" eb="1"><t>pinyin 123</t></rPh><phoneticPr fontId="1"/>'


def in_runs(text: str) -> str:
    """Half of it in another font."""
    half = len(text) // 2
    font = '<rPr><sz val="12"/><rFont val="仿宋"/></rPr>'
    return f'<r><t xml:space="preserve">{text[:half]}</t></r><r>{font}<t xml:space="preserve">{text[half:]}</t></r>'


def wps() -> bytes:
    """The dimension that WPS writes, texts in their own part, its own properties and its own images part."""
    content = with_shared_strings(form(), phonetic)
    return rewritten(
        {
            SHEET: lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1"', xml),
            "docProps/custom.xml": WPS_PROPERTIES,
            "xl/cellimages.xml": '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>',
        },
        content,
    )


def absolute() -> bytes:
    """Targets that begin at the root of the package."""
    return rewritten({RELATIONS: lambda xml: re.sub(r'Target="/?(?:xl/)?', 'Target="/xl/', xml)})


def without_addresses() -> bytes:
    def bare(xml: str) -> str:
        return re.sub(r'(<row|<c) r="[^"]*"', r"\1", re.sub("<dimension[^>]*/>", "", xml))

    return rewritten({SHEET: bare})


def prefixed() -> bytes:
    """Every element of the sheet with a prefix, as the Open XML SDK writes it."""

    def rewrite(xml: str) -> str:
        xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml)
        return xml.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=")

    return rewritten({SHEET: rewrite})


def with_chart_and_picture() -> bytes:
    """Parts that openpyxl cannot read are no fault of the table."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/>'
        f'<Relationship Id="rId8" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        "</Relationships>"
    )
    tags = (
        f'<hyperlinks><hyperlink ref="A14" xmlns:r="{OFFICE}" r:id="rId8"/></hyperlinks>'
        r"\g<0>"
    )
    content = in_sheet("<printOptions", tags)
    content = in_sheet("</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId9"/></worksheet>', content)
    return rewritten(
        {
            "xl/worksheets/_rels/sheet1.xml.rels": relations,
            "xl/drawings/drawing1.xml": "<not-a-drawing/>",
            "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
            "xl/charts/chart1.xml": "<not-a-chart/>",
            TYPES: lambda xml: xml.replace(
                "<Default", '<Default Extension="png" ContentType="image/png"/><Default', 1
            ),
        },
        content,
    )


def renamed_parts() -> bytes:
    """The sheet's part under a name in Chinese."""
    parts = unpacked(form())
    parts["xl/worksheets/表一.xml"] = parts.pop(SHEET)
    for name in (RELATIONS, TYPES):
        parts[name] = parts[name].replace(b"sheet1.xml", "表一.xml".encode())
    return packed(parts)


def strict_numbers() -> bytes:
    """1 as 1.0, 41 as 4.1E1, as some exporters write numbers."""
    return in_sheet("<v>41</v>", "<v>4.1E1</v>", in_sheet("<v>60</v>", "<v>60.0</v>"))


def empty_cells_to_the_end() -> bytes:
    rows = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(13, 1_048_577))
    return in_sheet("</sheetData>", rows + "</sheetData>")


CASES = {
    "texts in their own part": Passes(lambda: with_shared_strings(form(), shared)),
    "texts with pronunciation": Passes(lambda: with_shared_strings(form(), phonetic)),
    "texts in runs": Passes(lambda: with_shared_strings(form(), in_runs)),
    "WPS": Passes(wps),
    "wrong dimension": Passes(lambda: in_sheet('<dimension ref="[^"]*"', '<dimension ref="A1"')),
    "immense dimension": Passes(lambda: in_sheet('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"')),
    "absolute targets": Passes(absolute),
    "no addresses": Passes(without_addresses),
    "prefixed elements": Passes(prefixed),
    "chart, picture and link": Passes(with_chart_and_picture),
    "part named in Chinese": Passes(renamed_parts),
    "numbers with exponents": Passes(strict_numbers),
    "stored, not compressed": Passes(lambda: packed(unpacked(form()), 0)),
    "1,048,576 empty rows": Passes(empty_cells_to_the_end),
    "empty styled cell at the end": Passes(
        lambda: in_sheet("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    ),
    "printer settings": Passes(lambda: added("xl/printerSettings/printerSettings1.bin", b"\x01\x00\x02")),
    "sheet called in Traditional Chinese": Passes(
        lambda: rewritten({WORKBOOK: lambda xml: xml.replace("进展情况统计表", "統計表（龘）")}),
        told=("統計表",),
    ),
}
if has_office:
    CASES |= {
        "LibreOffice": Passes(lambda: converted(form(), "xlsx")),
        "LibreOffice, downloaded for filling in": Passes(
            lambda: converted(write_attachment(FORM, ORIGIN), "xlsx")
        ),
        "LibreOffice from ods": Passes(lambda: converted(converted(form(), "ods"), "xlsx", ending="ods")),
        "LibreOffice from xls": Passes(lambda: converted(converted(form(), "xls"), "xlsx", ending="xls")),
        "LibreOffice csv": Passes(
            lambda: converted(form(), "csv:Text - txt - csv (StarCalc):44,34,76"),
            told=("UTF-8",),
            name="季报.csv",
        ),
    }
