"""Reads one uploaded file in a process of its own, so that no file can hurt the server: `python -m reporting.excel.child`.

512 MB of memory, 10 seconds of the processor, no file and no connection can be opened, no other program started.
The standard input is one line of JSON (reader, layout, columns, language) and the file; the answer is what was read, as JSON.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.utils import translation

from .sandbox import limit, lock

MEMORY, SECONDS = 512 * 1024 * 1024, 10
# Libraries import these only when they meet something to read with them: too late once nothing can be opened.
NEEDED_LATER = [
    "encodings.gb18030",
    "encodings.utf_16_le",
    "encodings.utf_16_be",
    "encodings.utf_8_sig",
    "encodings.cp437",
    "encodings.cp1252",
    "encodings.latin_1",
    "encodings.idna",
    "openpyxl.reader.excel",
    "unicodedata",
]


def main() -> None:
    limit(memory=MEMORY, seconds=SECONDS)
    request = json.loads(sys.stdin.buffer.readline())
    settings.configure(USE_I18N=True, INSTALLED_APPS=[], LOCALE_PATHS=request["locale_paths"])
    django.setup()
    translation.activate(request["language"])
    attachment, readers = import_module("reporting.excel.attachment"), _readers()
    for name in NEEDED_LATER:
        import_module(name)
    lock()
    columns = [attachment.AttachmentColumn(**each) for each in request["columns"]]
    read = readers[request["reader"]](sys.stdin.buffer.read(), request["layout"], columns)
    sys.stdout.write(_as_json(read))


def _as_json(read: Any) -> str:
    """What was read, as JSON."""
    cells = [[*place, cell] for place, cell in getattr(read, "cells", {}).items()]
    return json.dumps(asdict(read) | ({"cells": cells} if hasattr(read, "cells") else {}))


def _readers() -> dict[str, Callable]:
    """What a file may be read as; loaded only once the limits hold."""
    return {
        "attachment": import_module("reporting.excel.importing").read_attachment,
        "list": import_module("reporting.excel.plain_list").read_list,
    }


if __name__ == "__main__":
    main()
