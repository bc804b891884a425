"""Read an archive of script/backup into an empty database and an empty folder of files. Then: verify_restore."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import backup


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--manifest", type=Path, required=True, help="where to leave the archive's manifest"
        )

    def handle(self, *args, **options):
        with TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as folder:
            try:
                backup.unpack(options["archive"], Path(folder))
                _check(Path(folder))
                backup.restore_database(Path(folder) / backup.DATABASE)
                backup.restore_files(Path(folder) / backup.FILES)
            except backup.Unusable as unusable:
                raise CommandError(str(unusable)) from unusable
            shutil.copyfile(Path(folder) / backup.MANIFEST, options["manifest"])


def _check(folder: Path) -> None:
    """The archive holds what its manifest says, byte for byte, before anything is restored from it."""
    try:
        listed = json.loads((folder / backup.MANIFEST).read_text())
        whole = listed["database"] == backup.digest(folder / backup.DATABASE)
        whole &= listed["files"] == backup.file_digests(folder / backup.FILES)
    except (OSError, ValueError, KeyError) as error:
        raise backup.Unusable(
            _("This is not an archive of script/backup: %(error)s") % {"error": error}
        ) from error
    if not whole:
        raise backup.Unusable(_("The archive does not hold what its manifest says."))
