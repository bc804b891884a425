"""Edits a sheet's XML as bytes: the XML parser gives the position of a cell's tag, everything else stays as it is."""

import re
from collections.abc import Iterable
from xml.parsers import expat

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

Place = tuple[int, int]
Edit = tuple[int, int, bytes]  # from, to, what stands there instead

_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_STYLE = re.compile(rb"\ss=(?:\"(\d+)\"|'(\d+)')")


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """From the end to the beginning; of several at one place, the first in the list comes first."""
    placed = sorted(enumerate(edits), key=lambda each: (*each[1][:2], each[0]), reverse=True)
    for _number, (start, end, replacement) in placed:
        content = content[:start] + replacement + content[end:]
    return content


def well_formed(content: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(content, True)
    except expat.ExpatError:
        return False
    return True


class Cells:
    """Some cells of a sheet, to be styled anew, and cells to be written where there is none."""

    def __init__(self, sheet: bytes, wanted: set[Place]):
        self.sheet, self.wanted = sheet, wanted
        self.prefix = ""
        self.found: dict[Place, tuple[int, int]] = {}  # the cell's element
        self.after: dict[Place, int] = {}  # where a missing cell goes
        self.rows: dict[int, tuple[int, int]] = {}  # the row's element
        self.row_after: dict[int, int] = {}  # where a missing row goes
        self.end = 0
        self.styles: dict[Place, int | None] = {}
        self.written: dict[Place, tuple[bytes, int | None]] = {}
        _Finder(self).run()

    def style_of(self, place: Place) -> int:
        if place not in self.found:
            return 0
        style = _STYLE.search(self._tag(self.found[place][0]))
        return int(style[1] or style[2]) if style else 0

    def restyle(self, place: Place, style: int | None) -> None:
        self.styles[place] = style

    def write(self, row: int, column: int, content: bytes, style: int | None) -> None:
        self.written[row, column] = (content, style)

    def result(self) -> bytes:
        edits: list[Edit] = []
        missing: dict[int, list[tuple[int, Place]]] = {}
        for place in {*self.styles, *self.written}:
            if place in self.found:
                edits.append(self._edited(place))
            else:
                missing.setdefault(place[0], []).append((place[1], place))
        for row, places in sorted(missing.items()):
            edits += self._added(row, [place for _column, place in sorted(places)])
        return spliced(self.sheet, edits)

    def _tag(self, start: int) -> bytes:
        found = _TAG.match(self.sheet, start)
        return found[0] if found else b""

    def _edited(self, place: Place) -> Edit:
        start, end = self.found[place]
        if place in self.written:
            return start, end, self._new(place)
        tag, style = self._tag(start), self.styles[place]
        if style is None:
            return start, start, b""
        without = _STYLE.sub(b"", tag, count=1)
        at = len(without) - (2 if without.endswith(b"/>") else 1)
        return start, start + len(tag), without[:at].rstrip() + f' s="{style}"'.encode() + without[at:]

    def _new(self, place: Place) -> bytes:
        content, style = self.written.get(place, (b"", self.styles.get(place)))
        address = f"{get_column_letter(place[1])}{place[0]}"
        styled = "" if style is None else f' s="{style}"'
        kind = ' t="inlineStr"' if content else ""
        tag = f"{self.prefix}c"
        return f'<{tag} r="{address}"{styled}{kind}>'.encode() + content + f"</{tag}>".encode()

    def _added(self, row: int, places: list[Place]) -> list[Edit]:
        """Missing cells in a row that is there, each in its place; or the row as well."""
        tag = f"{self.prefix}row"
        if row not in self.rows:
            at = self.row_after.get(row, self.end)
            cells = b"".join(map(self._new, places))
            return [(at, at, f'<{tag} r="{row}">'.encode() + cells + f"</{tag}>".encode())]
        start, end = self.rows[row]
        opening = self._tag(start)
        if opening.endswith(b"/>"):
            cells = b"".join(map(self._new, places))
            return [(start, end, opening[:-2].rstrip() + b">" + cells + f"</{tag}>".encode())]
        by_position: dict[int, bytes] = {}
        for place in places:
            at = self.after[place]
            by_position[at] = by_position.get(at, b"") + self._new(place)
        return [(at, at, content) for at, content in by_position.items()]


class _Finder:
    """Walks the sheet once and notes where the wanted cells, their rows and the gaps for missing ones are."""

    def __init__(self, cells: Cells):
        self.cells = cells
        self.by_row: dict[int, list[int]] = {}
        for row, column in sorted(cells.wanted):
            self.by_row.setdefault(row, []).append(column)
        self.rows_left = sorted(self.by_row)
        self.row = self.column = self.depth = self.row_start = self.cell_start = 0
        self.columns_left: list[int] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.stop

    def run(self) -> None:
        self.parser.Parse(self.cells.sheet, True)

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        prefix, colon, name = qualified.rpartition(":")
        at = self.parser.CurrentByteIndex
        if self.depth == 1:
            self.cells.prefix = prefix + colon
        elif self.depth == 3 and name == "row":
            self._start_row(int(attributes.get("r", self.row + 1)), at)
        elif self.depth == 4 and name == "c":
            self._start_cell(attributes.get("r"), at)

    def _start_row(self, row: int, at: int) -> None:
        while self.rows_left and self.rows_left[0] < row:
            self.cells.row_after[self.rows_left.pop(0)] = at
        self.row, self.column, self.row_start = row, 0, at
        is_wanted = bool(self.rows_left) and self.rows_left[0] == row
        self.columns_left = list(self.by_row[self.rows_left.pop(0)]) if is_wanted else []
        if is_wanted:
            self.cells.rows[row] = (at, at)

    def _start_cell(self, address: str | None, at: int) -> None:
        self.column = (
            column_index_from_string(coordinate_from_string(address)[0]) if address else self.column + 1
        )
        self.cell_start = at
        while self.columns_left and self.columns_left[0] < self.column:
            self.cells.after[self.row, self.columns_left.pop(0)] = at

    def stop(self, qualified: str) -> None:
        name, at = qualified.rpartition(":")[2], self.parser.CurrentByteIndex
        if self.depth == 4 and name == "c" and self.columns_left[:1] == [self.column]:
            self.cells.found[self.row, self.columns_left.pop(0)] = (
                self.cell_start,
                self._after(self.cell_start, at),
            )
        elif self.depth == 3 and name == "row" and self.row in self.cells.rows:
            self.cells.rows[self.row] = (self.row_start, self._after(self.row_start, at))
            for column in self.columns_left:
                self.cells.after[self.row, column] = at
        elif self.depth == 2 and name == "sheetData":
            self.cells.end = at
        self.depth -= 1

    def _after(self, start: int, at: int) -> int:
        """Behind the tag at which an element ends: its own at `at`, or the one that opens and closes it."""
        opening = _TAG.match(self.cells.sheet, start)
        if opening and opening[0].endswith(b"/>"):
            return opening.end()
        closing = _TAG.match(self.cells.sheet, at)
        return closing.end() if closing else at
