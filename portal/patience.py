"""How long may a page keep the database busy, and how long does it wait for one that is?

For the web only. On PostgreSQL a statement ends after 20 seconds and a transaction that stands still after 60: a stuck
page must hold neither locks nor a connection for ever. On SQLite, where one writes at a time, a page waits for eight
seconds and then says so. Commands of the operator (a backup, a migration) and the worker's exports take their time.
"""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

SECONDS_FOR_A_WRITER = 8


def limit(connection: BaseDatabaseWrapper) -> None:
    """For every connection of this process that is opened from now on."""
    options = connection.settings_dict.setdefault("OPTIONS", {})
    if connection.vendor == "sqlite":
        options["timeout"] = SECONDS_FOR_A_WRITER
    if connection.vendor != "postgresql" or not settings.STATEMENT_SECONDS:
        return
    limits = {
        "statement_timeout": settings.STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": settings.IDLE_TRANSACTION_SECONDS,
    }
    given = [options.get("options", ""), *(f"-c {name}={seconds}s" for name, seconds in limits.items())]
    options["options"] = " ".join(given).strip()
