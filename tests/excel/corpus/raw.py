"""A second reader of workbooks, independent of the portal's and of openpyxl: what the XML itself says."""

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

from .building import COLUMNS, LAYOUT, MAIN

S = f"{{{MAIN}}}"
TABLE = [LAYOUT["provider_heading"], *(each.heading for each in COLUMNS)]


def rows(content: bytes) -> list[tuple]:
    """(provider, seven values) of every row between the headings and the total that is not blank: text or number."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        values = _cells(archive)
    values = {place: each.strip() if isinstance(each, str) else each for place, each in values.items()}
    heading = next(row for row, column in sorted(values) if values[row, column] == TABLE[0])
    at = {values[heading, column]: column for row, column in values if row == heading}
    last = max(row for row, _column in values)
    total = next(row for row in range(heading, last + 1) if values.get((row, at[TABLE[0]])) == "合计")
    found = [tuple(values.get((row, at[text])) for text in TABLE) for row in range(heading + 1, total)]
    return [each for each in found if any(value not in (None, "") for value in each)]


def _cells(archive: zipfile.ZipFile) -> dict[tuple[int, int], object]:
    strings = _strings(archive)
    values: dict[tuple[int, int], object] = {}
    number = 0
    for row in ElementTree.fromstring(archive.read(_first_sheet(archive))).findall(f"{S}sheetData/{S}row"):
        number = int(row.get("r", number + 1))
        column = 0
        for cell in row.findall(f"{S}c"):
            place = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", "")) if cell.get("r") else None
            column = _index(place[1]) if place else column + 1
            where = (int(place[2]) if place else number, column)
            assert where not in values, f"twice: {where}"
            values[where] = _value(cell, strings)
    return {place: value for place, value in values.items() if value is not None}


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index


def _value(cell: ElementTree.Element, strings: list[str]) -> object:
    text, kind = cell.findtext(f"{S}v"), cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find(f"{S}is")
        return None if inline is None else _text(inline)
    if text is None:
        return None
    if kind == "s":
        return strings[int(text)]
    return (float(text) if kind == "n" and text.strip() else text) or (
        0.0 if kind == "n" and text.strip() else None
    )


def _text(item: ElementTree.Element) -> str | None:
    """Of runs and of plain text, without the pronunciation."""
    parts = [item.findtext(f"{S}t") or "", *(run.findtext(f"{S}t") or "" for run in item.findall(f"{S}r"))]
    return "".join(parts) or None


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    items = ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).findall(f"{S}si")
    return [_text(item) or "" for item in items]


def _first_sheet(archive: zipfile.ZipFile) -> str:
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    key = next(iter(workbook.findall(f"{S}sheets/{S}sheet"))).get(
        "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    )
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(each.get("Target", "") for each in relations if each.get("Id") == key)
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
