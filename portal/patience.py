"""How long may a page keep the database busy? A statement ends after 20 seconds, a transaction that stands still after 60.

For the web only, on PostgreSQL: a stuck page must hold neither locks nor a connection for ever. Commands of the
operator (a backup, a migration) and the worker's exports take as long as they take.
"""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


def limit(connection: BaseDatabaseWrapper) -> None:
    """For every connection of this process that is opened from now on."""
    if connection.vendor != "postgresql" or not settings.STATEMENT_SECONDS:
        return
    options = connection.settings_dict.setdefault("OPTIONS", {})
    limits = {
        "statement_timeout": settings.STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": settings.IDLE_TRANSACTION_SECONDS,
    }
    given = [options.get("options", ""), *(f"-c {name}={seconds}s" for name, seconds in limits.items())]
    options["options"] = " ".join(given).strip()
