"""May this workbook be kept as a piece of evidence? Nothing in it acts, and no cell has an identity number."""

import io
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell

from portal.identity_numbers import holds_identity_number

from ..excel.package import repacked, unpack
from ..excel.problems import Refused
from ..excel.unstyled import without_styles
from .personal import check_telephones, telephones_in
from .problems import Unacceptable

CELLS = 200_000
_TAG = re.compile(rb"<[^>]*>")
_SHEET = re.compile(r"xl/worksheets/|xl/sharedstrings")
# How `reporting.excel.package` says no, in the words of this place.
CODES = {
    "encrypted": "encrypted",
    "macros": "macros",
    "links": "links",
    "embedded": "embedded",
    "bomb": "too_much",
    "polyglot": "polyglot",
    "twice": "polyglot",
    "document": "document",
    "ods": "document",
    "xlsb": "old_office",
    "numbers": "document",
}


def check_workbook(content: bytes) -> None:
    try:
        parts = unpack(content)
    except Refused as refused:
        raise Unacceptable(CODES.get(refused.problem.code, "damaged")) from refused
    if any(b"<!DOCTYPE" in part[:4096] or b"<!ENTITY" in part[:4096] for part in parts.values()):
        raise Unacceptable("polyglot")
    for name, part in parts.items():
        is_text = name.lower().endswith((".xml", ".vml")) and not _SHEET.match(name.lower())
        if is_text and holds_identity_number(_TAG.sub(b" ", part).decode("utf-8", "replace")):
            raise Unacceptable("identity_part")
    try:
        _check_cells(parts)
    except Unacceptable as refused:
        if refused.code != "damaged":
            raise
        _check_cells(_plain(parts))  # the library may have stumbled over a style that nobody needs


def _plain(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    try:
        return without_styles(parts)
    except (ParseError, ValueError) as error:
        raise Unacceptable("damaged") from error


def _check_cells(parts: Mapping[str, bytes]) -> None:
    telephones: set[str] = set()
    try:
        for number, (sheet, cell) in enumerate(_written(repacked(dict(parts))), start=1):
            if number > CELLS:
                raise Unacceptable("too_much")
            text = str(cell.value)
            if holds_identity_number(text):
                raise Unacceptable("identity_cell", cell=cell.coordinate, sheet=sheet)
            telephones |= telephones_in(text)
    except Unacceptable:
        raise
    except Exception as error:  # whatever a library trips over in a file that somebody made
        raise Unacceptable("damaged") from error
    check_telephones(telephones)


def _written(content: bytes) -> Iterator[tuple[str, ReadOnlyCell]]:
    """Each cell that holds something, with its sheet's name."""
    for sheet in load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets:
        sheet.reset_dimensions()
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell) for cell in row if cell.value is not None)
