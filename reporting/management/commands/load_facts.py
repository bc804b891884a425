"""Load the official facts: tenants, programmes, periods, indicators and targets."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.management.scoped import OperatorCommand
from targets import loading

from ...official_table.settled import settled


class Command(OperatorCommand):
    help = "Load the official facts, or the fixture files named, and check them. May be run again."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="*", type=Path, help="fixture files of another programme")

    def handle(self, *, paths: list[Path], **options):
        try:
            count = loading.load(paths or loading.official_paths(), guard=settled)
        except loading.FactsRefused as refused:
            raise CommandError("\n".join(refused.problems)) from refused
        self.stdout.write(_("%(count)s facts are loaded and agree with each other.") % {"count": count})
