"""What is this file? Its content decides, never its name or what the browser says of it."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

import puremagic
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..entry.invisible import BLANKS, hidden_in
from ..excel.kinds import XLSX, ZIP_MAGIC
from .problems import Unacceptable

NAME_LENGTH = 120
PDF_MAGIC = b"%PDF-"
_WEB = re.compile(rb"<!doctype\s+html|<html|<script|<svg|<\?php|<%", re.IGNORECASE)
# Before the first object, or as the first member of a zip file, another kind may begin.
_BEGINNING = 1024


@dataclass(frozen=True)
class UploadKind:
    """One kind of file that can be taken; `endings`: what its name may end in, the first one usually."""

    code: str
    media_type: str
    endings: tuple[str, ...]
    label: str | Promise


KINDS = {
    each.code: each
    for each in (
        UploadKind("jpg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), _("JPEG picture")),
        UploadKind("png", "image/png", (".png",), _("PNG picture")),
        UploadKind("pdf", "application/pdf", (".pdf",), _("PDF")),
        UploadKind("xlsx", XLSX, (".xlsx",), _("Excel workbook (.xlsx)")),
    )
}
# What else it is, by its first bytes, where there is more to say than that it is not taken.
OTHERWISE = {
    "heic": ("image/heif", "image/heic", "image/heif-sequence", "image/avif"),
    "archive": (
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/gzip",
        "application/x-tar",
        "application/x-bzip2",
        "application/x-xz",
    ),
    "old_office": ("application/msword", "application/x-ole-storage", "application/vnd.ms-excel"),
    "active": (
        "text/html",
        "image/svg+xml",
        "application/xml",
        "application/x-dosexec",
        "application/vnd.microsoft.portable-executable",
        "application/x-shellscript",
        "application/javascript",
        "application/java-archive",
    ),
}
_BY_TYPE = {media_type: code for code, types in OTHERWISE.items() for media_type in types}


def kinds_taken() -> list[UploadKind]:
    return [KINDS[code] for code in settings.EVIDENCE_TYPES]


def kinds_named() -> str:
    return "、".join(str(each.label) for each in kinds_taken())


def kind_of(content: bytes) -> UploadKind:
    """The kind of the file, if it is one that is taken here; else `Unacceptable` says what it is."""
    if not content:
        raise Unacceptable("empty")
    kind = KINDS.get(_code_of(content))
    if kind is None:
        raise Unacceptable(_otherwise(content), kinds=kinds_named())
    if kind not in kinds_taken():
        raise Unacceptable("not_allowed", kind=kind.label, kinds=kinds_named())
    return kind


def label_of(media_type: str) -> str:
    """What a kept file is, in words."""
    return next((str(each.label) for each in KINDS.values() if each.media_type == media_type), media_type)


def clean_name(raw: str, kind: UploadKind) -> str:
    """The name as the person's own, without what cannot be seen, on one line, with an ending that is true."""
    name = re.split(r"[/\\]", raw)[-1]
    name = "".join(each for each in name if each.isprintable() and not hidden_in(each)).strip(BLANKS + ".")
    for reserved in '<>:"|?*':
        name = name.replace(reserved, "_")
    if not name.lower().endswith(kind.endings):
        name += kind.endings[0]
    stem, _dot, ending = name.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending) - 1] or 'file'}.{ending}"


def _code_of(content: bytes) -> str:
    """A key of KINDS, or "". A file of two kinds at once is refused here, whichever of them is taken."""
    media_types = {each.mime_type for each in _guesses(content)}
    if content.startswith(PDF_MAGIC) and "application/pdf" in media_types:
        _refuse_two_kinds(content)
        return "pdf"
    if content.startswith(ZIP_MAGIC):
        return "xlsx" if any(name.startswith("xl/") for name in _members(content)) else ""
    return next((code for code in ("jpg", "png") if KINDS[code].media_type in media_types), "")


def _refuse_two_kinds(content: bytes) -> None:
    """A PDF that a browser would show as a page, or that unpacks as a zip file."""
    is_page = _WEB.search(content[:_BEGINNING]) is not None
    tail = content[content.rfind(b"%%EOF") + 5 :] if b"%%EOF" in content else b""
    if is_page or tail.strip(b"\r\n\t \0") or zipfile.is_zipfile(BytesIO(content)):
        raise Unacceptable("polyglot")


def _otherwise(content: bytes) -> str:
    if content.startswith(ZIP_MAGIC):
        names = _members(content)
        is_document = any(
            name.startswith(("word/", "ppt/", "ofd.xml")) or name == "mimetype" for name in names
        )
        return "document" if is_document else "archive"
    if content.startswith((b"#!", b"MZ", b"\x7fELF")) or _WEB.search(content[:_BEGINNING]):
        return "active"
    for media_type in (each.mime_type for each in _guesses(content)):
        if media_type in _BY_TYPE:
            return _BY_TYPE[media_type]
        if media_type.startswith(("video/", "audio/")):
            return "video"
        if media_type.startswith("image/"):
            return "picture"
    return "unknown"


def _guesses(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return []


def _members(content: bytes) -> list[str]:
    """The names in a zip file's directory, in lower case; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise Unacceptable("damaged") from error
