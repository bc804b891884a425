"""Everything that an uploaded file goes through before it is kept, whatever it hangs on. What fails is not kept.

Size → kind by content → name → virus scanner → a look inside, in a process of its own, which cleans pictures.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.core.files import File

from ..excel import sandbox
from ..excel.kinds import MEGABYTE
from ..excel.sandbox import Died
from .kinds import UploadKind, clean_name, kind_of
from .personal import check_name
from .problems import Unacceptable
from .scanning import scan

SECONDS = 40  # of the clock: more than the child's own limit, for a busy machine


@dataclass(frozen=True)
class Examined:
    """A file that may be kept, as it will be kept. `source_digest` is of the file as it came."""

    name: str
    content: bytes
    kind: UploadKind
    source_digest: str
    scanner: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def examine(file: BinaryIO | File, name: str) -> Examined:
    """Raises `Unacceptable`. At most the limit and one byte more is ever read."""
    content = file.read(settings.EVIDENCE_MB * MEGABYTE + 1)
    if len(content) > settings.EVIDENCE_MB * MEGABYTE:
        raise Unacceptable("size", limit=settings.EVIDENCE_MB)
    kind = kind_of(content)
    name = clean_name(name, kind)
    check_name(name)
    scanner = scan(content)
    kept = _looked_into(content, kind)
    return Examined(name, kept, kind, hashlib.sha256(content).hexdigest(), scanner)


def _looked_into(content: bytes, kind: UploadKind) -> bytes:
    """The bytes to keep. Whatever the file does to its reader becomes one sentence."""
    try:
        response = sandbox.response_of("reporting.uploads.child", kind.code, given=content, seconds=SECONDS)
    except Died as died:
        raise Unacceptable("too_much" if died.is_limit else "damaged") from died
    line, _end, kept = response.partition(b"\n")
    refusal = json.loads(line)
    if refusal:
        raise Unacceptable(refusal["code"], **refusal["values"])
    return kept or content
