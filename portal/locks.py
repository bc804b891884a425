"""Waiting for one another: many may share a row at a time, who changes what hangs on it holds it alone.

Ends with the transaction. On SQLite a writing transaction is alone anyway.
"""

from django.db import connection
from django.db.models import Model

from .models import Tenant


def share(row: Model) -> None:
    """Nobody holds the row until this transaction ends; others may share it too."""
    _lock(row, "FOR SHARE")


def hold(row: Model) -> None:
    """Nobody else holds or shares the row until this transaction ends."""
    _lock(row, "FOR UPDATE")


def hold_figures(tenant: Tenant) -> None:
    """Nobody else records, renames, switches or submits for the tenant until this transaction ends: a return counts what it
    has read, and a switch sees every return that was submitted. Taken before any other lock. The row may still be referred to."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)


def _lock(row: Model, how: str) -> None:
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(row._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s {how}", [row.pk])  # noqa: S608 -- a model's name
