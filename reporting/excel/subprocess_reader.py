"""Reads an uploaded file in a child process with limits. What is refused by its first bytes needs no process."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from . import sandbox
from .attachment import AttachmentColumn
from .kinds import is_workbook
from .package import check_package
from .plain_list import ReadList
from .preflight import bytes_of
from .problems import ImportQuestion, Problem, Refused, damaged, too_much
from .read_return import ReadReturn
from .sandbox import Died

SECONDS = 30  # of the clock: more than the child's own limit, for a busy machine


def read_in_subprocess(
    source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> ReadReturn:
    """As `read_attachment`; whatever the file does to its reader becomes one problem."""
    try:
        return _restored(_response("attachment", source, layout, columns), columns)
    except Refused as refusal:
        return ReadReturn(columns=tuple(columns), problems=[refusal.problem])


def read_list_in_subprocess(
    source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> ReadList:
    """As `read_list`; whatever the file does to its reader becomes one problem."""
    try:
        response = _response("list", source, layout, columns)
        return ReadList(**response | {"problems": [Problem(**each) for each in response["problems"]]})
    except Refused as refusal:
        return ReadList(problems=[refusal.problem])


def _response(
    reader: str, source: bytes | str | Path, layout: Mapping[str, Any], columns: Sequence[AttachmentColumn]
) -> dict[str, Any]:
    data = bytes_of(source)
    if is_workbook(data):
        check_package(data)
    request = {
        "reader": reader,
        "layout": layout,
        "columns": [asdict(each) for each in columns],
        "language": get_language() or settings.LANGUAGE_CODE,
        "locale_paths": [str(path) for path in settings.LOCALE_PATHS],
    }
    given = json.dumps(request).encode() + b"\n" + data
    try:
        return json.loads(sandbox.response_of("reporting.excel.child", given=given, seconds=SECONDS))
    except Died as died:
        text, code = (too_much(), "bomb") if died.is_limit else (damaged(), "damaged")
        raise Refused(text, code=code) from died


def _restored(response: dict[str, Any], columns: Sequence[AttachmentColumn]) -> ReadReturn:
    return ReadReturn(
        **response
        | {
            "columns": tuple(columns),
            "above": [(cell, text) for cell, text in response["above"]],
            "cells": {(row, code): cell for row, code, cell in response["cells"]},
            "problems": [Problem(**each) for each in response["problems"]],
            "questions": [ImportQuestion(**each) for each in response["questions"]],
        }
    )
