"""Compare the database and the files with the manifest of a backup. Exit 1 and a name a line if anything differs.

Rows by number and digest, constraints, triggers and policies by their text, every figure of every roll-up, every
official attachment byte by byte, every file.
"""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal import digests

from ...backup import manifest


class Command(BaseCommand):
    requires_system_checks = []
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("manifest", type=Path)

    def handle(self, *args, **options):
        expected = json.loads(options["manifest"].read_text())
        if expected["is_demo"] != settings.DEMO:
            raise CommandError(_("The backup was made with another PORTAL_DEMO: set the same."))
        if hidden := digests.hidden_tables():
            raise CommandError(
                _("Policies may hide rows from this role (%(tables)s). Verify with one that has BYPASSRLS.")
                % {"tables": ", ".join(hidden)}
            )
        # Through JSON, as the other side went.
        found = json.loads(json.dumps(manifest.describe(datetime.fromisoformat(expected["at"]))))
        self.report(expected, found)

    def report(self, expected: dict, found: dict) -> None:
        wrong = manifest.differences(expected, found)
        for part, names in wrong.items():
            known = len(expected[part])
            same = known - sum(name in expected[part] for name in names)
            detail = {"part": part, "same": same, "known": known}
            self.stdout.write(_("%(part)s: %(same)s of %(known)s are equal") % detail)
        rows = sum(each["rows"] for each in expected["tables"].values())
        shown = {"rows": rows, "figures": manifest.count_figures(expected["rollups"])}
        self.stdout.write(_("in them %(rows)s rows and %(figures)s figures") % shown)
        if any(wrong.values()):
            lines = [f"{part}: {name}" for part, names in wrong.items() for name in names]
            raise CommandError("\n".join([_("What was restored differs:"), *lines]))
