"""Rows that the database refuses to change once they are written: frozen versions and the history.

`freeze(table)` is a migration operation; it works on SQLite and PostgreSQL. `and_keep=True` refuses to delete rows
as well, on PostgreSQL only: there the tests empty tables with TRUNCATE, which row triggers do not see, whereas on
SQLite they have nothing but DELETE. A deletion that no trigger refuses is still found by `verify_history`.
"""

from django.db import migrations

MESSAGE = "is frozen: a new version or entry is added instead"


def freeze(table: str, *, and_keep: bool = False) -> migrations.RunPython:
    """A trigger that refuses every UPDATE of the table, and with `and_keep` every DELETE."""
    events = "UPDATE OR DELETE" if and_keep else "UPDATE"
    return migrations.RunPython(
        lambda apps, editor: _run(editor, CREATE, table, events),
        lambda apps, editor: _run(editor, DROP, table, events),
    )


def freeze_again(table: str) -> migrations.RunPython:
    """After a column was added: SQLite made the table anew and forgot its trigger. Elsewhere nothing is to be done."""

    def run(apps, editor) -> None:
        if editor.connection.vendor == "sqlite":
            _run(editor, DROP_IF_THERE, table, "UPDATE")
            _run(editor, CREATE, table, "UPDATE")

    return migrations.RunPython(run, lambda apps, editor: None)


CREATE = {
    "sqlite": [
        "CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} {message}'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% {message}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_frozen BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER {table}_frozen"],
    "postgresql": ["DROP TRIGGER {table}_frozen ON {table}"],
}

DROP_IF_THERE = {"sqlite": ["DROP TRIGGER IF EXISTS {table}_frozen"]}


def _run(editor, statements: dict[str, list[str]], table: str, events: str) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement.format(table=table, message=MESSAGE, events=events), params=None)
