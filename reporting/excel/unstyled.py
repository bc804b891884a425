"""A workbook that a library cannot open for a style, a rule or a view that nobody needs: the same cells without them.

What decides the meaning of a cell stays: its number format, what is struck through, white or raised, what is hidden.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,20})?")
_COLOR = re.compile(r"[0-9A-Fa-f]{8}")
_SWITCH = re.compile("0|1|true|false")
_ROOT = re.compile(rb"<(?:\w+:)?(worksheet|styleSheet|sst|workbook)[\s>]")
_KEPT = {
    "si": ("t", "r"),
    "is": ("t", "r"),
    "r": ("t",),
}  # of a text, without its formats and its pronunciation


def without_styles(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Raises `ElementTree.ParseError` or `ValueError` where a part is no such part at all."""
    rewritten = {name: _rewritten(content) for name, content in parts.items()}
    return {name: _without_tables(name, content) for name, content in rewritten.items()}


def _rewritten(content: bytes) -> bytes:
    found = _ROOT.search(content[:2000])
    if not found:
        return content
    root = ElementTree.fromstring(content)  # noqa: S314 -- scanned: it has no document type
    write = {"worksheet": _sheet, "styleSheet": _styles, "sst": _strings, "workbook": _workbook}
    return ElementTree.tostring(write[found[1].decode()](root), encoding="utf-8", xml_declaration=True)


def _without_tables(name: str, content: bytes) -> bytes:
    """A sheet's drawings, links and tables are not read, so their parts need not be in order."""
    if "worksheets/_rels/" not in name.lower():
        return content
    return b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


# --- a sheet


def _sheet(root: Element) -> Element:
    """How wide and high, the cells, and which are merged: in this order."""
    made = _new("worksheet")
    for name in ("sheetFormatPr", "cols", "sheetData", "mergeCells"):
        for found in _children(root, name):
            made.append(_SHEET[name](found))
    return made


def _format(found: Element) -> Element:
    return _new(
        "sheetFormatPr", _valid(found, zeroHeight=_SWITCH, defaultRowHeight=_NUMBER, defaultColWidth=_NUMBER)
    )


def _columns(found: Element) -> Element:
    made = _new("cols")
    for each in _children(found, "col"):
        made.append(_new("col", _valid(each, min=_WHOLE, max=_WHOLE, width=_NUMBER, hidden=_SWITCH)))
    return made


def _rows(found: Element) -> Element:
    made = _new("sheetData")
    for row in _children(found, "row"):
        line = SubElement(made, _tag("row"), _valid(row, r=_WHOLE, ht=_NUMBER, hidden=_SWITCH))
        line.extend(map(_cell, _children(row, "c")))
    return made


def _cell(found: Element) -> Element:
    made = _new("c", {key: found.attrib[key] for key in ("r", "s", "t") if key in found.attrib})
    for each in found:
        if _name(each) in ("v", "f"):
            SubElement(made, _tag(_name(each))).text = each.text
        elif _name(each) == "is":
            made.append(_text(each))
    return made


def _merges(found: Element) -> Element:
    made = _new("mergeCells")
    for each in _children(found, "mergeCell"):
        made.append(_new("mergeCell", {"ref": each.get("ref", "")}))
    return made


_SHEET = {"sheetFormatPr": _format, "cols": _columns, "sheetData": _rows, "mergeCells": _merges}


# --- texts, the list of sheets


def _strings(root: Element) -> Element:
    made = _new("sst")
    made.extend(map(_text, _children(root, "si")))
    return made


def _text(found: Element) -> Element:
    made = _new(_name(found))
    for each in found:
        if _name(each) in _KEPT[_name(found)]:
            if _name(each) == "r":
                made.append(_text(each))
            else:
                SubElement(made, _tag("t"), {"xml:space": "preserve"}).text = each.text
    return made


def _workbook(root: Element) -> Element:
    made = _new("workbook")
    for each in _children(root, "workbookPr"):
        made.append(_new("workbookPr", _valid(each, date1904=_SWITCH)))
    sheets = SubElement(made, _tag("sheets"))
    for each in (sheet for found in _children(root, "sheets") for sheet in _children(found, "sheet")):
        kept = {
            key: each.attrib[key]
            for key in ("name", "sheetId", "state", f"{{{OFFICE}}}id")
            if key in each.attrib
        }
        SubElement(sheets, _tag("sheet"), kept)
    return made


# --- styles


def _styles(root: Element) -> Element:
    made = _new("styleSheet")
    made.append(_formats(root))
    fonts, fills = list(_grandchildren(root, "fonts", "font")), list(_grandchildren(root, "fills", "fill"))
    made.append(_list("fonts", map(_font, fonts) if fonts else [_new("font")]))
    made.append(_list("fills", map(_fill, fills) if fills else [_new("fill")]))
    made.append(_list("borders", [_new("border")]))
    made.append(
        _list("cellStyleXfs", [_new("xf", {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"})])
    )
    found = list(_grandchildren(root, "cellXfs", "xf"))
    made.append(
        _list("cellXfs", [_format_of(each, len(fonts), len(fills)) for each in found] or [_new("xf")])
    )
    made.append(_list("cellStyles", [_new("cellStyle", {"name": "Normal", "xfId": "0", "builtinId": "0"})]))
    return made


def _formats(root: Element) -> Element:
    made = _new("numFmts")
    for each in _grandchildren(root, "numFmts", "numFmt"):
        made.append(
            _new("numFmt", {"numFmtId": each.get("numFmtId", "0"), "formatCode": each.get("formatCode", "")})
        )
    return made


def _font(found: Element) -> Element:
    made = _new("font")
    for each in found:
        if _name(each) == "strike":
            SubElement(made, _tag("strike"), _valid(each, val=_SWITCH))
        elif _name(each) == "color":
            SubElement(made, _tag("color"), _valid(each, rgb=_COLOR, theme=_WHOLE))
        elif _name(each) == "vertAlign" and each.get("val") in ("superscript", "subscript"):
            SubElement(made, _tag("vertAlign"), {"val": each.get("val", "")})
    return made


def _fill(found: Element) -> Element:
    """Only a solid one hides or shows what is written on it."""
    made = _new("fill")
    pattern = SubElement(made, _tag("patternFill"))
    for each in _children(found, "patternFill"):
        if each.get("patternType") == "solid":
            pattern.set("patternType", "solid")
            for color in _children(each, "fgColor"):
                SubElement(pattern, _tag("fgColor"), _valid(color, rgb=_COLOR, theme=_WHOLE))
    return made


def _format_of(found: Element, fonts: int, fills: int) -> Element:
    known = _valid(found, numFmtId=_WHOLE, fontId=_WHOLE, fillId=_WHOLE)
    for key, count in (("fontId", fonts), ("fillId", fills)):
        if int(known.get(key, 0)) >= max(count, 1):
            known[key] = "0"
    return _new("xf", known | {"borderId": "0"})


def _list(name: str, items: Iterator[Element] | list[Element]) -> Element:
    made = _new(name)
    made.extend(items)
    return made


# --- XML


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _new(name: str, attributes: Mapping[str, str] | None = None) -> Element:
    return Element(_tag(name), dict(attributes or {}))


def _children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _name(each) == name)


def _grandchildren(element: Element, outer: str, inner: str) -> Iterator[Element]:
    return (each for found in _children(element, outer) for each in _children(found, inner))


def _valid(element: Element, **wanted: re.Pattern[str]) -> dict[str, str]:
    """The attributes that are as they should be; the others say nothing."""
    return {
        key: element.attrib[key] for key, pattern in wanted.items() if pattern.fullmatch(element.get(key, ""))
    }
