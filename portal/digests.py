"""The database summed up so that two can be compared: rows by their digests, constraints and triggers by their text."""

import hashlib
import json
import re
from collections.abc import Iterator

from django.db import connection

# What keeps the rows right: constraints, triggers, policies, functions. A restore without them would look complete.
GUARDS = {
    "sqlite": [
        "SELECT type || ' ' || name || ': ' || sql FROM sqlite_master"
        " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%'"
    ],
    "postgresql": [
        "SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
        "SELECT 'trigger ' || tgrelid::regclass || ': ' || pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal",
        "SELECT 'index ' || tablename || ': ' || indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT 'policy ' || tablename || ' ' || policyname || ': ' || concat_ws(' ', cmd, roles, qual, with_check)"
        " FROM pg_policies WHERE schemaname = 'public'",
        "SELECT 'row security ' || relname || ': ' || relrowsecurity || ' ' || relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
        "SELECT 'function ' || proname || ': ' || pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace",
    ],
}
# PostgreSQL writes the same condition with other casts and brackets once it has been dumped and restored.
_NOTATION = re.compile(r"::[a-z]+( varying| with(out)? time zone)?(\[\])*|[()]")


def tables() -> dict[str, dict]:
    """{table: its number of rows and their digest}, whatever order they are stored in."""
    return {table: _table(table) for table in sorted(connection.introspection.table_names())}


def guards() -> list[str]:
    with connection.cursor() as cursor:
        found = []
        for statement in GUARDS[connection.vendor]:
            cursor.execute(statement, [])
            found += [_NOTATION.sub("", text) for (text,) in cursor.fetchall()]
    return sorted(found)


def hidden_tables() -> list[str]:
    """Tables of which row-level security may hide rows from this role: what it reads there proves nothing."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND row_security_active(oid) ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _table(name: str) -> dict:
    digests = sorted(_row_digests(name))
    return {"rows": len(digests), "digest": hashlib.sha256(b"".join(digests)).hexdigest()}


def _row_digests(table: str) -> Iterator[bytes]:
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        columns = sorted(each.name for each in connection.introspection.get_table_description(cursor, table))
    with connection.chunked_cursor() as cursor:
        listed = ", ".join(quoted(column) for column in columns)
        cursor.execute(f"SELECT {listed} FROM {quoted(table)}")  # noqa: S608 -- names from the catalogue
        while rows := cursor.fetchmany(1000):
            for row in rows:
                text = json.dumps(dict(zip(columns, row, strict=True)), default=_as_text, ensure_ascii=True)
                yield hashlib.sha256(text.encode()).digest()


def _as_text(value: object) -> str:
    """What JSON has no word for. PostgreSQL hands binary columns out as views, SQLite as bytes."""
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
