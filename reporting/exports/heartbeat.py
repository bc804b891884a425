"""A sign of life beside work that gives none itself, as while a large workbook is closed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import Error, connection

log = logging.getLogger(__name__)


@contextmanager
def beating(beat: Callable[[], int], *, every: float) -> Iterator[None]:
    """Calls `beat` every so many seconds, in a thread with a connection of its own, until the work is over or `beat` gives 0.

    Not inside a transaction: nobody else sees what it began, and a row that it holds would be waited for.
    """
    if connection.in_atomic_block:
        yield
        return
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(beat, every, over), name="heartbeat", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join(every)


def _beat(beat: Callable[[], int], every: float, over: threading.Event) -> None:
    is_alive = True
    while is_alive and not over.wait(every):
        try:
            is_alive = bool(beat())
        except Error as error:  # the work itself finds out, or the next beat succeeds
            log.warning("a sign of life could not be given: %s", error)
        finally:
            connection.close()
