"""A record's parts on disk, each {name: lines}, and what is masked in the lines."""

import json
import re
from pathlib import Path

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MASKS = [
    (re.compile(r"\b[0-9a-f]{32}\b"), "<hex>"),  # the name of a stored file, the number of a request
    (re.compile(r"chart-[0-9a-f]{8}\b"), "chart-<hex>"),
    (re.compile(r"/static/[\w/-]*?([\w-]+)\.[0-9a-f]{12}(\.\w+)"), r"/static/…/\1\2"),  # folder and digest
]

Part = dict[str, list[str]]


def write(folder: Path, part: str, found: Part) -> None:
    text = json.dumps(found, ensure_ascii=False, indent=0, sort_keys=True)
    (folder / f"{part}.json").write_text(text)


def read(folder: Path, part: str) -> Part:
    return json.loads((folder / f"{part}.json").read_text())


def masked(text: str, names: dict[str, str]) -> str:
    """Identifiers by the names of the rows they belong to; what is random by a word."""
    text = UUID.sub(lambda found: names.get(found[0], "<uuid>"), text)
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text
