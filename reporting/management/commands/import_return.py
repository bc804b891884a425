"""Read a filled-in official attachment into a tenant's return. Exit 1 with a problem a line; nothing is changed then."""

import sys
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.management.scoped import OperatorCommand
from portal.problems import Refused

from ...imports.take_over import WorkbookRefused, import_return
from ...models.states import Move
from ...periods.by_name import filing_period, membership_for, tenant_named


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--period", required=True)
        parser.add_argument("--programme", help="where the period's code is one of several programmes")
        parser.add_argument("--by", required=True)
        parser.add_argument("--submit", action="store_true")
        parser.add_argument("--explanation", default="")
        parser.add_argument("--clear", action="store_true", help=_("A file without a row empties the draft."))

    def handle(self, *args, **options):
        tenant = tenant_named(options["tenant"])
        period = filing_period(tenant, options["period"], options["programme"])
        by = membership_for(options["by"], tenant, Move.SAVE)
        if not options["file"].is_file():
            raise CommandError(_("There is no file %(name)s.") % {"name": options["file"]})
        try:
            filing, found = import_return(
                options["file"],
                tenant,
                period,
                by=by,
                explanation=options["explanation"],
                submitting=options["submit"],
                clearing=options["clear"],
            )
        except WorkbookRefused as refused:
            for problem in refused.problems:
                self.stderr.write(f"{problem.cell}: {problem.text}" if problem.cell else problem.text)
            sys.exit(1)
        except (Refused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        for text in [*found.notices, *(question.text for question in found.questions)]:
            self.stderr.write(text)
        self.stdout.write(f"{tenant} {period}: {filing.get_status_display()}")
