"""What do the comments at the cells of a sheet say? They are read to be told of, never as figures."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import CellCoordinatesException

from .layout import MARKS_AUTHOR

_COMMENTS = re.compile(rb"<(?:\w+:)?(?:comments|ThreadedComments)[\s>]")


def comments_of(parts: Mapping[str, bytes], part: str) -> dict[tuple[int, int], str]:
    """By cell, of the sheet in `part`; without those that mark problems in a file that was given back."""
    found: dict[tuple[int, int], str] = {}
    for related in _related(parts, part):
        if _COMMENTS.search(parts[related][:2000]):
            for cell, text in _texts(ElementTree.fromstring(parts[related])):  # noqa: S314
                found.setdefault(cell, text)
    return found


def _related(parts: Mapping[str, bytes], part: str) -> Iterator[str]:
    folder, name = posixpath.split(part)
    rels = parts.get(f"{folder}/_rels/{name}.rels")
    for each in ElementTree.fromstring(rels) if rels else ():  # noqa: S314
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        if target in parts:
            yield target


def _texts(root: ElementTree.Element) -> Iterator[tuple[tuple[int, int], str]]:
    authors = [each.text or "" for each in root.iter() if _name(each) == "author"]
    for comment in (each for each in root.iter() if _name(each) in ("comment", "threadedComment")):
        author = comment.get("authorId", "")
        ours = author.isdecimal() and int(author) < len(authors) and authors[int(author)] == MARKS_AUTHOR
        text = "".join(each.text or "" for each in comment.iter() if _name(each) in ("t", "text")).strip()
        if text and not ours:
            try:
                yield coordinate_to_tuple(comment.get("ref", "")), text
            except (CellCoordinatesException, ValueError):
                continue


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
