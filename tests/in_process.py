"""An uploaded file read by the same readers, without the process of its own that they run in: that takes half a second."""

import io
import json
from importlib import import_module

from django.utils import translation

from reporting.excel import child as workbooks
from reporting.excel.attachment import AttachmentColumn
from reporting.excel.sandbox import Died
from reporting.uploads import child
from reporting.uploads.problems import Unacceptable


def response_of(module: str, *arguments: str, given: bytes, seconds: int) -> bytes:
    """As `reporting.excel.sandbox.answer_of`. Whatever the reader trips over is a child that died."""
    read = {workbooks.__name__: _workbook, child.__name__: _file}[module]
    try:
        return read(given, *arguments)
    except Exception as error:
        raise Died(is_limit=isinstance(error, MemoryError)) from error


def _workbook(given: bytes) -> bytes:
    request = json.loads((source := io.BytesIO(given)).readline())
    columns = [AttachmentColumn(**each) for each in request["columns"]]
    with translation.override(request["language"]):
        read = workbooks._readers()[request["reader"]](source.read(), request["layout"], columns)
    return workbooks._as_json(read).encode()


def _file(content: bytes, code: str) -> bytes:
    module, function = child.READERS[code]
    read = getattr(import_module(f"{child.__package__}.{module}"), function)
    answer, kept = {}, None
    try:
        kept = read(content)
    except Unacceptable as refused:
        answer = {"code": refused.code, "values": refused.values}
    return json.dumps(answer).encode() + b"\n" + (kept or b"")
