"""The official attachment, and ways to change it: in a spreadsheet program, in its XML, in the zip file around it."""

import functools
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from reporting.excel.attachment import Attachment, AttachmentColumn, AttachmentRow
from reporting.excel.export import write_attachment

from . import ROWS

FIXTURE = json.loads((Path(__file__).parents[3] / "fixtures" / "taizhou.json").read_text(encoding="utf-8"))
LAYOUT = next(each["fields"]["layout"] for each in FIXTURE if each["model"] == "targets.programme")
COLUMNS = tuple(
    AttachmentColumn(each["code"], each["attachment_heading"], each["name"], each["unit"])
    for each in (entry["fields"] for entry in FIXTURE if entry["model"] == "targets.indicator")
)
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
TYPES, WORKBOOK, RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ORIGIN = {"programme": "taizhou", "tenant": "jiaojiang", "period": "2022Q1", "revision": "1"}

Parts = Mapping[str, str | bytes | Callable[[str], str]]
has_office = bool(shutil.which("soffice"))

FORM = Attachment(
    layout=LAYOUT,
    period_line="2022年第一季度",
    bureau_line="椒江区教育局",
    columns=COLUMNS,
    rows=tuple(AttachmentRow(label, values) for label, *values in ROWS),
    total=tuple(sum(column) for column in zip(*(row[1:] for row in ROWS), strict=True)),
)


def form(**changes) -> bytes:
    """The attachment as the portal writes it, with other rows, lines or totals."""
    return write_attachment(replace(FORM, **changes))


def saved(change: Callable, content: bytes = b"") -> bytes:
    """After somebody changed the first sheet and saved it (with openpyxl)."""
    workbook = load_workbook(io.BytesIO(content or form()))
    change(workbook.worksheets[0])
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def cells(**values) -> bytes:
    def change(sheet) -> None:
        for address, value in values.items():
            sheet[address] = value

    return saved(change)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def rewritten(changes: Parts, content: bytes = b"") -> bytes:
    """With the XML of some parts rewritten, and parts added."""
    parts: dict[str, str | bytes] = dict(unpacked(content or form()))
    for name, change in changes.items():
        parts[name] = change(bytes(parts[name]).decode()) if callable(change) else change
    return packed(parts)


def in_sheet(old: str, new: str, content: bytes = b"") -> bytes:
    """One replacement in the sheet's XML. What is to be replaced has to be there."""

    def replaced(xml: str) -> str:
        assert re.search(old, xml), old
        return re.sub(old, new, xml, count=1)

    return rewritten({SHEET: replaced}, content)


def added(name: str, content: str | bytes = b"") -> bytes:
    """With one more part, behind the others."""
    target = io.BytesIO(form())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def with_shared_strings(content: bytes, write: Callable[[str], str]) -> bytes:
    """With the texts of the sheet in a part of their own, as Excel and WPS save them. `write` gives a text's XML."""
    parts = unpacked(content)
    texts: list[str] = []

    def shared(found: re.Match) -> str:
        texts.append(found[2])
        return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    sheet = parts[SHEET].decode()
    sheet = re.sub(
        r'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', shared, sheet
    )
    items = "".join(f"<si>{write(text)}</si>" for text in texts)
    strings = f'<sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{items}</sst>'
    override = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    relation = f'<Relationship Id="rIdStrings" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    types, relations = parts[TYPES].decode(), parts[RELATIONS].decode()
    if "sharedStrings" not in types:
        types = types.replace("</Types>", override + "</Types>")
    if "sharedStrings" not in relations:
        relations = relations.replace("</Relationships>", relation + "</Relationships>")
    return packed(
        parts
        | {
            SHEET: sheet.encode(),
            STRINGS: strings.encode(),
            TYPES: types.encode(),
            RELATIONS: relations.encode(),
        }
    )


@functools.cache
def converted(content: bytes, kind: str, *, ending: str = "xlsx") -> bytes:
    """As LibreOffice saves it anew."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"in.{ending}"
        source.write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            f"{folder}/out",
            str(source),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        (target,) = Path(folder, "out").iterdir()
        return target.read_bytes()


def separated(separator: str = ",", rows: tuple[tuple, ...] = ROWS) -> str:
    """The attachment as a text with separators, every line as wide as the table."""
    width = 1 + len(COLUMNS)
    lines = [["附："], *([line] for line in LAYOUT["title_lines"]), ["2022年第一季度"], ["椒江区教育局"]]
    lines += [[LAYOUT["provider_heading"], *(each.heading for each in COLUMNS)]]
    lines += [list(map(str, row)) for row in rows]
    lines += [["合计", *(str(sum(column)) for column in zip(*(row[1:] for row in rows), strict=True))]]
    return "".join(separator.join([*line, *[""] * (width - len(line))]) + "\r\n" for line in lines)
