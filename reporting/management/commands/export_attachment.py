"""Write the official attachment as a workbook: a tenant's or the whole programme's, a period's or the year's so far."""

from pathlib import Path

from django.core.management.base import CommandError

from portal.management.scoped import OperatorCommand

from ...excel.export import write_attachment
from ...official_table.sheets import rollup_sheet, tenant_sheet
from ...periods.by_name import periods_named, programme_named, tenant_named
from ...rollup.rollup import roll_up


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True)
        parser.add_argument("--period")
        parser.add_argument("--year", type=int)
        parser.add_argument("--through", type=int)
        parser.add_argument("--tenant")
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *args, **options):
        programme = programme_named(options["programme"])
        periods = periods_named(
            programme, period=options["period"], year=options["year"], through=options["through"]
        )
        under = tenant_named(options["tenant"], programme) if options["tenant"] else programme.lead
        if under.numchild:
            sheet = rollup_sheet(roll_up(programme, periods, under=under))
        else:
            sheet = tenant_sheet(under, periods)
        try:
            options["output"].write_bytes(write_attachment(sheet))
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(options["output"]))
