"""On PostgreSQL the tests run as the application's role, which owns nothing, in a database that another role made."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.signals import connection_created

from portal import walls
from portal.models import Tenant

from .roles import APPLICATION


def make_application_role() -> None:
    """With the rows of the database that is connected to; its copies have them too."""
    if not walls.stands():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {APPLICATION} NOLOGIN")
        cursor.execute(f"GRANT {APPLICATION} TO current_user")
    walls.grant_to(APPLICATION)


@contextmanager
def as_application() -> Iterator[None]:
    """Every connection from now on, in whatever thread or process, acts as the application's role."""
    if not walls.stands():
        yield
        return
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"-c role={APPLICATION}"
    connection.close()
    connection_created.connect(_see_everything_at_first)
    yield
    connection_created.disconnect(_see_everything_at_first)
    connection.close()
    del options["options"]


def _see_everything_at_first(**_about: object) -> None:
    """The tests' own connection, whenever it is opened anew; not those of a server's threads."""
    if threading.current_thread() is threading.main_thread():
        see_everything()


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


def see_everything() -> None:
    """The test itself, unlike the requests that it makes, looks at every tenant's rows."""
    if walls.stands():
        ids = ",".join(map(str, Tenant.objects.values_list("pk", flat=True)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.scope', %s, false)", ["{" + ids + "}"])
