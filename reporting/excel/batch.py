"""Many official attachments in little time: a workbook that openpyxl has drawn once is filled again and again.

There is no layout here. openpyxl draws a sample of the same layout and columns; from it come all parts of the file,
the styles of all cells, and the sheets' beginning and end. Written anew are the rows, which `sheet_rows` describes,
and the places that name the last row.

Measured by `bench/run files one`: a workbook costs about a twentieth of what openpyxl needs for it (20×).
tests/excel/test_batch.py keeps the two writers equal, cell by cell and style by style.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from .attachment import Attachment, Value
from .export import draw, draw_cell, same_bytes
from .sheet_rows import Look, SheetRow, official_rows, provenance_rows
from .text import is_formula_like, is_rare, writable

BOOK, OFFICIAL, PROVENANCE = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
# A text of each kind that `draw_cell` gives a style of its own: rare in GB 2312 or not, like a formula or not.
KINDS = {(False, False): "甲", (True, False): "沚", (False, True): "=甲", (True, True): "=沚"}
LEVEL = 6
SOME_DAY = 0, 1 << 5 | 1  # 1 January 1980, 0:00, as a zip stores it

Styles = dict[tuple[Look, bool, bool], int]


def write_quickly(attachment: Attachment) -> bytes:
    """The same workbook as `export.write_attachment`, cell by cell and style by style."""
    layout = json.dumps(attachment.layout, sort_keys=True)
    prepared = _prepared(layout, attachment.columns, bool(attachment.provenance))
    return prepared.filled(attachment)


@lru_cache(maxsize=8)
def _prepared(layout: str, columns: tuple, has_provenance: bool) -> "Prepared":
    provenance = (("甲", "乙"),) if has_provenance else ()
    sample = Attachment(
        json.loads(layout), "甲", "乙", columns, (), (0,) * len(columns), note="注", provenance=provenance
    )
    return Prepared(sample)


class Prepared:
    """The sample's parts: those that never change compressed once and for all, the others as text."""

    def __init__(self, sample: Attachment):
        self.sample = sample
        rows = [*official_rows(sample), *provenance_rows(sample)]
        workbook = draw(sample)
        self.styles = _styles(workbook, {row.look for row in rows}, sample.layout["fonts"])
        with zipfile.ZipFile(BytesIO(same_bytes(workbook))) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        self.names = list(parts)
        self.texts = {name: parts[name].decode() for name in (BOOK, OFFICIAL, PROVENANCE) if name in parts}
        self.fixed = {name: Member(name, parts[name]) for name in parts if name not in self.texts}
        self.right, self.last = get_column_letter(sample.width), len(official_rows(sample))

    def filled(self, attachment: Attachment) -> bytes:
        rows, provenance = official_rows(attachment), provenance_rows(attachment)
        made = {BOOK: self._book(len(rows), len(provenance)), OFFICIAL: self._official(rows, attachment)}
        if provenance:
            text = self.texts[PROVENANCE].replace('ref="A1:B1"', f'ref="A1:B{len(provenance)}"', 1)
            made[PROVENANCE] = _with_rows(text, provenance, self.styles)
        return packed(
            self.fixed[name] if name in self.fixed else Member(name, made[name].encode())
            for name in self.names
        )

    def _book(self, last: int, last_of_provenance: int) -> str:
        """The print areas end with the last row."""
        text = self.texts[BOOK].replace(f"$A$1:${self.right}${self.last}<", f"$A$1:${self.right}${last}<")
        return text.replace("$A$1:$B$1<", f"$A$1:$B${last_of_provenance}<")

    def _official(self, rows: list[SheetRow], attachment: Attachment) -> str:
        text = self.texts[OFFICIAL].replace(
            f'ref="A1:{self.right}{self.last}"', f'ref="A1:{self.right}{len(rows)}"', 1
        )
        merged = f'<mergeCell ref="A{self.last}:{self.right}{self.last}" />'
        if attachment.note:
            text = text.replace(merged, f'<mergeCell ref="A{len(rows)}:{self.right}{len(rows)}" />')
        else:
            count = text.count("<mergeCell ")
            text = text.replace(merged, "").replace(
                f'<mergeCells count="{count}">', f'<mergeCells count="{count - 1}">'
            )
        return _with_rows(text, rows, self.styles)


def _styles(workbook: Workbook, looks: set[Look], fonts: dict) -> Styles:
    """The number that openpyxl gives to the style of each look with each kind of text."""
    scratch = workbook.create_sheet()
    found: Styles = {}
    for look in sorted(looks, key=str):
        for kind, text in KINDS.items():
            cell = scratch.cell(len(found) + 1, 1)
            draw_cell(cell, text, look, fonts)
            found[(look, *kind)] = cell.style_id
    workbook.remove(scratch)
    return found


def _with_rows(text: str, rows: Iterable[SheetRow], styles: Styles) -> str:
    """The sheet of the sample with other rows."""
    head, rest = text.split("<sheetData>", 1)
    _old, tail = rest.split("</sheetData>", 1)
    made = "".join(_row(number, row, styles) for number, row in enumerate(rows, start=1))
    return f"{head}<sheetData>{made}</sheetData>{tail}"


def _row(number: int, row: SheetRow, styles: Styles) -> str:
    cells = "".join(
        _cell(f"{get_column_letter(column)}{number}", value, row.look, styles)
        for column, value in enumerate(row.values, start=1)
    )
    return f'<row r="{number}" ht="{row.height}" customHeight="1">{cells}</row>'


def _cell(place: str, value: Value, look: Look, styles: Styles) -> str:
    if not isinstance(value, str):
        content = "" if value is None else f"<v>{value}</v>"
        return f'<c r="{place}" s="{styles[look, False, False]}">{content}</c>'
    text = writable(value)
    content = f'<is><t xml:space="preserve">{escape(text)}</t></is>' if text else ""
    return (
        f'<c r="{place}" s="{styles[look, is_rare(text), is_formula_like(text)]}" t="inlineStr">{content}</c>'
    )


# --- the file


class Member:
    """A part of the file, compressed: zipfile would compress what never changes again for each file."""

    def __init__(self, name: str, content: bytes):
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.data = compressor.compress(content) + compressor.flush()
        self.name = name.encode("ascii")
        self.header = struct.pack(
            "<HHHHHLLLHH",
            20, 0, zipfile.ZIP_DEFLATED, *SOME_DAY, zlib.crc32(content), len(self.data), len(content), len(self.name), 0,
        )  # fmt: skip


def packed(members: Iterable[Member]) -> bytes:
    """A zip file (APPNOTE 4.3): each member behind its header, then the directory."""
    body, directory, count = bytearray(), bytearray(), 0
    for each in members:
        directory += (
            b"PK\x01\x02\x14\x00" + each.header + struct.pack("<HHHLL", 0, 0, 0, 0, len(body)) + each.name
        )
        body += b"PK\x03\x04" + each.header + each.name + each.data
        count += 1
    end = struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + b"PK\x05\x06" + end
