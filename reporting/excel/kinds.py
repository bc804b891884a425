"""What is this file really? Its first bytes decide, not its name: each kind that people mistake for a workbook
has a sentence of its own."""

import io
import re
import zipfile

from django.utils.translation import gettext as _

from .problems import Refused, damaged

MEGABYTE = 1024 * 1024
FILE_LIMIT = 5 * MEGABYTE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENDINGS = {"xlsx", "xls", "xlsm", "et", "csv", "txt"}  # of names; the content decides between them

_WEB_PAGE = re.compile(rb"<!doctype html|<html|<table|<head|<meta|mime-version:|<style", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x18ftyp")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")


def is_workbook(data: bytes) -> bool:
    """Whether it is a zip file, as a workbook is, or else a text with separators. Anything else is refused."""
    _check_size(data)
    if data.startswith(OLE_MAGIC):
        raise _refused_ole(data)
    if data.startswith(ZIP_MAGIC):
        return True
    if refused := _known_kind(data):
        raise refused
    if _is_binary(data):
        raise not_a_workbook()
    return False


def check_name(name: str) -> None:
    """A name that promises something else than a table is refused: 表.xlsx.exe."""
    if name.rpartition(".")[2].lower() not in ENDINGS or "." not in name:
        text = _(
            "The file's name does not end in .xlsx or .csv. Save the table as “Excel workbook (*.xlsx)”."
        )
        raise Refused(text, code="name")


def _check_size(data: bytes) -> None:
    if not data:
        raise Refused(_("The file is empty (0 bytes). Save the workbook and upload it again."), code="empty")
    if len(data) > FILE_LIMIT:
        text = _(
            "The file is larger than %(limit)s MB. "
            "Delete pictures, other sheets and empty rows, then upload it again."
        )
        raise Refused(text % {"limit": FILE_LIMIT // MEGABYTE}, code="size")


# --- sentences


def not_a_workbook() -> Refused:
    text = _(
        "This is not an Excel workbook (.xlsx). Download the attachment's template here, "
        "fill it in with WPS or Excel and upload that file."
    )
    return Refused(text, code="unknown")


def protected() -> Refused:
    text = _("The workbook is protected by a password. Remove the password, save it and upload it again.")
    return Refused(text, code="encrypted")


def _other(kind: str, code: str) -> Refused:
    """A document that was never a table of ours."""
    text = _(
        "This is %(kind)s, not an Excel workbook (.xlsx). Download the attachment's template here, "
        "fill it in with WPS or Excel and upload that file."
    )
    return Refused(text % {"kind": kind}, code=code)


def _save_as(kind: str, code: str) -> Refused:
    """A table, but in another format: saving it anew is enough."""
    text = _(
        "This is %(kind)s. Open it in WPS or Excel, save it as “Excel workbook (*.xlsx)” and upload that."
    )
    return Refused(text % {"kind": kind}, code=code)


# --- kinds


def _refused_ole(data: bytes) -> Refused:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return protected()
    if holds("ETExtData") or b"ET.Workbook" in data:
        return _save_as(_("a WPS spreadsheet (.et)"), "et")
    if holds("WordDocument") or holds("WpsCustomData"):
        return _other(_("a Word or WPS text document (.doc, .wps)"), "document")
    if holds("Workbook") or holds("Book"):
        return _save_as(_("an Excel 97–2003 file (.xls)"), "xls")
    return not_a_workbook()


def _known_kind(data: bytes) -> Refused | None:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"%PDF"):
        return _other(_("a PDF file"), "pdf")
    if data.startswith(_PICTURES):
        return _other(_("a picture"), "picture")
    if data.startswith(b"{\\rtf"):
        return _other(_("a text document (.rtf)"), "document")
    if data.startswith(_ARCHIVES):
        return _other(_("a compressed archive"), "archive")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096]:
        return _save_as(_("an Excel 2003 XML file"), "xml2003")
    if start.startswith(b"<") and b"office:spreadsheet" in data[:8192]:
        return _save_as(_("an OpenDocument spreadsheet (.ods)"), "ods")
    if _WEB_PAGE.match(start) or (start.startswith(b"<") and _WEB_PAGE.search(data[:4096])):
        return _save_as(_("a web page that was saved with an Excel name"), "html")
    if ZIP_MAGIC in data[:MEGABYTE] and zipfile.is_zipfile(io.BytesIO(data)):
        return Refused(damaged(), code="polyglot")
    return not_a_workbook() if start.startswith((b"<", b"{", b"MZ", b"\x7fELF", b"#!")) else None


def _is_binary(data: bytes) -> bool:
    """A text has no control characters but tabs and line ends; with NULs, it has to be UTF-16."""
    start = data[: 64 * 1024]
    if b"\x00" not in start:
        return bool(_CONTROLS.search(start.decode("latin-1")))
    return not any(_is_wide_text(start, encoding) for encoding in ("utf-16-le", "utf-16-be"))


def _is_wide_text(start: bytes, encoding: str) -> bool:
    """The last character may be cut."""
    text = start[: len(start) // 2 * 2].decode(encoding, "replace")
    return not _CONTROLS.search(text) and text.count("\ufffd") <= 1


def refuse_other_packages(names: list[str], archive: zipfile.ZipFile) -> None:
    """A zip file that is no workbook with XML parts. `names` in lower case."""
    if "mimetype" in names and b"opendocument.spreadsheet" in archive.read(archive.infolist()[0])[:200]:
        raise _save_as(_("an OpenDocument spreadsheet (.ods)"), "ods")
    if "mimetype" in names and "content.xml" in names:
        raise _other(_("an OpenDocument text"), "document")
    if any(name.startswith("word/") for name in names):
        raise _other(_("a Word document (.docx)"), "document")
    if any(name.startswith("ppt/") for name in names):
        raise _other(_("a presentation (.pptx)"), "document")
    if any(name.endswith(".iwa") for name in names):
        raise _save_as(_("a Numbers spreadsheet"), "numbers")
    if "xl/workbook.bin" in names:
        raise _save_as(_("an Excel binary workbook (.xlsb)"), "xlsb")
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise not_a_workbook()
