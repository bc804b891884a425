"""Which rows does the official workbook have, how do they look, and how high are they?

The one definition of the layout below the page set-up. `export` draws it cell by cell with openpyxl; `batch` fills a
workbook that openpyxl has drawn.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from .attachment import Attachment, AttachmentRow, Value

PAPER_MM = {"landscape": 297, "portrait": 210}
MM_PER_INCH = 25.4
PIXELS_PER_INCH = 96
POINTS_PER_INCH = 72
HIGHEST_ROW = 409  # points; Excel calls a file with a higher row damaged
PIXELS_PER_DIGIT = 8  # of the default font, see export.new_workbook
PROVIDER_SHARE = 0.23  # of the table's width
ROOMY = 1.6  # lines: the height of a row of the form with one line of text
PROVENANCE_PIXELS = (130, 390)


class Align(Enum):
    CENTRED = "centred"
    LEFT = "left"
    TOP = "top"


@dataclass(frozen=True)
class Look:
    """`font` is a key of the layout's fonts; a line stands across the whole table, merged and without borders."""

    font: str
    align: Align
    is_line: bool = False


@dataclass(frozen=True)
class SheetRow:
    """The values from the first column on, None for a blank cell with its border; of a line, its one text."""

    values: tuple[Value, ...]
    look: Look
    height: float


def official_rows(attachment: Attachment) -> list[SheetRow]:
    """The sheet from 附： to the note, cell by cell as the document prints it."""
    layout, pixels = attachment.layout, column_pixels(attachment)
    fonts, across = layout["fonts"], sum(pixels)

    def line(text: str, font: str, align: Align) -> SheetRow:
        look = Look(font, align, is_line=True)
        return SheetRow((text,), look, height([(text, across)], fonts[font][1], lines=1))

    def row(values: tuple[Value, ...], font: str) -> SheetRow:
        texts = [(str(value or ""), width) for value, width in zip(values, pixels, strict=True)]
        return SheetRow(values, Look(font, Align.CENTRED), height(texts, fonts[font][1], lines=ROOMY))

    rows = (*attachment.printed_rows, AttachmentRow(layout["total_label"], attachment.total))
    return [
        line(layout["opening"], "opening", Align.LEFT),
        *(line(title, "title", Align.CENTRED) for title in layout["title_lines"]),
        line(attachment.period_line, "line", Align.CENTRED),
        line(attachment.bureau_line, "line", Align.LEFT),
        row(attachment.headings, "heading"),
        *(row((each.label or None, *each.values), "cell") for each in rows),
        *([line(attachment.note, "cell", Align.LEFT)] if attachment.note else []),
    ]


def provenance_rows(attachment: Attachment) -> list[SheetRow]:
    """The sheet 说明: one label and one text a row."""
    size = attachment.layout["fonts"]["cell"][1]
    return [
        SheetRow(
            pair,
            Look("cell", Align.TOP),
            height(zip(pair, PROVENANCE_PIXELS, strict=True), size, lines=1),
        )
        for pair in attachment.provenance
    ]


# --- widths and heights


def column_pixels(attachment: Attachment) -> list[int]:
    """The table fills the page between the margins; the provider's column is widest, the others equal."""
    page, columns = attachment.layout["page"], len(attachment.columns)
    margins = page["margins_mm"]
    millimetres = PAPER_MM[page["orientation"]] - margins["left"] - margins["right"]
    whole = math.floor(millimetres / MM_PER_INCH * PIXELS_PER_INCH)
    provider = round(whole * max(PROVIDER_SHARE, 1 / (columns + 1)))
    return [provider, *[(whole - provider) // columns] * columns]


def characters(pixels: int) -> float:
    """A column's width as the file stores it: in digits of the default font."""
    return round(pixels / PIXELS_PER_DIGIT, 2)


def height(texts: Iterable[tuple[str, int]], size: float, *, lines: float) -> float:
    """Points for the longest of `texts` in its column, at least `lines` lines: no text is clipped."""
    needed = max((_lines(text, size, pixels) for text, pixels in texts), default=1)
    return min(HIGHEST_ROW, math.ceil(max(needed, lines) * size * 1.25 + size * 0.5))


@lru_cache(maxsize=10_000)
def _lines(text: str, size: float, pixels: int) -> int:
    """How many lines `text` takes: a Chinese character is as wide as it is high, others half of it."""
    em = size / POINTS_PER_INCH * PIXELS_PER_INCH
    per_line = max(1, math.floor((pixels - 8) / em))
    return sum(max(1, math.ceil(_ems(line) / per_line)) for line in text.split("\n"))


def _ems(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(each) in "WFA" else 0.5 for each in text)
