"""Looks into one uploaded file in a process of its own, so that no file can hurt the server: `python -m reporting.uploads.child CODE`.

768 MB of memory, 15 seconds of the processor, no file and no connection can be opened, no other program started.
The standard input is the file; the answer is a line of JSON, what is wrong with it, or the file as it is to be kept.
"""

import json
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages

import django.utils.translation.trans_null  # noqa: F401 -- needed later
from django.conf import settings

from ..excel.sandbox import limit, lock

MEMORY, SECONDS = 768 * 1024 * 1024, 15
# {code of a kind: the function that looks at it}. It gives back other bytes, or None: as they are.
READERS = {
    "jpg": ("pictures", "cleaned_jpeg"),
    "png": ("pictures", "cleaned_png"),
    "pdf": ("documents", "check_pdf"),
    "xlsx": ("workbooks", "check_workbook"),
}
# Libraries import these only when they meet something to read with them: too late once nothing can be opened.
ENCODINGS = [
    "cp437",
    "gbk",
    "gb2312",
    "gb18030",
    "big5",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "mac_roman",
    "latin_1",
]
NEEDED_LATER = {
    "jpg": ["PIL.MpoImagePlugin", "PIL.TiffImagePlugin"],
    "png": [],
    "pdf": ["unicodedata", "encodings.idna", *[f"encodings.{name}" for name in ENCODINGS]],
    "xlsx": ["unicodedata", "openpyxl.reader.excel", *[f"encodings.{name}" for name in ENCODINGS]],
}
WHOLE = {"pdf": "pypdf"}  # a package whose every module may be needed


def main() -> None:
    code = sys.argv[1]
    limit(memory=MEMORY, seconds=SECONDS)
    logging.disable()
    settings.configure(USE_I18N=False)  # codes are returned, not sentences
    module, function = READERS[code]
    read: Callable[[bytes], bytes | None] = getattr(import_module(f"reporting.uploads.{module}"), function)
    unacceptable = import_module("reporting.uploads.problems").Unacceptable
    for name in NEEDED_LATER[code]:
        import_module(name)
    _import_whole(WHOLE.get(code))
    lock()
    refusal, kept = {}, None
    try:
        kept = read(sys.stdin.buffer.read())
    except unacceptable as refused:
        refusal = {"code": refused.code, "values": refused.values}
    sys.stdout.buffer.write(json.dumps(refusal).encode() + b"\n" + (kept or b""))


def _import_whole(package: str | None) -> None:
    """But for what asks for packages that the portal does not have: then nothing here can need it."""
    found = walk_packages(import_module(package).__path__, f"{package}.") if package else ()
    for each in found:
        with suppress(ImportError):
            import_module(each.name)


if __name__ == "__main__":
    main()
