"""Is this zip file safe to unpack, and what is in it? Looks at the zip directory before anything is unpacked.

Empty rows that a program wrote down to the end of the sheet are left out while unpacking: openpyxl takes half a
minute and half a gigabyte over them.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from .kinds import MEGABYTE, protected, refuse_other_packages
from .part_names import in_one_spelling
from .problems import Refused, damaged, too_much

ENTRY_LIMIT = 200
UNPACKED_LIMIT = 160 * MEGABYTE
LARGE = 2 * MEGABYTE  # an XML part from which empty rows are left out
XML_LIMIT = 10 * MEGABYTE  # what is left of all XML parts; openpyxl takes a minute over one comment of 50 MB
GAP = 24  # bytes between two entries: a data descriptor

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, struct.error)
FLAG_ENCRYPTED = 0x1
MACROS = re.compile("vbaproject|xl/macrosheets/|xl/activex/|xl/dialogsheets/")
LINKS = re.compile("xl/externallinks/|xl/connections|xl/querytables/")
EMBEDDED = re.compile(
    r"embeddings/|customui|xl/webextensions|\.(exe|dll|com|js|vbs|bat|cmd|ps1|jar|hta|scr|zip|rar|7z|gz|xlsx?|docx?|html?|svg|swf)$"
)
_ELSEWHERE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[a-z]:|\x00")  # a path that leads out of the file
_NESTED = (b"PK\x03\x04", b"MZ", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf")

_EMPTY_ROWS = re.compile(
    rb'<(?:\w+:)?row\s(?:[^<>]*\s)?r="\d+"[^<>]*(?:/>|>\s*'
    rb"(?:<(?:\w+:)?c(?:\s[^<>]*)?(?:/>|></(?:\w+:)?c>)\s*)*</(?:\w+:)?row>)\s*"
)
_ROW_WITHOUT_NUMBER = re.compile(rb'<(?:\w+:)?row(?=[\s/>])(?![^<>]*\sr=")')
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")


def check_package(data: bytes) -> None:
    """Refused for what the zip directory alone shows."""
    with _opened(data):
        pass


def unpack(data: bytes) -> dict[str, bytes]:
    """Every part by its name, or Refused."""
    with _opened(data) as archive:
        return in_one_spelling({entry.filename: _part(archive, entry) for entry in archive.infolist()})


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive)
            _check_layout(data, archive)
            yield archive
    except UNREADABLE as error:
        raise Refused(damaged(), code="damaged") from error


def repacked(parts: dict[str, bytes]) -> bytes:
    """The parts as a zip file, for a library that reads nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


# --- the directory


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Size, number and names of the parts as the zip directory lists them; nothing is unpacked yet."""
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise Refused(too_much(), code="bomb")
    if len(set(names)) != len(names):  # programs differ in which of the two they read
        raise Refused(_("A part of the file is there twice. ") + damaged(), code="twice")
    if any(_ELSEWHERE.search(entry.orig_filename.lower()) for entry in entries):
        raise Refused(damaged(), code="polyglot")
    if any(entry.flag_bits & FLAG_ENCRYPTED for entry in entries):
        raise protected()
    refuse_other_packages(names, archive)
    for pattern, refused in ((MACROS, _macros), (LINKS, linked), (EMBEDDED, _embedded)):
        if any(pattern.search(name) for name in names):
            raise refused()


def _check_layout(data: bytes, archive: zipfile.ZipFile) -> None:
    """One entry after the other from the first byte to the last: nothing before, between, behind or overlapping."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        start = entry.header_offset
        if not end <= start <= end + GAP or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise Refused(damaged(), code="polyglot")
        name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
        local_name = data[start + 30 : start + 30 + name_length]
        if local_name != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
            raise Refused(damaged(), code="polyglot")
        end = start + 30 + name_length + extra_length + entry.compress_size
    if archive.comment or not end <= archive.start_dir <= end + GAP or data[-22:-18] != b"PK\x05\x06":
        raise Refused(damaged(), code="polyglot")


def _macros() -> Refused:
    text = _(
        "The workbook contains macros. Save it as “Excel workbook (*.xlsx)” without macros and upload that."
    )
    return Refused(text, code="macros")


def linked() -> Refused:
    text = _(
        "The workbook is linked to other files or data sources. "
        "Break the links (Data, Edit links), keep the values and upload it again."
    )
    return Refused(text, code="links")


def _embedded() -> Refused:
    text = _(
        "The workbook carries other files inside. Delete the embedded objects, save and upload it again."
    )
    return Refused(text, code="embedded")


# --- unpacking


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGE and entry.filename.lower().endswith(".xml"):
        return b"".join(_without_empty_rows(archive, entry))
    content = archive.read(entry)
    if content.startswith(_NESTED):
        raise _embedded()
    return content


def _without_empty_rows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces of whole rows. A comment or CDATA could hide a row from this, so there must be none."""
    kept, rest = 0, b""
    with archive.open(entry) as file:
        while chunk := file.read(MEGABYTE):
            rest += chunk
            cut = max((found.start() for found in _ROW.finditer(rest, max(0, len(rest) - 65_536))), default=0)
            piece, rest = _pruned(rest[:cut]), rest[cut:]
            kept += len(piece)
            if kept + len(rest) > XML_LIMIT:
                raise Refused(too_much(), code="bomb")
            yield piece
    yield _pruned(rest)


def _pruned(piece: bytes) -> bytes:
    if b"<!" in piece:
        raise Refused(too_much(), code="bomb")
    piece = _EMPTY_ROWS.sub(b"", piece)
    if _ROW_WITHOUT_NUMBER.search(piece):  # its place would follow from the rows that are left out
        raise Refused(too_much(), code="bomb")
    return piece
