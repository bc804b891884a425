"""Waiting for one another: many may share a row at a time, who changes what hangs on it holds it alone.

Ends with the transaction. On SQLite a writing transaction is alone anyway.
"""

from django.db import connection
from django.db.models import Model


def share(row: Model) -> None:
    """Nobody holds the row until this transaction ends; others may share it too."""
    _lock(row, "FOR SHARE")


def hold(row: Model) -> None:
    """Nobody else holds or shares the row until this transaction ends."""
    _lock(row, "FOR UPDATE")


def _lock(row: Model, how: str) -> None:
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(row._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s {how}", [row.pk])  # noqa: S608 -- a model's name
