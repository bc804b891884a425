"""Which cells hold text that is not to be read as it stands, one piece after the other?

A library joins the pieces of a rich text: 60 with a raised footnote mark 1 becomes 601, a 6 with a 0 struck through 60.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from openpyxl.utils.cell import coordinate_to_tuple

Place = tuple[int, int]

_STRINGS = re.compile(rb"<(?:\w+:)?sst[\s>]")
_PIECES = re.compile(rb"<(?:\w+:)?rPr[\s>]")
_OFF = ("0", "false", "off")
_WHITE = ("FFFFFFFF", "00FFFFFF")


@dataclass
class RichCells:
    """Cells with a piece that is raised or lowered, and cells with one that is struck through or white."""

    raised: set[Place] = field(default_factory=set)
    concealed: set[Place] = field(default_factory=set)


def rich_cells(parts: Mapping[str, bytes], part: str) -> RichCells:
    """Of the sheet in `part`. Every part was scanned before: none has a document type."""
    found = RichCells()
    shared = list(_shared(parts))
    sheet = parts[part]
    if not (shared or _PIECES.search(sheet)):
        return found
    for place, item in _texts(ElementTree.fromstring(sheet), shared):  # noqa: S314
        if any(_is_raised(piece) for piece in _pieces(item)):
            found.raised.add(place)
        if any(_is_concealed(piece) for piece in _pieces(item)):
            found.concealed.add(place)
    return found


def _shared(parts: Mapping[str, bytes]) -> Iterator[ElementTree.Element]:
    """The texts that cells share, if any is in pieces at all."""
    for content in parts.values():
        if _STRINGS.search(content[:2000]) and _PIECES.search(content):
            root = ElementTree.fromstring(content)  # noqa: S314
            yield from (each for each in root if _name(each) == "si")


def _texts(
    sheet: ElementTree.Element, shared: list[ElementTree.Element]
) -> Iterator[tuple[Place, ElementTree.Element]]:
    """Each cell's text as XML. A row or cell without an address follows the one before it."""
    row = 0
    for line in (each for each in sheet.iter() if _name(each) == "row"):
        row, column = int(line.get("r") or row + 1), 0
        for cell in (each for each in line if _name(each) == "c"):
            column = coordinate_to_tuple(cell.get("r", ""))[1] if cell.get("r") else column + 1
            item = _text_of(cell, shared)
            if item is not None:
                yield (row, column), item


def _text_of(cell: ElementTree.Element, shared: list[ElementTree.Element]) -> ElementTree.Element | None:
    for child in cell:
        if _name(child) == "is":
            return child
        if _name(child) == "v" and cell.get("t") == "s" and (child.text or "").strip().isdecimal():
            index = int(child.text or "")
            return shared[index] if index < len(shared) else None
    return None


def _pieces(item: ElementTree.Element) -> Iterator[dict[str, ElementTree.Element]]:
    """The format of each piece that shows something, by name."""
    for run in (each for each in item if _name(each) == "r"):
        if "".join(each.text or "" for each in run if _name(each) == "t").strip():
            yield {_name(each): each for form in run if _name(form) == "rPr" for each in form}


def _is_raised(piece: Mapping[str, ElementTree.Element]) -> bool:
    return "vertAlign" in piece and piece["vertAlign"].get("val") in ("superscript", "subscript")


def _is_concealed(piece: Mapping[str, ElementTree.Element]) -> bool:
    color = piece.get("color")
    is_white = color is not None and (color.get("rgb") in _WHITE or color.get("theme") == "0")
    return is_white or ("strike" in piece and piece["strike"].get("val", "1") not in _OFF)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
