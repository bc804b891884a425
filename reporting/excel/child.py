"""Reads one uploaded file in a process of its own, so that no file can hurt the server: `python -m reporting.excel.child`.

512 MB of memory, 10 seconds of the processor, no file and no connection can be opened, no other program started.
The standard input is one line of JSON (layout, columns, language) and the file; the answer is the return as JSON.
"""

import json
import sys
from dataclasses import asdict
from importlib import import_module

import django
from django.conf import settings
from django.utils import translation

from reporting.apart import limit, lock

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
    asked = json.loads(sys.stdin.buffer.readline())
    settings.configure(USE_I18N=True, INSTALLED_APPS=[], LOCALE_PATHS=asked["locale_paths"])
    django.setup()
    translation.activate(asked["language"])
    attachment, importing = import_module("reporting.attachment"), import_module("reporting.excel.importing")
    for name in NEEDED_LATER:
        import_module(name)
    lock()
    columns = [attachment.Column(**each) for each in asked["columns"]]
    read = importing.read_attachment(sys.stdin.buffer.read(), asked["layout"], columns)
    answer = asdict(read) | {"cells": [[*place, cell] for place, cell in read.cells.items()]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
