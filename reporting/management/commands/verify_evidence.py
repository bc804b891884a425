"""Compare every attached file with its row and with the history: none is missing, changed or unknown."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.management.scoped import SnapshotCommand

from ...evidence import verify


class Command(SnapshotCommand):
    help = __doc__

    def handle(self, *args, **options):
        found = list(verify.faults())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(
            _("%(number)s attached files, all as they were attached") % {"number": verify.number()}
        )
