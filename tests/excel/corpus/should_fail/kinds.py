"""What people take for a workbook, and what somebody else would like to be taken for one."""

import zipfile

from .. import Fails
from ..building import MAIN, SHEET, added, converted, form, has_office, packed, rewritten, separated

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TYPES = "[Content_Types].xml"


def ole(name: str) -> bytes:
    return OLE + name.encode("utf-16-le")


def opendocument() -> bytes:
    return packed(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"},
        zipfile.ZIP_STORED,
    )


CASES = {
    "empty file": Fails(lambda: b"", "The file is empty"),
    "larger than 5 MB": Fails(lambda: form() + bytes(5 * 1024 * 1024), "The file is larger than 5 MB"),
    "xls named xlsx": Fails(lambda: ole("Workbook"), "This is an Excel 97–2003 file"),
    "xls of Excel 95": Fails(lambda: ole("Book"), "This is an Excel 97–2003 file", name="季报.xls"),
    "encrypted": Fails(lambda: ole("EncryptedPackage"), "The workbook is protected by a password"),
    "et": Fails(
        lambda: ole("Workbook") + "ETExtData".encode("utf-16-le"), "This is a WPS spreadsheet", name="季报.et"
    ),
    "wps": Fails(lambda: ole("WordDocument"), "This is a Word or WPS text", name="季报.wps"),
    "the document itself as doc": Fails(
        lambda: ole("WordDocument"), "This is a Word or WPS text", name="附件.doc"
    ),
    "another OLE file": Fails(lambda: OLE, "This is not an Excel workbook"),
    "ods": Fails(opendocument, "This is an OpenDocument spreadsheet"),
    "flat ods": Fails(
        lambda: (
            b'<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet" xmlns:x="office:spreadsheet">'
        ),
        "This is an OpenDocument spreadsheet",
    ),
    "docx": Fails(lambda: packed({TYPES: "<a/>", "word/document.xml": "<a/>"}), "This is a Word document"),
    "pptx": Fails(lambda: packed({TYPES: "<a/>", "ppt/presentation.xml": "<a/>"}), "This is a presentation"),
    "numbers": Fails(lambda: packed({"Index/Document.iwa": b"x"}), "This is a Numbers spreadsheet"),
    "xlsb": Fails(
        lambda: packed({TYPES: "<a/>", "xl/workbook.bin": b"x"}), "This is an Excel binary workbook"
    ),
    "a picture in a workbook": Fails(
        lambda: rewritten(
            {
                SHEET: f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
                "xl/media/image1.png": b"\x89PNG\r\n\x1a\n",
            }
        ),
        "The workbook holds a picture and no table",
    ),
    "any zip": Fails(lambda: packed({"季报.txt": "x"}), "This is not an Excel workbook"),
    "empty zip": Fails(lambda: packed({}), "This is a compressed archive"),
    "rar": Fails(lambda: b"Rar!\x1a\x07\x00" + bytes(99), "This is a compressed archive"),
    "PDF": Fails(lambda: b"%PDF-1.7\n", "This is a PDF file", name="扫描件.pdf"),
    "PNG": Fails(lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "This is a picture"),
    "JPEG": Fails(lambda: b"\xff\xd8\xff\xe0" + bytes(99), "This is a picture"),
    "RTF": Fails(lambda: b"{\\rtf1\\ansi", "This is a text document (.rtf)"),
    "web page": Fails(
        lambda: b"\xef\xbb\xbf<html xmlns:x='urn'><body><table>", "This is a web page", name="季报.xls"
    ),
    "bare table": Fails(lambda: b"\r\n<TABLE><TR><TD>1", "This is a web page"),
    "mht": Fails(lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart", "This is a web page"),
    "XML spreadsheet 2003": Fails(
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "This is an Excel 2003 XML file",
    ),
    "program": Fails(lambda: b"MZ\x90\x00\x03" + bytes(99), "This is not an Excel workbook"),
    "noise": Fails(lambda: bytes(range(256)) * 20, "This is not an Excel workbook"),
    "JSON": Fails(lambda: b'{"a": 1}', "This is not an Excel workbook"),
    "workbook named exe": Fails(form, "The file's name does not end in", name="表.xlsx.exe"),
    "workbook without an ending": Fails(form, "The file's name does not end in", name="表"),
    "text before the zip": Fails(lambda: b"abc,def\n" + form(), "The file is damaged"),
    "picture before the zip": Fails(lambda: b"GIF89a" + bytes(60) + form(), "This is a picture"),
    "bytes behind the zip": Fails(lambda: form() + b"<script>", "The file is damaged"),
    "comment of the zip": Fails(lambda: form()[:-2] + b"\x05\x00hello", "The file is damaged"),
    "macros": Fails(lambda: added("xl/vbaProject.bin", "x"), "The workbook contains macros"),
    "old macro sheet": Fails(
        lambda: added("xl/macrosheets/sheet1.xml", "<a/>"), "The workbook contains macros"
    ),
    "plain text": Fails(lambda: "各位领导：附件见下。".encode(), "No row with the attachment's headings"),
    "csv in mixed bytes": Fails(
        lambda: separated().encode("utf-8")[:300] + separated().encode("gb18030") + b"\xff\xff",
        "The file's encoding",
        name="季报.csv",
    ),
    "csv read as Latin-1": Fails(
        lambda: separated().encode("gb18030").decode("latin-1").encode(),
        "The file's encoding",
        name="季报.csv",
    ),
    "csv with 9 fields": Fails(
        lambda: separated().replace("海门街道社区学校,1", "海门街道社区学校,1,1").encode(),
        "Line 8 has 9 fields",
        name="季报.csv",
    ),
    "csv with 7 fields": Fails(
        lambda: separated().replace("海门街道社区学校,1,", "海门街道社区学校,").encode(),
        "Line 8 has 7 fields",
        name="季报.csv",
    ),
    "csv of 3,000 rows": Fails(
        lambda: (separated() + "a,b\n" * 3000).encode(), "The workbook holds far more"
    ),
}
if has_office:
    CASES["xls of LibreOffice"] = Fails(lambda: converted(form(), "xls"), "This is an Excel 97–2003 file")
    CASES["ods of LibreOffice"] = Fails(
        lambda: converted(form(), "ods"), "This is an OpenDocument spreadsheet"
    )
    CASES["web page of LibreOffice"] = Fails(lambda: converted(form(), "html"), "This is a web page")
