"""Changes rows as somebody with all rights on the database would: past the triggers, past the actions."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from .walls import owner


def tamper(table: str, statement: str, *values: object) -> int:
    """Run one statement on a frozen table; how many rows it changed."""
    with unfrozen(table), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextmanager
def unfrozen(*tables: str) -> Iterator[None]:
    """The tables without their triggers, as their owner."""
    switch = _dropped if connection.vendor == "sqlite" else _disabled
    with owner(), connection.cursor() as cursor:
        back = switch(cursor, tables)
    with owner():
        yield
    with owner(), connection.cursor() as cursor:
        for statement in back:
            cursor.execute(statement)


def _disabled(cursor, tables: Iterable[str]) -> list[str]:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]


def _dropped(cursor, tables: Iterable[str]) -> list[str]:
    """The statements with which to make again what was dropped here. SQLite cannot switch a trigger off."""
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    for name, _sql in found:
        cursor.execute(f"DROP TRIGGER {name}")
    return [sql for _name, sql in found]
