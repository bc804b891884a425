"""Rows that the database refuses to change once they are written: frozen versions and the history.

`freeze(table)` is a migration operation; it works on SQLite and PostgreSQL.
"""

from django.db import migrations

MESSAGE = "is frozen: a new version or entry is added instead"


def freeze(table: str) -> migrations.RunPython:
    """A trigger that refuses every UPDATE of the table."""
    return migrations.RunPython(
        lambda apps, editor: _run(editor, CREATE, table), lambda apps, editor: _run(editor, DROP, table)
    )


CREATE = {
    "sqlite": [
        "CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} {message}'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% {message}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_update()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER {table}_frozen"],
    "postgresql": ["DROP TRIGGER {table}_frozen ON {table}"],
}


def _run(editor, statements: dict[str, list[str]], table: str) -> None:
    for statement in statements[editor.connection.vendor]:
        editor.execute(statement.format(table=table, message=MESSAGE), params=None)
