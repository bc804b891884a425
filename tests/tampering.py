"""Changes rows as somebody with all rights on the database would: past the triggers, past the actions."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from .walls import owner


def tamper(table: str, statement: str, *values: object) -> int:
    """Run one statement on a frozen table; how many rows it changed."""
    with unfrozen(table), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextmanager
def unfrozen(table: str) -> Iterator[None]:
    """The table without its triggers. On SQLite they come back with the end of the test's transaction."""
    if connection.vendor == "sqlite":
        statements = (f"DROP TRIGGER IF EXISTS {table}_frozen",)
    else:
        statements = ("SET CONSTRAINTS ALL IMMEDIATE", f"ALTER TABLE {table} DISABLE TRIGGER USER")
    with owner(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    with owner():
        yield
    if connection.vendor != "sqlite":
        with owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
