"""What time is it? The one function that answers, for every view, action, task and command.

Real time, except in demonstration mode, where an instant can be set and runs on from there:
`PORTAL_NOW` in the environment, else the instant that the demonstration was started at
(kept in the data folder, so that the web server, the worker and the command line agree).
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.dateparse import parse_datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_arrived: ContextVar[datetime | None] = ContextVar("arrived", default=None)
_process_started = timezone.now()


def now() -> datetime:
    """The present instant, aware. Everything that asks for the time asks here."""
    if frozen := _frozen.get():
        return frozen
    real = timezone.now()
    if not settings.DEMO:
        return real
    if text := os.environ.get("PORTAL_NOW"):
        return _instant(text) + (real - _process_started)
    if (path := _clock_file()).exists():
        saved = json.loads(path.read_text())
        return _instant(saved["demonstration"]) + (real - _instant(saved["real"]))
    return real


def arrived_at() -> datetime:
    """When the request that is being answered arrived; outside of one: now. In time or late is judged by this alone: how
    long the portal takes is no fault of who files."""
    return _arrived.get() or now()


@contextmanager
def arrived(at: datetime) -> Iterator[None]:
    """Within the block what is done was asked for at `at`: a request, or a job that one ordered."""
    token = _arrived.set(at)
    try:
        yield
    finally:
        _arrived.reset(token)


def today() -> date:
    """Today's date in Asia/Shanghai."""
    return timezone.localtime(now(), timezone.get_default_timezone()).date()


def start_demonstration(at: datetime) -> None:
    """Let the demonstration clock of this data folder show `at` and run on from there."""
    saved = {"demonstration": at.isoformat(), "real": timezone.now().isoformat()}
    partial = _clock_file().with_suffix(".new")
    partial.write_text(json.dumps(saved))
    partial.replace(_clock_file())


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block it is `at`: for playing the demonstration year, and for tests."""
    token, arrival = _frozen.set(at), _arrived.set(None)
    try:
        yield
    finally:
        _frozen.reset(token)
        _arrived.reset(arrival)


def _clock_file() -> Path:
    return settings.DATA_DIR / "clock.json"


def _instant(text: str) -> datetime:
    instant = parse_datetime(text)
    if instant is None:
        raise ImproperlyConfigured(f"PORTAL_NOW: not an ISO instant: {text}")
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)
