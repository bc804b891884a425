"""Print the address with which the web and the worker connect: that of a role which owns nothing.

If DATABASE_URL names such a role, it is DATABASE_URL. If it names one that owns the tables and may create roles,
a role for the application is made (its password is kept in the data folder) and given what it needs.
"""

import os
import secrets
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ... import walls


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def handle(self, *args, **options):
        url = os.environ.get("DATABASE_URL", "")
        if not walls.stands():
            self.stdout.write(url)
            return
        try:
            walls.refuse_privileged_role()
        except ImproperlyConfigured as refused:
            if not _may_create_roles():
                raise CommandError(str(refused)) from refused
            url = _with_login(url, *_application_role())
        self.stdout.write(url)


def _may_create_roles() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def _application_role() -> tuple[str, str]:
    """The role's name and password: made on the first start, the same afterwards."""
    name = f"{connection.settings_dict['NAME']}_app"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        password = _password()
        cursor.execute(
            f"{verb} ROLE {connection.ops.quote_name(name)} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD %s",
            [password],
        )
    walls.grant_to(name)
    return name, password


def _password() -> str:
    path = settings.DATA_DIR / "application_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


def _with_login(url: str, name: str, password: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{password}@{host}"))
