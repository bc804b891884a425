"""A file that a stranger made is read in a process of its own, so that no file can hurt the server: both ends of that.

The parent hands the file over and judges how the child ended; the child limits itself, imports what it needs, and locks
itself in before it looks at the file.
"""

import resource
import subprocess
import sys

from django.conf import settings


class Died(Exception):
    """The child gave no answer: it ran into a limit, or tripped over the file."""

    def __init__(self, *, is_limit: bool):
        self.is_limit = is_limit


def response_of(module: str, *arguments: str, given: bytes, seconds: int) -> bytes:
    """What `python -m module` says to `given`. `seconds` of the clock: more than its own limit, for a busy machine."""
    command = [sys.executable, "-s", "-B", "-m", module, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            cwd=settings.BASE_DIR,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Died(is_limit=True) from error
    if done.returncode:  # killed at a limit, or out of memory
        raise Died(is_limit=done.returncode < 0 or b"MemoryError" in done.stderr)
    return done.stdout


def limit(*, memory: int, seconds: int) -> None:
    """In the child: so much memory, so many seconds of the processor, nothing written, no core left behind."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def lock() -> None:
    """In the child: from here on nothing can be opened, neither a file nor a connection, and no program started."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
