"""Files by their bytes; workbooks, tables and archives by their contents as well, so that a difference can be read."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import openpyxl

from .record import Part


class Files:
    def __init__(self):
        self.digests: Part = {}
        self.contents: Part = {}

    def take(self, name: str, body: bytes, kind: str = "") -> None:
        self.digests[name] = [f"{digest(body)} {kind}"]
        self.contents[name] = contents(body)


CORE = "docProps/core.xml"
MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def digest(body: bytes) -> str:
    """SHA-256; of a workbook that says when it was made, over its members without that instant."""
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            today = datetime.now(UTC).date().isoformat().encode()
            if CORE in archive.namelist() and today in archive.read(CORE):
                return "without its date " + hashlib.sha256("\n".join(_members(archive)).encode()).hexdigest()
    return hashlib.sha256(body).hexdigest()


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    content = archive.read(name)
    return MADE.sub(rb"\1", content) if name == CORE else content


@cache
def contents(body: bytes) -> list[str]:
    """A workbook cell by cell, an archive member by member, text line by line."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return _text(body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = archive.namelist()
        if "[Content_Types].xml" in members:
            return [*_cells(body), *_members(archive)]
        return [f"{member}: {line}" for member in members for line in contents(archive.read(member))]


def _text(body: bytes) -> list[str]:
    try:
        text = body.decode("utf-8")
        return json.dumps(json.loads(text), ensure_ascii=False, indent=0).splitlines()
    except UnicodeDecodeError:
        return [f"{len(body)} bytes"]
    except ValueError:
        return text.splitlines()


def _members(archive: zipfile.ZipFile) -> list[str]:
    """What openpyxl does not show, drawings and properties among it, by its digest."""
    return [
        f"part {each}: {hashlib.sha256(_member(archive, each)).hexdigest()}"
        for each in sorted(archive.namelist())
    ]


def _cells(body: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(body))
    styles: dict[int, str] = {}
    lines = [f"properties: {book.properties.title} {book.properties.creator}"]
    for sheet in book.worksheets:
        lines += [f"{sheet.title}: {each}" for each in _layout(sheet)]
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            lines.append(f"{sheet.title}!{cell.coordinate} {_cell(cell, styles)}")
    return lines


def _layout(sheet) -> Iterator[str]:
    yield from (f"merged {each}" for each in sorted(map(str, sheet.merged_cells.ranges)))
    yield from (
        f"width {key} {each.width} {each.hidden}" for key, each in sorted(sheet.column_dimensions.items())
    )
    yield from (
        f"height {key} {each.height} {each.hidden}" for key, each in sorted(sheet.row_dimensions.items())
    )
    yield f"{sheet.freeze_panes} {sheet.print_area} {sheet.sheet_state} {sheet.page_setup.orientation}"


def _cell(cell, styles: dict[int, str]) -> str:
    if cell.style_id not in styles:
        styles[cell.style_id] = _style(cell)
    said = [repr(cell.value), styles[cell.style_id]]
    if cell.comment:
        said.append(f"comment {cell.comment.text!r}")
    if cell.hyperlink:
        said.append(f"link {cell.hyperlink.target or cell.hyperlink.location}")
    return " | ".join(said)


def _style(cell) -> str:
    font, align, edge = cell.font, cell.alignment, cell.border
    sides = " ".join(str(each and each.style) for each in (edge.left, edge.right, edge.top, edge.bottom))
    written = f"{font.name} {font.sz} {font.b} {font.i} {font.color.rgb if font.color else None}"
    placed = f"{align.horizontal} {align.vertical} {align.wrap_text}"
    fill = f"{cell.fill.fill_type} {cell.fill.fgColor.rgb if cell.fill.fill_type else None}"
    return f"{cell.number_format} | {written} | {fill} | {sides} | {placed} | {cell.protection.locked}"
