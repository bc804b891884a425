"""Zip files and XML that are broken, hostile, or read differently by different programs."""

import io
import re
import zipfile

from .. import Fails
from ..building import (
    OFFICE,
    SHEET,
    STRINGS,
    WORKBOOK,
    added,
    form,
    in_sheet,
    packed,
    rewritten,
    saved,
    unpacked,
    with_shared_strings,
)

DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
DAMAGED, TOO_MUCH, ODD = (
    "The file is damaged",
    "The workbook holds far more",
    "The workbook is written in an encoding",
)
MILLION = 1_000_000


def truncated(share: float) -> bytes:
    return form()[: int(len(form()) * share)]


def flipped() -> bytes:
    content = form()
    return content[:300] + bytes([content[300] ^ 255]) + content[301:]


def quoted_overlap() -> bytes:
    """Many names for one and the same compressed kernel."""
    content = bytearray(form())
    target = io.BytesIO(form())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/a.xml", "<a>" + "a" * MILLION + "</a>")
        archive.writestr("xl/b.xml", "<a/>")
        archive.infolist()[-1].header_offset = archive.infolist()[-2].header_offset
    content = bytearray(target.getvalue())
    return bytes(content)


def twice(name: str) -> bytes:
    return added(name, "<a/>")


def encrypted_entries() -> bytes:
    content = form()
    at = content.index(b"PK\x01\x02")
    return content[: at + 8] + b"\x01" + content[at + 9 :]


def million_rows_with_a_comment() -> bytes:
    """Rows that are left out while unpacking must not be hidden in a comment."""
    rows = "".join(f'<row r="{number}" s="1"/>' for number in range(13, 120_000))
    return in_sheet("</sheetData>", f"{rows}<!-- x --></sheetData>")


def second_sheet(*, is_hidden: bool, keeps_both: bool) -> bytes:
    def change(sheet) -> None:
        copy = sheet.parent.copy_worksheet(sheet)
        copy.title = "副本"
        (copy if keeps_both else sheet).sheet_state = "veryHidden" if is_hidden else "visible"
        if not keeps_both:
            copy.delete_rows(6)

    return saved(change)


def external_picture() -> bytes:
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/image" Target="https://example.org/x.png" TargetMode="External"/>'
    xml = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + relation
    return rewritten({"xl/worksheets/_rels/sheet1.xml.rels": xml + "</Relationships>"})


def external_string() -> bytes:
    """A text that is not there."""
    return rewritten(
        {STRINGS: lambda xml: re.sub("<si>.*?</si>", "", xml, count=5)},
        with_shared_strings(form(), lambda t: f"<t>{t}</t>"),
    )


REFUSED: dict[str, tuple] = {
    "cut at a tenth": (lambda: truncated(0.1), DAMAGED),
    "cut in the middle": (lambda: truncated(0.5), DAMAGED),
    "cut before its end": (lambda: form()[:-300], DAMAGED),
    "flipped byte": (flipped, DAMAGED),
    "600 MB of spaces": (lambda: added("xl/bomb.xml", b"<!--" + bytes(200 * MILLION)), TOO_MUCH),
    "one long comment": (lambda: added("xl/long.xml", b"<a><!--" + b" " * 11 * MILLION + b"--></a>"), TOO_MUCH),
    "201 parts": (lambda: packed({f"xl/{number}.xml": "<a/>" for number in range(201)}), TOO_MUCH),
    "many elements": (lambda: added("xl/many.xml", "<a>" + "<b/>" * 210_000 + "</a>"), TOO_MUCH),
    "empty rows and a comment": (million_rows_with_a_comment, TOO_MUCH),
    "overlapping entries": (quoted_overlap, DAMAGED),
    "a part that leads out of the file": (lambda: added("xl/../../etc/passwd", "x"), DAMAGED),
    "a part that leads out by a backslash": (lambda: added("xl\\..\\..\\evil.xml", "<a/>"), DAMAGED),
    "a part with a path from the root": (lambda: added("/etc/passwd", "x"), DAMAGED),
    "nested zip": (lambda: added("xl/media/image1.png", form()), "The workbook carries other files"),
    "embedded object": (lambda: added("xl/embeddings/oleObject1.bin", b"x"), "The workbook carries other files"),
    "program inside": (lambda: added("xl/media/a.exe", b"MZ"), "The workbook carries other files"),
    "ribbon": (lambda: added("customUI/customUI.xml", "<a/>"), "The workbook carries other files"),
    "activeX": (lambda: added("xl/activeX/activeX1.xml", "<a/>"), "The workbook contains macros"),
    "external link": (lambda: added("xl/externalLinks/externalLink1.xml", "<a/>"), "The workbook is linked"),
    "connection": (lambda: added("xl/connections.xml", "<a/>"), "The workbook is linked"),
    "query table": (lambda: added("xl/queryTables/queryTable1.xml", "<a/>"), "The workbook is linked"),
    "external picture": (external_picture, "The workbook is linked"),
    "part twice": (lambda: twice(SHEET), "A part of the file is there twice"),
    "part twice in capitals": (lambda: twice("XL/Worksheets/Sheet1.xml"), "A part of the file is there twice"),
    "encrypted entry": (encrypted_entries, "The workbook is protected by a password"),
    "entity": (lambda: added("xl/x.xml", DOCTYPE + "<x>&e;</x>"), "The workbook contains a document type"),
    "entity in the sheet": (lambda: in_sheet("<worksheet", DOCTYPE + "<worksheet"), "The workbook contains a document"),
    "external document type": (
        lambda: in_sheet("<worksheet", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><worksheet'),
        "The workbook contains a document type",
    ),
    "UTF-16 with a document type": (
        lambda: added("xl/x.bin", ('<?xml version="1.0"?>' + DOCTYPE + "<x/>").encode("utf-16")), ODD,
    ),
    "UTF-7": (lambda: added("xl/x.xml", '<?xml version="1.0" encoding="utf-7"?><a/>'), ODD),
    "GBK": (lambda: added("xl/x.xml", '<?xml version="1.0" encoding="gbk"?><a/>'), ODD),
    "XML that does not end": (lambda: in_sheet("</sheetData>", ""), DAMAGED),
    "strict": (
        lambda: rewritten(
            {WORKBOOK: lambda xml: re.sub('http://schemas[^"]*/main', "http://purl.oclc.org/ooxml/spreadsheetml/main", xml)}
        ),
        "The workbook was saved as “Strict Open XML”",
    ),
    "no workbook part": (
        lambda: packed({name: xml for name, xml in unpacked(form()).items() if name != WORKBOOK}),
        "This is not an Excel workbook",
    ),
    "missing text": (external_string, DAMAGED),
    "row twice": (lambda: in_sheet('<row r="8"', '<row r="7"'), "Row 7 stands twice"),
    "row out of order": (lambda: in_sheet('<row r="8"', '<row r="5"'), "Row 5 stands twice"),
    "row without a number": (lambda: in_sheet('<row r="8"', '<row r="x"'), DAMAGED),
    "row in Python's number": (lambda: in_sheet('<row r="8"', '<row r="0_8"'), DAMAGED),
    "cell twice": (lambda: in_sheet('r="C9"', 'r="B9"'), "Cell B9 stands twice"),
    "cell of another row": (lambda: in_sheet('r="C9"', 'r="C10"'), "Cell C10 stands twice"),
    "cell in small letters": (lambda: in_sheet('r="C9"', 'r="c9"'), "Cell c9 stands twice"),
    "two sheets of one name": (
        lambda: rewritten({WORKBOOK: lambda xml: re.sub(r"<sheet ([^>]*)/>", r"<sheet \1/><sheet \1/>", xml, count=1)}),
        "Two sheets have the same name",
    ),
    "immense merge": (
        lambda: in_sheet('<mergeCell ref="A1:H1"', '<mergeCell ref="A1:XFD1048576"'), TOO_MUCH,
    ),
    "immense link": (
        lambda: in_sheet("<printOptions", '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks><printOptions'), TOO_MUCH,
    ),
    "cell at the end of the world": (
        lambda: in_sheet("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        "Cell XFD1048576 lies far outside",
    ),
    "not a number": (lambda: in_sheet("<v>60</v>", "<v>NaN</v>"), "Cell C9 holds a value that is no number"),
    "other form": (lambda: saved(lambda sheet: sheet.delete_rows(6)), "No row with the attachment's headings"),
    "two tables": (lambda: second_sheet(is_hidden=False, keeps_both=True), "The table stands in more than one sheet"),
    "two tables, one hidden": (
        lambda: second_sheet(is_hidden=True, keeps_both=True), "The table stands in more than one sheet",
    ),
    "hidden table": (lambda: second_sheet(is_hidden=True, keeps_both=False), "The table stands in a hidden sheet"),
    "identity number in the properties": (
        lambda: rewritten({"docProps/core.xml": lambda xml: xml.replace("</dc:creator>", "</dc:creator>").replace(
            "</cp:coreProperties>", "<dc:title>11010519491231002X</dc:title></cp:coreProperties>")}),
        "The comments, the properties or a sheet's name",
    ),
    "identity number in a sheet's name": (
        lambda: saved(lambda sheet: setattr(sheet, "title", "11010519491231002X")),
        "The comments, the properties or a sheet's name",
    ),
}  # fmt: skip
CASES = {name: Fails(build, says) for name, (build, says) in REFUSED.items()}
