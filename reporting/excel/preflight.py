"""Is this file a workbook that is safe to open, and do all programs see the same cells in it?

Looks at the zip directory and at the raw XML before openpyxl does: openpyxl allocates every cell up to the
farthest one, drops values under merged cells without a word, and reads some files differently from Excel.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException

from reporting.excel.problems import Refused

MEGABYTE = 1024 * 1024
FILE_LIMIT = 5 * MEGABYTE
UNPACKED_LIMIT = 50 * MEGABYTE
XML_LIMIT = 10 * MEGABYTE  # openpyxl takes a minute over one comment of 50 MB
ENTRY_LIMIT = 200
ROW_LIMIT = 2000
COLUMN_LIMIT = 64
ELEMENT_LIMIT = 200_000
SPAN_LIMIT = 40_000  # cells under all merges and links of a sheet together

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLD_WORKBOOK = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
STRICT = "http://purl.oclc.org/ooxml/"
ACTIVE_PARTS = re.compile("vbaproject|xl/macrosheets/|xl/activex/", re.IGNORECASE)
FLAG_ENCRYPTED = 0x1

_NUMBER = re.compile(r"\s*[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?\s*")
_INDEX = re.compile(r"\s*[0-9]{1,9}\s*")


@dataclass
class RawSheet:
    """What the XML of one sheet holds, whatever a library makes of it."""

    filled: set[tuple[int, int]] = field(default_factory=set)  # (row, column) of every cell with content
    has_formulas: bool = False

    @property
    def last_row(self) -> int:
        return max((row for row, column in self.filled), default=0)

    @property
    def last_column(self) -> int:
        return max((column for row, column in self.filled), default=0)


def inspect(source: bytes | str | Path) -> tuple[bytes, dict[str, RawSheet]]:
    """The file's bytes and its sheets by name, or Refused with what to do."""
    data = _bytes_of(source)
    _check_magic(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive)
            return data, _Scan(archive).sheets()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Refused(damaged()) from error


def damaged() -> str:
    return _(
        "The file is damaged or incomplete: it may not have been copied or downloaded to its end. "
        "Open it in WPS or Excel, save it as “Excel workbook (*.xlsx)” and upload it again."
    )


# --- the file as a whole


def _bytes_of(source: bytes | str | Path) -> bytes:
    """At most the limit and one byte more is ever read."""
    if not isinstance(source, bytes):
        with Path(source).open("rb") as file:
            source = file.read(FILE_LIMIT + 1)
    if len(source) > FILE_LIMIT:
        raise Refused(
            _(
                "The file is larger than %(limit)s MB. "
                "Delete pictures, other sheets and empty rows, then upload it again."
            )
            % {"limit": FILE_LIMIT // MEGABYTE}
        )
    return source


def _check_magic(data: bytes) -> None:
    """Content decides, not the file's name."""
    if not data:
        raise Refused(_("The file is empty (0 bytes). Save the workbook and upload it again."))
    if data.startswith(OLE_MAGIC):
        raise Refused(_ole_sentence(data))
    if not data.startswith(ZIP_MAGIC):
        raise Refused(_not_a_workbook())


def _ole_sentence(data: bytes) -> str:
    if ENCRYPTED in data:
        return _protected()
    if any(name in data for name in OLD_WORKBOOK):
        return _(
            "This is an Excel 97–2003 file (.xls). Open it in WPS or Excel, "
            "save it as “Excel workbook (*.xlsx)” and upload that."
        )
    return _not_a_workbook()


def _protected() -> str:
    return _("The workbook is protected by a password. Remove the password, save it and upload it again.")


def _not_a_workbook() -> str:
    return _(
        "This is not an Excel workbook (.xlsx). Download the attachment's template here, "
        "fill it in with WPS or Excel and upload that file."
    )


def _check_directory(archive: zipfile.ZipFile) -> None:
    """Size, number and names of the parts as the zip directory tells them; nothing is unpacked yet."""
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise Refused(_too_much())
    if len(set(names)) != len(names):
        raise Refused(damaged())  # two parts of one name: programs differ in which they read
    if any(entry.flag_bits & FLAG_ENCRYPTED for entry in entries):
        raise Refused(_protected())
    if any(ACTIVE_PARTS.search(name) for name in names):
        raise Refused(
            _(
                "The workbook contains macros. "
                "Save it as “Excel workbook (*.xlsx)” without macros and upload that."
            )
        )
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused(_not_a_workbook())


def _too_much() -> str:
    return _(
        "The workbook holds far more than the attachment. Copy the table into the attachment's template, "
        "without empty rows, pictures and other sheets, and upload that."
    )


# --- the XML of its parts


class _Scan:
    """Reads every XML part once: refuses document types, collects the sheets and their names."""

    def __init__(self, archive: zipfile.ZipFile):
        self.names: dict[str, str] = {}  # relationship id -> sheet name
        self.targets: dict[str, dict[str, str]] = {}  # part -> relationship id -> part
        self.parts: dict[str, RawSheet] = {}
        self.workbooks: list[str] = []
        self.elements = self.size = 0
        for entry in archive.infolist():
            content = archive.read(entry)
            if _is_xml(entry.filename, content):
                self._parse(entry.filename, content)

    def sheets(self) -> dict[str, RawSheet]:
        """By name, as the one workbook part lists them."""
        if len(self.workbooks) != 1:
            raise Refused(_not_a_workbook())
        folder, name = posixpath.split(self.workbooks[0])
        targets = self.targets.get(f"{folder}/_rels/{name}.rels", {})
        parts = {
            name: posixpath.normpath(posixpath.join(folder, targets.get(key, ""))).lstrip("/")
            for key, name in self.names.items()
        }
        return {name: self.parts[part] for name, part in parts.items() if part in self.parts}

    def _parse(self, part: str, content: bytes) -> None:
        self.size += len(content)
        if self.size > XML_LIMIT:
            raise Refused(_too_much())
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        reader = _PartReader(self, part, parser)
        parser.StartElementHandler = reader.start
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Refused(damaged()) from error


def _is_xml(name: str, content: bytes) -> bool:
    """By name or by its first characters, in any encoding: a sheet may hide behind any name."""
    return name.lower().endswith((".xml", ".rels", ".vml")) or content[:64].lstrip(
        b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
    ).startswith(b"<")


def _refuse_doctype(*ignored: Any) -> None:
    raise Refused(
        _("The workbook contains a document type definition, which no spreadsheet program writes. ")
        + damaged()
    )


class _PartReader:
    """The first element decides what a part is; a sheet's cells then go to a _SheetReader."""

    def __init__(self, scan: _Scan, part: str, parser: Any):
        self.scan, self.part, self.parser = scan, part, parser
        self.namespace: str | None = None  # the root's; extensions reuse its names (f, row) in their own
        self.on: dict[str, Callable[[dict[str, str]], None]] = {}

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _separator, name = qualified.rpartition(" ")
        self.scan.elements += 1
        if self.scan.elements > ELEMENT_LIMIT:
            raise Refused(_too_much())
        if self.namespace is None:
            self.namespace = namespace
            self._start_root(namespace, name)
        elif name in self.on and namespace == self.namespace:
            self.on[name](attributes)

    def _start_root(self, namespace: str, name: str) -> None:
        if namespace.startswith(STRICT):
            raise Refused(
                _(
                    "The workbook was saved as “Strict Open XML”. "
                    "Save it as “Excel workbook (*.xlsx)” and upload that."
                )
            )
        if name == "workbook":
            self.scan.workbooks.append(self.part)
            self.on["sheet"] = self._read_sheet_name
        elif name == "Relationships":
            self.on["Relationship"] = self._read_target
        elif name == "worksheet":
            sheet = _SheetReader(self.parser)
            self.scan.parts[self.part] = sheet.raw
            self.on = sheet.on

    def _read_sheet_name(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")
        self.scan.names[key] = attributes.get("name", "")

    def _read_target(self, attributes: dict[str, str]) -> None:
        targets = self.scan.targets.setdefault(self.part.lstrip("/"), {})
        targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _SheetReader:
    """Rows and cells must come in order, each once, each in its row: else programs read different numbers."""

    def __init__(self, parser: Any):
        self.raw = RawSheet()
        self.row = self.column = self.span = 0
        self.kind = ""
        self.text = ""
        self.parser = parser
        self.on: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "f": self._formula,
            "is": self._inline,
            "mergeCell": self._ref,
            "hyperlink": self._ref,
        }
        parser.EndElementHandler = self._end

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    def _row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise Refused(
                _("Row %(row)s stands twice in the file, or in the wrong place. ") % {"row": row} + damaged()
            )
        self.row, self.column = row, 0

    def _cell(self, attributes: dict[str, str]) -> None:
        column = self.column + 1
        if "r" in attributes:
            column = self._column_in(attributes["r"])
        if column <= self.column or column > 16_384 or self.row > 1_048_576:
            raise Refused(_misplaced(attributes.get("r", "")))
        self.column, self.kind = column, attributes.get("t", "n")

    def _column_in(self, address: str) -> int:
        try:
            letters, row = coordinate_from_string(address)
            column = column_index_from_string(letters)
        except (CellCoordinatesException, ValueError) as error:
            raise Refused(_misplaced(address)) from error
        if row != self.row:
            raise Refused(_misplaced(address))
        return column

    def _formula(self, attributes: dict[str, str]) -> None:
        self.raw.has_formulas = True
        self._fill()

    def _value(self, attributes: dict[str, str]) -> None:
        self._collect()

    def _inline(self, attributes: dict[str, str]) -> None:
        self._collect()

    def _collect(self) -> None:
        self.text = ""
        self.parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        self.text += text

    def _end(self, qualified: str) -> None:
        name = qualified.rpartition(" ")[2]
        if name not in ("v", "is") or not self.parser.CharacterDataHandler:
            return
        self.parser.CharacterDataHandler = None
        if self.text:
            self._check_value(name)
            self._fill()

    def _check_value(self, name: str) -> None:
        """NaN would make openpyxl refuse the whole workbook; a negative index would read another text."""
        pattern = {"n": _NUMBER, "s": _INDEX}.get(self.kind)
        if name == "v" and pattern and not pattern.fullmatch(self.text):
            raise Refused(
                _("Cell %(cell)s holds a value that is no number. Type the number again and save.")
                % {"cell": self.address},
                self.address,
            )

    def _fill(self) -> None:
        if self.row > ROW_LIMIT or self.column > COLUMN_LIMIT:
            raise Refused(
                _(
                    "Cell %(cell)s lies far outside the table. "
                    "Delete its content, and the rows and columns around it."
                )
                % {"cell": self.address},
                self.address,
            )
        self.raw.filled.add((self.row, self.column))

    def _ref(self, attributes: dict[str, str]) -> None:
        """openpyxl makes a cell for each one under a merge or a link."""
        try:
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
            self.span += (right - left + 1) * (bottom - top + 1)
        except (ValueError, TypeError) as error:
            raise Refused(damaged()) from error
        if self.span > SPAN_LIMIT:
            raise Refused(_too_much())


def _misplaced(address: str) -> str:
    sentence = _("Cell %(cell)s stands twice in the file, or in the wrong place. ") % {"cell": address}
    return sentence + damaged()
