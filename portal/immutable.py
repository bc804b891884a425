"""Rows that the database refuses to change or to take away once they are written: frozen versions and the history.

`freeze(table)` and `keep(table)` are migration operations; they work on SQLite and PostgreSQL, and bind the owner of
the tables as well. On SQLite a later migration that changes a frozen table makes the table anew, without its triggers:
it ends with `refreeze(table)`.
"""

from django.db import migrations

CHANGE = "is frozen: a new version or entry is added instead"
DELETION = "is kept: nothing of it is taken away"

Statements = dict[str, list[str]]


def freeze(table: str, *, and_keep: bool = False) -> migrations.RunPython:
    """A trigger that refuses every UPDATE of the table, and with `and_keep`, on PostgreSQL, every DELETE."""
    return _operation(FREEZE, UNFREEZE, table, "UPDATE OR DELETE" if and_keep else "UPDATE")


def keep(table: str) -> migrations.RunPython:
    """A trigger that refuses every DELETE of the table."""
    return _operation(KEEP, LET_GO, table)


def refreeze(table: str) -> migrations.RunPython:
    """Both triggers again, where SQLite has lost them."""
    return _operation(
        {
            "sqlite": [*UNFREEZE["sqlite"], *LET_GO["sqlite"], *FREEZE["sqlite"], *KEEP["sqlite"]],
            "postgresql": [],
        },
        {"sqlite": [], "postgresql": []},
        table,
    )


def trigger(table: str, name: str, event: str, condition: str, message: str) -> migrations.RunPython:
    """A trigger that refuses an INSERT or UPDATE of a row (`NEW`, `OLD`) of which the condition holds."""
    # SQLite knows “IS DISTINCT FROM” as “IS NOT” in its older versions as well.
    plain = condition.replace("IS DISTINCT FROM", "IS NOT")
    there: Statements = {
        "sqlite": [
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {plain} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {message}'); END"
        ],
        "postgresql": [
            f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{table} {message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; "
            "END $$",
            f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()",
        ],
    }
    back: Statements = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_{name}"],
        "postgresql": [f"DROP TRIGGER {table}_{name} ON {table}", f"DROP FUNCTION {table}_{name}()"],
    }
    return _operation(there, back, table)


FREEZE: Statements = {
    "sqlite": [
        "CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} {change}'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% {change}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_frozen BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ],
}
UNFREEZE: Statements = {
    "sqlite": ["DROP TRIGGER IF EXISTS {table}_frozen"],
    "postgresql": ["DROP TRIGGER {table}_frozen ON {table}"],
}
KEEP: Statements = {
    "sqlite": [
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} {deletion}'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% {deletion}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_deletion()",
    ],
}
LET_GO: Statements = {
    "sqlite": ["DROP TRIGGER IF EXISTS {table}_kept"],
    "postgresql": ["DROP TRIGGER {table}_kept ON {table}"],
}


def _operation(there: Statements, back: Statements, table: str, events: str = "") -> migrations.RunPython:
    words = {"table": table, "events": events, "change": CHANGE, "deletion": DELETION}

    def run(statements: Statements):
        def operation(apps, editor) -> None:
            for statement in statements[editor.connection.vendor]:
                editor.execute(statement.format(**words), params=None)

        return operation

    return migrations.RunPython(run(there), run(back))
