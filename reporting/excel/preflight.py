"""Do all programs see the same cells in this workbook, and nothing that acts?

Looks at the raw XML of every part before openpyxl does: openpyxl allocates every cell up to the farthest one,
drops values under merged cells without a word, and reads some files differently from Excel.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries
from openpyxl.utils.exceptions import CellCoordinatesException

from portal.identity_numbers import holds_identity_number

from .kinds import FILE_LIMIT, is_workbook, not_a_workbook
from .origin import CUSTOM_PROPERTIES, read_origin
from .package import XML_LIMIT, linked, unpack
from .problems import Refused, damaged, too_much

ROW_LIMIT = 2000
COLUMN_LIMIT = 64
ELEMENT_LIMIT = 200_000
SPAN_LIMIT = 40_000  # cells under all merges and links of a sheet together

STRICT = "http://purl.oclc.org/ooxml/"
PROPERTIES = "docprops/"
DEPTHS = {"row": 3, "c": 4, "v": 5, "f": 5, "is": 5}  # of a sheet's elements, counted from 1

_NUMBER = re.compile(r"\s*[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?\s*")
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_INDEX = re.compile(r"\s*[0-9]{1,9}\s*")
_ENCODING = re.compile(rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"']([^\"']{0,40})")
_TAG = re.compile(rb"<[^>]*>")


@dataclass
class RawSheet:
    """What the XML of one sheet holds, whatever a library makes of it."""

    part: str = ""
    filled: set[tuple[int, int]] = field(default_factory=set)  # (row, column) of every cell with content
    has_formulas: bool = False
    is_filtered: bool = False

    @property
    def last_row(self) -> int:
        return max((row for row, column in self.filled), default=0)

    @property
    def last_column(self) -> int:
        return max((column for row, column in self.filled), default=0)


@dataclass
class Inspected:
    """A workbook that is safe to open: its parts, its sheets by name, and which return it was made for."""

    parts: dict[str, bytes]
    sheets: dict[str, RawSheet]
    origin: dict[str, str]


def bytes_of(source: bytes | str | Path) -> bytes:
    """At most the limit and one byte more is ever read."""
    if isinstance(source, bytes):
        return source
    with Path(source).open("rb") as file:
        return file.read(FILE_LIMIT + 1)


def inspect(data: bytes) -> Inspected:
    """The workbook's parts and sheets, or Refused with what to do."""
    if not is_workbook(data):
        raise not_a_workbook()
    parts = unpack(data)
    scan = _Scan(parts)
    sheets = scan.sheets()
    _refuse_personal(parts, scan, sheets)
    properties = next(
        (part for name, part in parts.items() if name.lower() == CUSTOM_PROPERTIES.lower()), b""
    )
    return Inspected(parts, sheets, read_origin(properties))


def _refuse_personal(parts: dict[str, bytes], scan: "_Scan", sheets: dict[str, RawSheet]) -> None:
    """An identity number in comments, properties or names of sheets; those in cells are reported at their cells."""
    texts = [
        _TAG.sub(b"", content).decode("utf-8", "replace")
        for name, content in parts.items()
        if scan.roots.get(name) == "comments" or name.lower().startswith(PROPERTIES)
    ]
    if any(map(holds_identity_number, [*texts, *sheets])):
        text = _(
            "The comments, the properties or a sheet's name in the file contain an identity card number. "
            "Delete it: the return needs counts only."
        )
        raise Refused(text, code="identity_number")


# --- the XML of its parts


class _Scan:
    """Reads every XML part once: refuses document types, collects the sheets and their names."""

    def __init__(self, parts: dict[str, bytes]):
        self.names: dict[str, str] = {}  # relationship id -> sheet name
        self.targets: dict[str, dict[str, str]] = {}  # part -> relationship id -> part
        self.parts: dict[str, RawSheet] = {}
        self.roots: dict[str, str] = {}
        self.workbooks: list[str] = []
        self.elements = self.size = 0
        for name, content in parts.items():
            if _is_xml(name, content):
                self._parse(name, content)

    def sheets(self) -> dict[str, RawSheet]:
        """By name, as the one workbook part lists them."""
        if len(self.workbooks) != 1:
            raise not_a_workbook()
        folder, name = posixpath.split(self.workbooks[0])
        targets = self.targets.get(f"{folder}/_rels/{name}.rels", {})
        parts = {
            name: posixpath.normpath(posixpath.join("/", folder, targets.get(key, ""))).lstrip("/")
            for key, name in self.names.items()
        }
        return {name: self.parts[part] for name, part in parts.items() if part in self.parts}

    def _parse(self, part: str, content: bytes) -> None:
        self.size += len(content)
        if self.size > XML_LIMIT:
            raise Refused(too_much(), code="bomb")
        _check_encoding(content)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        reader = _PartReader(self, part, parser)
        parser.StartElementHandler = reader.start
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Refused(damaged(), code="damaged") from error


def _is_xml(name: str, content: bytes) -> bool:
    """By name or by its first characters, in any encoding: a sheet may hide behind any name."""
    return name.lower().endswith((".xml", ".rels", ".vml")) or content[:64].lstrip(
        b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
    ).startswith(b"<")


def _check_encoding(content: bytes) -> None:
    """Spreadsheet programs write UTF-8. In another encoding programs may read other characters, or miss what is refused."""
    start = content[:200]
    declared = _ENCODING.search(start)
    if b"\x00" in start or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        text = _("The workbook is written in an encoding that no spreadsheet program uses. ") + damaged()
        raise Refused(text, code="xml_encoding")


def _refuse_doctype(*ignored: Any) -> None:
    text = _("The workbook contains a document type definition, which no spreadsheet program writes. ")
    raise Refused(text + damaged(), code="doctype")


class _PartReader:
    """The first element decides what a part is; a sheet's cells then go to a _SheetReader."""

    def __init__(self, scan: _Scan, part: str, parser: Any):
        self.scan, self.part, self.parser = scan, part, parser
        self.namespace: str | None = None  # the root's; extensions reuse its names (f, row) in their own
        self.on: dict[str, Callable[[dict[str, str]], None]] = {}
        self.depth = 0
        self.sheet: _SheetReader | None = None
        parser.EndElementHandler = self.end

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _separator, name = qualified.rpartition(" ")
        self.scan.elements += 1
        self.depth += 1
        if self.scan.elements > ELEMENT_LIMIT:
            raise Refused(too_much(), code="bomb")
        if self.namespace is None:
            self.namespace = namespace
            self._start_root(namespace, name)
        elif name in self.on and namespace == self.namespace:
            if self.depth != DEPTHS.get(name, self.depth):
                raise Refused(damaged(), code="damaged")  # inside something that other programs skip
            self.on[name](attributes)

    def end(self, qualified: str) -> None:
        self.depth -= 1
        if self.sheet:
            self.sheet.end(qualified)

    def _start_root(self, namespace: str, name: str) -> None:
        self.scan.roots[self.part] = name
        if namespace.startswith(STRICT):
            text = _(
                "The workbook was saved as “Strict Open XML”. "
                "Save it as “Excel workbook (*.xlsx)” and upload that."
            )
            raise Refused(text, code="strict")
        if name == "workbook":
            self.scan.workbooks.append(self.part)
            self.on["sheet"] = self._read_sheet_name
        elif name == "Relationships":
            self.on["Relationship"] = self._read_target
        elif name == "worksheet":
            self.sheet = _SheetReader(self.part, self.parser)
            self.scan.parts[self.part] = self.sheet.raw
            self.on = self.sheet.on

    def _read_sheet_name(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")
        if attributes.get("name", "") in self.scan.names.values():
            raise Refused(_("Two sheets have the same name. ") + damaged(), code="twice")
        self.scan.names[key] = attributes.get("name", "")

    def _read_target(self, attributes: dict[str, str]) -> None:
        """Outside the file only a hyperlink may lead."""
        if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith(
            "/hyperlink"
        ):
            raise linked()
        targets = self.scan.targets.setdefault(self.part.lstrip("/"), {})
        targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _SheetReader:
    """Rows and cells must come in order, each once, each in its row: else programs read different numbers."""

    def __init__(self, part: str, parser: Any):
        self.raw = RawSheet(part)
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
            "autoFilter": self._filter,
        }

    @property
    def address(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    def _row(self, attributes: dict[str, str]) -> None:
        row = self._number_in(attributes.get("r"))
        if row <= self.row:
            raise Refused(
                _("Row %(row)s stands twice in the file, or in the wrong place. ") % {"row": row} + damaged(),
                code="misplaced",
            )
        self.row, self.column = row, 0

    def _number_in(self, text: str | None) -> int:
        """Python would read more as a number than a spreadsheet program does: 1_0, full-width digits."""
        if text is None:
            return self.row + 1
        if not _INDEX.fullmatch(text):
            raise Refused(damaged(), code="damaged")
        return int(text)

    def _cell(self, attributes: dict[str, str]) -> None:
        column = self.column + 1
        if "r" in attributes:
            column = self._column_in(attributes["r"])
        if column <= self.column or column > 16_384 or self.row > 1_048_576:
            raise Refused(_misplaced(attributes.get("r", "")), code="misplaced")
        self.column, self.kind = column, attributes.get("t", "n")

    def _column_in(self, address: str) -> int:
        if not _ADDRESS.fullmatch(address):
            raise Refused(_misplaced(address), code="misplaced")
        try:
            letters, row = coordinate_from_string(address)
            column = column_index_from_string(letters)
        except (CellCoordinatesException, ValueError) as error:
            raise Refused(_misplaced(address), code="misplaced") from error
        if row != self.row:
            raise Refused(_misplaced(address), code="misplaced")
        return column

    def _filter(self, attributes: dict[str, str]) -> None:
        self.raw.is_filtered = True

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

    def end(self, qualified: str) -> None:
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
            raise Refused(damaged(), code="damaged") from error
        if self.span > SPAN_LIMIT:
            raise Refused(too_much(), code="bomb")


def _misplaced(address: str) -> str:
    sentence = _("Cell %(cell)s stands twice in the file, or in the wrong place. ") % {"cell": address}
    return sentence + damaged()
