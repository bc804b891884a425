"""Changes rows as somebody with all rights on the database would: past the triggers, past the actions."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def tamper(table: str, statement: str, *values: object) -> int:
    """Run one statement on a frozen table; how many rows it changed."""
    with unfrozen(table), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextmanager
def unfrozen(table: str) -> Iterator[None]:
    """The table without its triggers. On SQLite they come back with the end of the test's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen")
            yield
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
