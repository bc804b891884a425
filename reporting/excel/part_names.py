"""One spelling for the names of a workbook's parts. To Excel and WPS `xl/SharedStrings.xml` and `xl/sharedStrings.xml` are the
same part; a library finds only the very name that a relationship or the list of types gives, and styles only under one."""

import posixpath
import re
from collections.abc import Mapping

TYPES, RELATIONSHIPS, STYLES = "[Content_Types].xml", "_rels/.rels", "xl/styles.xml"

_RELATIONS_OF = re.compile(r"(.*?)_rels/([^/]*)\.rels", re.IGNORECASE)
_TARGET = re.compile(rb'(<(?:\w+:)?Relationship\s[^<>]*?\bTarget=")([^"]*)(")')
_PART_NAME = re.compile(rb'(\bPartName=")([^"]*)(")')
_STYLE_SHEET = re.compile(rb"<(?:\w+:)?styleSheet[\s>]")


def in_one_spelling(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same parts. Names stay as they are but for those that a library takes as given; references name them exactly."""
    names = _names(parts)  # {a name in small letters: the name from now on}
    named = {_relations(names[name.lower()], names): content for name, content in parts.items()}
    return {name: _with_exact_names(name, content, names) for name, content in named.items()}


def _names(parts: Mapping[str, bytes]) -> dict[str, str]:
    names = {name.lower(): name for name in parts}
    for fixed in (TYPES, RELATIONSHIPS, STYLES):
        if fixed.lower() in names:
            names[fixed.lower()] = fixed
    styles = [name for name, content in parts.items() if _STYLE_SHEET.search(content[:2000])]
    if STYLES not in names and len(styles) == 1:
        names[styles[0].lower()] = STYLES
    return names


def _relations(name: str, names: Mapping[str, str]) -> str:
    """What a part is related to stands under the part's own name, which nothing else gives."""
    found = _RELATIONS_OF.fullmatch(name)
    owner = names.get((found[1] + found[2]).lower()) if found else None
    if owner is None:
        return name
    folder, base = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _with_exact_names(name: str, content: bytes, names: Mapping[str, str]) -> bytes:
    if name == TYPES:
        return _PART_NAME.sub(lambda found: _exact(found, "/", names), content)
    if not name.lower().endswith(".rels"):
        return content
    folder = posixpath.dirname(posixpath.dirname(name))
    return _TARGET.sub(lambda found: _exact(found, folder, names), content)


def _exact(found: re.Match[bytes], folder: str, names: Mapping[str, str]) -> bytes:
    """As it is where it names a part already, or none at all."""
    target = found[2].decode("utf-8", "replace")
    part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    actual = names.get(part.lower(), part)
    return found[0] if actual == part else found[1] + f"/{actual}".encode() + found[3]
