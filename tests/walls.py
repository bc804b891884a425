"""On PostgreSQL the tests run as the application's role, which owns nothing, in a database that another role made."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from portal import walls
from portal.models import Tenant

from .roles import APPLICATION


@contextmanager
def application_role() -> Iterator[None]:
    """Every connection from now on, in whatever thread or process, acts as the application's role."""
    if not walls.stands():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {APPLICATION} NOLOGIN")
        cursor.execute(f"GRANT {APPLICATION} TO current_user")
    walls.grant_to(APPLICATION)
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"-c role={APPLICATION}"
    connection.close()
    yield
    connection.close()
    del options["options"]


@contextmanager
def owner() -> Iterator[None]:
    """As the owner of the tables: for what the application's role may not do, such as emptying them."""
    if not walls.stands():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            yield
        finally:
            cursor.execute(f"SET ROLE {APPLICATION}")


def flush_as_owner() -> None:
    """Django empties the tables between tests that commit; the application's role cannot."""
    flush = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with owner():
            flush(self, sql_list)

    DatabaseOperations.execute_sql_flush = execute_sql_flush


def see_everything() -> None:
    """The test itself, unlike the requests that it makes, looks at every tenant's rows."""
    if walls.stands():
        ids = ",".join(map(str, Tenant.objects.values_list("pk", flat=True)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.scope', %s, false)", ["{" + ids + "}"])
