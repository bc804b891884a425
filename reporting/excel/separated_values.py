"""Writes a listing as CSV: UTF-8 with the mark by which Excel and WPS know it, one line a row.

A spreadsheet takes text that begins like a formula for one, quotes or not: an apostrophe in front keeps it text.
"""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import IO

from .listing import Listing, Value
from .text import is_formula_like, readable

EVERY = 1000  # rows between two signs of life


def write_csv(listing: Listing, file: IO[bytes], step: Callable[[int], None]) -> None:
    write_rows(chain([listing.flat_headings], _counted_steps(listing.rows, step), listing.foot), file)


def write_rows(rows: Iterable[Iterable[Value]], file: IO[bytes]) -> None:
    file.write(codecs.BOM_UTF8)
    writer = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\r\n")
    writer.writerows(map(_field, row) for row in rows)


def _counted_steps(
    rows: Iterable[tuple[Value, ...]], step: Callable[[int], None]
) -> Iterator[tuple[Value, ...]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % EVERY == 0:
            step(number)


def _field(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value}%"
    if isinstance(value, int):
        return value
    text = readable(value)
    return f"'{text}" if is_formula_like(text) else text
