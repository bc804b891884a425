"""How a line of the logs looks, and what never gets into one.

Logs go to machines and people that have no business with the data: an address in them shows no token, a fault shows
no row of the database.
"""

import logging
import re
from types import TracebackType

from . import request_id

# A piece of an address that long is a token, unless it is the public id of an object.
_PIECE = re.compile(
    r"(?<=/)(?![0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-]))[\w:.~-]{20,}(?=[/\s'\"?]|$)"
)
# PostgreSQL adds the values of the row that it refused.
_ROW = re.compile(r"^(DETAIL|CONTEXT|HINT): .*$", re.MULTILINE)


class Line(logging.Formatter):
    """Time, level, logger, request, message; tracebacks without the values that the database quotes."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name} [{request_id}] {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.current.get()
        record.message = masked(record.message)
        return super().formatMessage(record)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return _ROW.sub(r"\1: …", super().formatException(ei))


def masked(message: str) -> str:
    return _ROW.sub(r"\1: …", _PIECE.sub("…", message))
