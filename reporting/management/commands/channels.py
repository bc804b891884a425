"""Print a programme's figures by recording channel, cumulative: the two sums, and which of them stands first."""

import json

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from portal.management.scoped import OperatorCommand

from ...channels.channels import has_channels, sums
from ...channels.export import as_json, write_csv
from ...periods.by_name import periods_named, programme_named, tenant_named


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--through", type=int)
        parser.add_argument("--tenant")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args, **options):
        programme = programme_named(options["programme"])
        if not has_channels(programme):
            raise CommandError(_("%(programme)s has no recording channels.") % {"programme": programme.name})
        periods = periods_named(programme, year=options["year"], through=options["through"])
        under = tenant_named(options["tenant"], programme) if options["tenant"] else programme.lead
        found = sums(programme, periods, under=under)
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(write_csv(found).decode("utf-8-sig"))
