"""Adds comments to a sheet as bytes: the comments themselves, the boxes that show them, and who knows of both."""

import posixpath
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from .layout import MARKS_AUTHOR
from .splice import Place

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What may stand behind the boxes in a sheet, in the order of the standard.
BEHIND = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)
AT_MOST = 200

_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")

NEW_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)


def add_comments(
    parts: Mapping[str, bytes], part: str, sheet: bytes, texts: Mapping[Place, str]
) -> tuple[dict[str, bytes], bytes]:
    """The parts that are changed or new, and the sheet. A cell that has a comment keeps it as it is."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    related = _related(parts.get(rels, b""), folder)
    comments, boxes = related.get("comments", ("", ""))[1], related.get("vmlDrawing", ("", ""))[1]
    if (comments and comments not in parts) or (boxes and boxes not in parts):
        return {}, sheet
    taken = set(re.findall(rb'<(?:\w+:)?comment\s[^<>]*\bref="([A-Z]+\d+)"', parts.get(comments, b"")))
    ours = {p: t for p, t in list(texts.items())[:AT_MOST] if _address(p).encode() not in taken}
    if not ours:
        return {}, sheet
    changed, ids = {}, {}
    for kind, given, made in (
        ("comments", comments, "xl/comments"),
        ("vmlDrawing", boxes, "xl/drawings/vmlDrawing"),
    ):
        ending = ".vml" if kind == "vmlDrawing" else ".xml"
        target = given or next(n for n in (f"{made}{i}{ending}" for i in range(1, 999)) if n not in parts)
        write = _with_comments if kind == "comments" else _with_boxes
        changed[target] = write(parts.get(target, b""), ours)
        ids[kind] = (related[kind][0] if given else f"rIdMarked{kind}", target)
    changed[rels] = _with_relations(parts.get(rels, b""), ids)
    changed["[Content_Types].xml"] = _with_types(parts["[Content_Types].xml"], ids["comments"][1])
    return changed, sheet if boxes else _with_reference(sheet, ids["vmlDrawing"][0])


def _address(place: Place) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"


def _related(rels: bytes, folder: str) -> dict[str, tuple[str, str]]:
    """{kind: (id, part)}"""
    found = {}
    for tag in _RELATIONSHIP.findall(rels):
        given = {key.decode(): value.decode() for key, value in re.findall(rb'\b(\w+)="([^"]*)"', tag)}
        target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", ""))).lstrip("/")
        found[given.get("Type", "").rpartition("/")[2]] = (given.get("Id", ""), target)
    return found


def _with_comments(xml: bytes, texts: Mapping[Place, str]) -> bytes:
    xml = (
        xml or f'<comments xmlns="{MAIN}"><authors></authors><commentList></commentList></comments>'.encode()
    )
    xml = re.sub(rb"<((?:\w+:)?)(authors|commentList)\s*/>", rb"<\1\2></\1\2>", xml)
    prefix = re.search(rb"<((?:\w+:)?)comments\b", xml)
    p = prefix[1].decode() if prefix else ""
    author = len(re.findall(rb"<(?:\w+:)?author\b", xml))
    boxes = "".join(
        f'<{p}comment ref="{_address(place)}" authorId="{author}"><{p}text><{p}t xml:space="preserve">'
        f"{escape(text)}</{p}t></{p}text></{p}comment>"
        for place, text in texts.items()
    )
    xml = _before_end(xml, f"{p}authors", f"<{p}author>{MARKS_AUTHOR}</{p}author>")
    return _before_end(xml, f"{p}commentList", boxes)


def _with_boxes(xml: bytes, texts: Mapping[Place, str]) -> bytes:
    xml = xml or NEW_VML.encode()
    first = max((int(each) for each in re.findall(rb"_x0000_s(\d{1,6})", xml)), default=1024) + 1
    shapes = "".join(_box(first + number, place) for number, place in enumerate(texts))
    end = xml.rindex(b"</xml")
    return xml[:end] + shapes.encode() + xml[end:]


def _box(number: int, place: Place) -> str:
    row, column = place[0] - 1, place[1] - 1
    anchor = f"{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 4}, 15, {row + 4}, 4"
    return (
        f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:200pt;height:60pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def _with_relations(rels: bytes, ids: Mapping[str, tuple[str, str]]) -> bytes:
    rels = rels or f'<Relationships xmlns="{PACKAGE}"></Relationships>'.encode()
    rels = re.sub(rb"<((?:\w+:)?)Relationships([^<>]*)/>", rb"<\1Relationships\2></\1Relationships>", rels)
    prefix = re.search(rb"<((?:\w+:)?)Relationships\b", rels)
    p = prefix[1].decode() if prefix else ""
    new = "".join(
        f'<{p}Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="/{target}"/>'
        for kind, (key, target) in ids.items()
        if f'Id="{key}"'.encode() not in rels
    )
    return _before_end(rels, f"{p}Relationships", new)


def _with_types(xml: bytes, comments: str) -> bytes:
    prefix = re.search(rb"<((?:\w+:)?)Types\b", xml)
    p = prefix[1].decode() if prefix else ""
    new = ""
    if not re.search(rb'Extension="vml"', xml, re.IGNORECASE):
        new += f'<{p}Default Extension="vml" ContentType="{VML_TYPE}"/>'
    if f'PartName="/{comments}"'.encode() not in xml:
        new += f'<{p}Override PartName="/{comments}" ContentType="{COMMENTS_TYPE}"/>'
    return _before_end(xml, f"{p}Types", new)


def _with_reference(sheet: bytes, key: str) -> bytes:
    prefix = re.search(rb"<((?:\w+:)?)worksheet\b", sheet)
    p = prefix[1].decode() if prefix else ""
    tag = f'<{p}legacyDrawing xmlns:r="{OFFICE}" r:id="{key}"/>'.encode()
    start = sheet.rindex(b"sheetData")
    behind = re.compile(rb"<" + p.encode() + rb"(?:" + "|".join(BEHIND).encode() + rb")(?=[\s/>])")
    found = behind.search(sheet, start)
    at = found.start() if found else sheet.rindex(f"</{p}worksheet".encode())
    return sheet[:at] + tag + sheet[at:]


def _before_end(xml: bytes, tag: str, content: str) -> bytes:
    at = xml.rindex(f"</{tag}".encode())
    return xml[:at] + content.encode() + xml[at:]
