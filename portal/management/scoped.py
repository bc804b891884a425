"""Commands of the operator work on every tenant: they open the walls of the database for all."""

from django.core.management.base import BaseCommand
from django.db import transaction

from .. import walls


class OperatorCommand(BaseCommand):
    """Runs in one transaction over all tenants (on PostgreSQL; on SQLite there is no scope to set)."""

    requires_system_checks = []  # they load every page of the portal; `prepare` makes them, and script/check

    def execute(self, *args, **options):
        with walls.everything():
            return super().execute(*args, **options)


class SnapshotCommand(OperatorCommand):
    """And sees one moment throughout, without making anybody wait: for what has to agree."""

    def execute(self, *args, **options):
        with transaction.atomic():
            walls.one_snapshot()
            return super().execute(*args, **options)
