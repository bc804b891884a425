"""What does this text file with separators say? CSV as WPS, Excel and LibreOffice write it: UTF-8 with or without BOM,
UTF-16, GB18030; comma, tab or semicolon."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .problems import Refused, too_much
from .sign_off import is_sign_off

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
SEPARATORS = ",\t;"
ROW_LIMIT, FIELD_LIMIT = 2000, 64
HEADINGS_AT_LEAST = 2
HEADINGS_WITHIN = 60


@dataclass(frozen=True)
class Separated:
    """The rows as text; how they were written, so that the same file can be given back."""

    rows: list[list[str]]
    heading_row: int
    encoding: str
    separator: str


def read_separated(data: bytes, known: Callable[[str], str | None]) -> Separated:
    """`known`: the column's code of a heading, if it is one. The encoding is the one in which headings are found."""
    decoded = list(_decoded(data))
    for encoding, text in decoded:
        for separator in SEPARATORS:
            if (rows := _rows(text, separator)) and (heading_row := _heading_row(rows, known)):
                _check_widths(rows, heading_row)
                return Separated(rows, heading_row, encoding, separator)
    if not decoded or any(_is_garbled(text, known) for _encoding, text in decoded):
        raise Refused(
            _(
                "The file's encoding cannot be recognised, its Chinese is garbled. Open the original in WPS or Excel "
                "and save it as “Excel workbook (*.xlsx)”, or as CSV in UTF-8."
            ),
            code="encoding",
        )
    raise Refused(
        _(
            "No row with the attachment's headings was found in this text file. "
            "Download the attachment's template here, fill it in with WPS or Excel and upload that file."
        ),
        code="no_table",
    )


def _decoded(data: bytes) -> Iterator[tuple[str, str]]:
    """Every way in which the bytes are text, the likeliest first."""
    marked = next((name for bom, name in BOMS.items() if data.startswith(bom)), None)
    wide = ["utf-16-le", "utf-16-be"] if b"\x00" in data else []
    for encoding in [marked] if marked else [*wide, "utf-8", "gb18030"]:
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            yield encoding, text


def _is_garbled(text: str, known: Callable[[str], str | None]) -> bool:
    """GBK or UTF-8 that was read as Latin-1 and saved again."""
    for wrong in ("latin-1", "cp1252"):
        for right in ("gb18030", "utf-8"):
            try:
                mended = text.encode(wrong).decode(right)
            except UnicodeError:
                continue
            if any(_heading_row(_rows(mended, separator), known) for separator in SEPARATORS):
                return True
    return "\ufffd" in text


def _rows(text: str, separator: str) -> list[list[str]]:
    """No text of ours has more rows or fields than a sheet may have. Blank ones at the end are none."""
    found: list[list[str]] = []
    blank = 0
    try:
        for fields in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if not any(field.strip() for field in fields):
                blank += 1
                continue
            if len(found) + blank >= ROW_LIMIT or any(field.strip() for field in fields[FIELD_LIMIT:]):
                raise Refused(too_much(), code="bomb")
            found += [[] for _row in range(blank)]
            found.append(fields[:FIELD_LIMIT])
            blank = 0
    except csv.Error:
        return []
    return found


def _heading_row(rows: list[list[str]], known: Callable[[str], str | None]) -> int:
    counted = {
        number: len({code for text in fields if (code := known(text))})
        for number, fields in enumerate(rows[:HEADINGS_WITHIN], start=1)
    }
    best = max(counted, key=lambda number: (counted[number], -number), default=0)
    return best if best and counted[best] >= HEADINGS_AT_LEAST else 0


def _check_widths(rows: list[list[str]], heading_row: int) -> None:
    """A row with a field too many or too few puts figures under the wrong heading. Blank rows and texts below are none."""
    expected = len(rows[heading_row - 1])
    for number, fields in enumerate(rows[heading_row:], start=heading_row + 1):
        filled = [text for text in fields if text.strip()]
        if len(fields) != expected and len(filled) > 1 and not is_sign_off(dict(enumerate(fields))):
            text = _(
                "Line %(line)s has %(found)s fields instead of %(expected)s. "
                "Look for a separator (, ; or tab) too many or too few in it."
            )
            raise Refused(
                text % {"line": number, "found": len(fields), "expected": expected},
                f"A{number}",
                code="fields",
            )


def add_column(data: bytes, written: Mapping[str, str], notes: Mapping[int, str]) -> bytes:
    """The same file with a column of `notes` by row at the right of the table: every other character as it was.

    `written`: the encoding and the separator that were found.
    """
    encoding, separator = written["encoding"], written["separator"]
    text = data.decode(encoding)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    ends = {number: reader.line_num for number, _fields in enumerate(reader, start=1)}
    lines, width = list(io.StringIO(text, newline="")), max(len(fields) for fields in rows)
    for row, note in notes.items():
        if row in ends:
            line = lines[ends[row] - 1]
            body = line.rstrip("\r\n")
            gap = separator * (1 + width - len(rows[row - 1]))
            lines[ends[row] - 1] = body + gap + _quoted(note) + line[len(body) :]
    return "".join(lines).encode(encoding)


def _quoted(text: str) -> str:
    """One field on one line, as text whatever a spreadsheet program would make of it."""
    return '"' + " ".join(text.split()).replace('"', '""') + '"'
