"""Every row of every business table, compared between two instants: what changed, and what the history says of it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps
from django.db import connection

from portal import walls
from portal.models import HistoryEntry, HistoryHead

# Ours, and what other people's apps keep about who gets in.
APPS = ("portal", "targets", "reporting", "mfa", "socialaccount")
FROZEN = (
    "reporting_release",
    *("reporting_version", "reporting_line", "reporting_total", "reporting_review", "reporting_reviewpoint"),
    *("reporting_opening", "reporting_perioddecision", "reporting_extension", "reporting_unlockrequest"),
    *("reporting_countedactivity", "reporting_ledgerswitch", "reporting_duplicatedecision"),
    *("reporting_countedmaterial", "reporting_registerswitch", "reporting_checklist"),
)

# {table: {id: row}}
Snapshot = dict[str, dict[object, tuple]]


@cache
def business_tables() -> dict[str, list[str]]:
    """{table: its columns}: all of these apps but the history itself; a new one is included unasked."""
    models = [
        model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    return {
        model._meta.db_table: [field.column for field in model._meta.concrete_fields]
        for model in models
        if model not in (HistoryEntry, HistoryHead)
    }


def snapshot() -> Snapshot:
    taken = {}
    with connection.cursor() as cursor:
        for table, columns in business_tables().items():
            cursor.execute(
                f"SELECT {', '.join(connection.ops.quote_name(each) for each in columns)} FROM {table}"
            )
            taken[table] = {row[0]: row for row in cursor.fetchall()}
    return taken


def changed(before: Snapshot, after: Snapshot) -> dict[str, set]:
    """{table: ids of the rows that are new, gone or different}"""
    found = {
        table: {
            key
            for key in before[table].keys() | after[table].keys()
            if before[table].get(key) != after[table].get(key)
        }
        for table in before
        if before[table] != after[table]
    }
    return {table: keys for table, keys in found.items() if keys}


@dataclass
class Watch:
    """What the business tables held each time history was written, and how many entries each statement wrote: a list that
    was recorded at once has an entry for each of its rows."""

    start: Snapshot
    marks: list[Snapshot] = field(default_factory=list)
    written: list[int] = field(default_factory=list)


@contextmanager
def watching(start: Snapshot) -> Iterator[Watch]:
    """Takes a snapshot whenever the database is told to insert a history entry, whoever tells it."""
    watch = Watch(start)

    def look(execute: Callable, sql: str, params, many, context):
        if sql.startswith("INSERT") and f'"{HistoryEntry._meta.db_table}"' in sql.split("(")[0]:
            with walls.everything():  # not only what the action itself may see
                watch.marks.append(snapshot())
                before = HistoryEntry.objects.count()
                result = execute(sql, params, many, context)
                watch.written.append(HistoryEntry.objects.count() - before)
            return result
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield watch


def row_of(taken: Snapshot, table: str, public_id: uuid.UUID) -> dict | None:
    """The row with that public id (text on SQLite, a UUID on PostgreSQL)."""
    rows = (dict(zip(business_tables()[table], row, strict=True)) for row in taken[table].values())
    return next((row for row in rows if uuid.UUID(str(row["public_id"])) == public_id), None)


def standing(taken: Snapshot, public_id: uuid.UUID) -> dict | None:
    """A return's row as its history words it."""
    row = row_of(taken, "reporting_filing", public_id)
    if row is None:
        return None
    numbers = column(taken, "reporting_version", "number") | {None: None}
    latest, accepted = numbers[row["latest_id"]], numbers[row["accepted_id"]]
    return {"status": row["status"], "revision": row["revision"], "latest": latest, "accepted": accepted}


def column(taken: Snapshot, table: str, name: str) -> dict:
    """{id: the value in that column}"""
    place = business_tables()[table].index(name)
    return {key: row[place] for key, row in taken[table].items()}
