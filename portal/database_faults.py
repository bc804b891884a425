"""What does it mean that the database takes nothing? For the page (503, views/errors.py) and for the operator's terminal."""

import errno
from collections.abc import Iterator

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What SQLite and PostgreSQL say: of a damaged file, of a full disk, of somebody who holds what is needed, of a lost server.
DAMAGED = ("is malformed", "is not a database")
FULL = ("disk is full", "No space left", "disk I/O error")
BUSY = ("is locked", "timeout", "deadlock")
GONE = ("connect", "unable to open", "terminating", "shutting down", "starting up")

FOR_THE_OPERATOR = {
    "damaged": _(
        "The database file is damaged. Stop the portal, keep the file aside, and restore the last backup: script/restore ARCHIVE (docs/operations.md)."
    ),
    "full": _("The disk is full: nothing can be written. Make room, then repeat the command."),
    "busy": _("The database was busy with other work for too long. Repeat the command in a minute."),
    "gone": _("The database does not answer. Is its server running, and is DATABASE_URL right?"),
}  # fmt: skip


def kind_of(fault: BaseException | None) -> str | None:
    """“damaged”, “full”, “busy” or “gone”, if that is what the fault comes from."""
    kinds = {"damaged": DAMAGED, "full": FULL, "busy": BUSY, "gone": GONE}
    for each in _leading_to(fault):
        if isinstance(each, OSError) and each.errno in (errno.ENOSPC, errno.EDQUOT):
            return "full"
        if isinstance(each, DatabaseError):
            for kind, words in kinds.items():
                if any(word in str(each) for word in words):
                    return kind
    return None


def sentence(fault: BaseException) -> str | Promise | None:
    """For the operator: what to do; None: it is a fault of ours, to be shown as it is."""
    kind = kind_of(fault)
    return FOR_THE_OPERATOR[kind] if kind else None


def _leading_to(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__
