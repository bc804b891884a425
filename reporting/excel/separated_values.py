"""Writes a listing as CSV: UTF-8 with the mark by which Excel and WPS know it, one line a row.

A spreadsheet takes text that begins like a formula for one, quotes or not: an apostrophe in front keeps it text.
"""

import codecs
import csv
from collections.abc import Callable
from decimal import Decimal
from typing import IO

from reporting.excel.text import is_formula_like, readable
from reporting.listing import Listing, Value

EVERY = 1000  # rows between two signs of life


def write_csv(listing: Listing, file: IO[bytes], step: Callable[[int], None]) -> None:
    file.write(codecs.BOM_UTF8)
    text = codecs.getwriter("utf-8")(file)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(_field, listing.flat_headings))
    for number, row in enumerate(listing.rows, start=1):
        writer.writerow(map(_field, row))
        if number % EVERY == 0:
            step(number)
    writer.writerows(map(_field, row) for row in listing.foot)


def _field(value: Value) -> str | int:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value}%"
    if isinstance(value, int):
        return value
    text = readable(value)
    return f"'{text}" if is_formula_like(text) else text
