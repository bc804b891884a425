"""Gives a person's own file back with its problems marked: cells filled, comments, a column at the right.

The parts of the workbook are edited as bytes, where something is marked and nowhere else: openpyxl would lose charts,
pictures and whatever else it does not know.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils.cell import range_boundaries

from .comments import add_comments
from .layout import MARKS_HEADING
from .package import repacked
from .part_names import in_one_spelling
from .separated import add_column
from .splice import Cells, spliced, well_formed
from .text import UNWRITABLE

MARKED = "FFFFC7CE"

Places = dict[tuple[int, int], list[str]]  # (row, column) -> what is wrong there


def annotated_file(data: bytes, found: Mapping[str, Any]) -> bytes:
    """`found` as kept with the upload. A file without problems comes back as it is."""
    if not found["problems"]:
        return data
    places, rows = _places(found["problems"], found["heading_row"])
    rows[found["heading_row"]] = "；".join(filter(None, [MARKS_HEADING, rows.get(found["heading_row"], "")]))
    if not found["part"]:
        return add_column(data, found, rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        given = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        parts = in_one_spelling(given)
        changed = _changed_parts(parts, found, places, rows)
        if not all(map(well_formed, changed.values())):
            return data  # better without marks than broken
        return _repacked(archive, parts, changed) if parts == given else repacked(parts | changed)


def _places(problems: Iterable[Mapping[str, str]], heading_row: int) -> tuple[Places, dict[int, str]]:
    """What is wrong by cell and, joined, by row; what concerns the whole file stands in the row of the headings."""
    places: Places = {}
    texts: dict[int, list[str]] = {}
    for problem in problems:
        row, text = heading_row, UNWRITABLE.sub("\ufffd", problem["text"])
        if problem["cell"]:
            left, row, right, bottom = range_boundaries(problem["cell"])
            for place in [(r, c) for r in range(row, bottom + 1) for c in range(left, right + 1)][:100]:
                places.setdefault(place, []).append(text)
        texts.setdefault(row, []).append(text)
    return places, {row: "；".join(lines)[:8000] for row, lines in texts.items()}


def _changed_parts(
    parts: Mapping[str, bytes], found: Mapping[str, Any], places: Places, rows: Mapping[int, str]
) -> dict[str, bytes]:
    """Only the parts that differ from what they were, and new ones."""
    name = found["part"]
    sheet = parts[name]
    rows = dict.fromkeys(found["marked_rows"], "") | dict(rows)  # what was marked before may be right now
    wanted = {*places, *((row, found["free_column"]) for row in rows)}
    cells = Cells(sheet, wanted)
    changed: dict[str, bytes] = {}
    styles = Styles(parts)
    for place in places:
        cells.restyle(place, styles.marked(cells.style_of(place)))
    for row, text in rows.items():
        content, style = (_inline(text, cells.prefix), styles.note()) if text else (b"", None)
        cells.write(row, found["free_column"], content, style)
    sheet = _with_width(cells.result(), found["free_column"], cells.prefix)
    changed |= styles.changed()
    comments, sheet = add_comments(
        parts, name, sheet, {place: "\n".join(texts) for place, texts in places.items()}
    )
    changed |= comments | {name: sheet}
    return changed


def _inline(text: str, prefix: str) -> bytes:
    content = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is>'
    return content.encode()


def _with_width(sheet: bytes, column: int, prefix: str) -> bytes:
    """The new column wide enough to begin with, unless the file says already how wide it is."""
    col = f'<{prefix}col min="{column}" max="{column}" width="60" customWidth="1"/>'.encode()
    tag = prefix.encode()
    head, data, rest = sheet.partition(b"<" + tag + b"sheetData")
    if any(
        int(found[1]) >= column for found in re.finditer(rb'<(?:\w+:)?col\s[^<>]*\bmax="(\d{1,5})"', head)
    ):
        return sheet
    if b"</" + tag + b"cols>" in head:
        head = head.replace(b"</" + tag + b"cols>", col + b"</" + tag + b"cols>", 1)
    else:
        head += b"<" + tag + b"cols>" + col + b"</" + tag + b"cols>"
    return head + data + rest


class Styles:
    """The workbook's styles, with copies that differ in their fill."""

    def __init__(self, parts: Mapping[str, bytes]):
        self.name = next((name for name, xml in parts.items() if _is_stylesheet(name, xml)), "")
        self.xml = parts.get(self.name, b"")
        self.fills = re.search(rb"<((?:\w+:)?)fills\b[^<>]*>.*?</\1fills>", self.xml, re.DOTALL)
        self.xfs = re.search(rb"<((?:\w+:)?)cellXfs\b[^<>]*>(.*?)</\1cellXfs>", self.xml, re.DOTALL)
        self.known = _elements(self.xfs[2], self.xfs[1] + b"xf") if self.xfs else []
        self.added: list[bytes] = []
        self.by_base: dict[int, int] = {}

    @property
    def is_usable(self) -> bool:
        return bool(self.fills and self.xfs and self.known)

    def marked(self, base: int) -> int | None:
        """The index of the style `base` with the mark's fill; None where the file has no styles to copy."""
        if not self.is_usable or base >= len(self.known):
            return None
        if base not in self.by_base:
            self.by_base[base] = self._add(self.known[base])
        return self.by_base[base]

    def note(self) -> int | None:
        return self.marked(0)

    def _add(self, xf: bytes) -> int:
        tag = re.match(rb"<[^<>]*?(?=/?>)", xf)
        start, rest = (tag[0], xf[tag.end() :]) if tag else (xf, b"")
        start = re.sub(rb'\s(fillId|applyFill)="[^"]*"', b"", start)
        self.added.append(start + f' fillId="{self._fill}" applyFill="1"'.encode() + rest)
        return len(self.known) + len(self.added) - 1

    @property
    def _fill(self) -> int:
        """The new fill stands behind those there are."""
        return len(_elements(self.fills[0], self.fills[1] + b"fill")) if self.fills else 0

    def changed(self) -> dict[str, bytes]:
        if not self.added or not self.fills or not self.xfs:
            return {}
        p = self.fills[1].decode()
        fill = (
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{MARKED}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
        ).encode()
        fills = _appended(self.fills[0], b"fills", fill, self._fill + 1)
        xfs = _appended(self.xfs[0], b"cellXfs", b"".join(self.added), len(self.known) + len(self.added))
        edits = [(*self.fills.span(), fills), (*self.xfs.span(), xfs)]
        return {self.name: spliced(self.xml, edits)}


def _is_stylesheet(name: str, xml: bytes) -> bool:
    return name.lower().endswith(".xml") and re.search(rb"<(\w+:)?styleSheet\b", xml[:2000]) is not None


def _elements(xml: bytes, tag: bytes) -> list[bytes]:
    """The elements of that name, none inside another."""
    pattern = rb"<" + tag + rb"(?=[\s/>])(?:[^<>]*/>|[^<>]*>.*?</" + tag + rb">)"
    return [found[0] for found in re.finditer(pattern, xml, re.DOTALL)]


def _appended(element: bytes, name: bytes, content: bytes, count: int) -> bytes:
    at = element.rindex(b"</")
    counted = re.sub(
        rb"(<(?:\w+:)?" + name + rb'\b[^<>]*\bcount=")\d+"', rb"\g<1>%d" % count + b'"', element[:at], count=1
    )
    return counted + content + element[at:]


def _repacked(archive: zipfile.ZipFile, parts: Mapping[str, bytes], changed: Mapping[str, bytes]) -> bytes:
    """Every entry as it was, in its order, with its date; changed and new ones beside."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in archive.infolist():
            target.writestr(entry, changed.get(entry.filename, parts[entry.filename]), entry.compress_type)
        for name, content in changed.items():
            if name not in parts:
                target.writestr(name, content)
    return packed.getvalue()
