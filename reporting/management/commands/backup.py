"""Write the database, the files and a manifest of both to one archive. script/backup calls it with the right role."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import backup, clock

from ...backup import manifest


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)

    def handle(self, *args, **options):
        archive = options["archive"].resolve()
        if archive.exists():
            raise CommandError(_("%(name)s is there already.") % {"name": archive})
        with TemporaryDirectory(dir=archive.parent, prefix=".backup-") as folder:
            database, listed = Path(folder) / backup.DATABASE, Path(folder) / backup.MANIFEST
            try:
                with backup.copied(database):
                    described = manifest.describe(clock.now())
            except backup.Unusable as unusable:
                raise CommandError(str(unusable)) from unusable
            listed.write_text(
                json.dumps({**described, "database": backup.digest(database)}, ensure_ascii=False, indent=1)
            )
            files = {
                f"{backup.FILES}/{name}": Path(settings.MEDIA_ROOT) / name for name in described["files"]
            }
            backup.pack(archive, {backup.MANIFEST: listed, backup.DATABASE: database, **files})
        rows = sum(table["rows"] for table in described["tables"].values())
        self.stdout.write(
            _("%(name)s: %(tables)s tables, %(rows)s rows, %(files)s files")
            % {
                "name": archive,
                "tables": len(described["tables"]),
                "rows": rows,
                "files": len(described["files"]),
            }
        )
