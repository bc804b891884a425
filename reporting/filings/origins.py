"""Which row of the version that came back is this row of the draft? A reason follows its row, whatever it is called now.

A row of a draft keeps its id; a version names its lines by the provider. The typing that stands when a version comes back is
that version's, so each save from then on passes on which line a row was: `origin` is {"version": number, "key": provider}.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from ..entry.merging import PROVIDER, with_ids
from ..entry.names import clean_name

ORIGIN = "origin"


def with_origins(
    rows: Sequence[Mapping[str, Any]],
    former: Sequence[Mapping[str, Any]],
    *,
    version: int,
    lines: Container[str],
) -> list[dict]:
    """The rows as typed now, each with the line that it was in the version that came back. `former`: the typing before;
    `lines`: the providers of that version."""
    kept = {row["id"]: row for row in with_ids(former)}
    known = {row_id: key for row_id, row in kept.items() if (key := origin_of(row, version))}
    passed_on = set(known.values())
    for row_id, row in kept.items():
        key = clean_name(row.get(PROVIDER)).key
        if row_id not in known and key in lines and key not in passed_on:
            known[row_id] = key
    return [
        {**row, ORIGIN: {"version": version, "key": known[row["id"]]}} if row["id"] in known else row
        for row in with_ids(rows)
    ]


def origin_of(row: Mapping[str, Any], version: int) -> str:
    """The provider of the line that the row was in that version; "" if it was none, or is not known to be one."""
    origin = row.get(ORIGIN) or {}
    return origin["key"] if origin.get("version") == version else ""
