"""Print the roll-up of a period, or of a year so far: the same figures as the page and the workbook."""

import csv
import json

from django.utils.timezone import localtime

from portal.management.scoped import OperatorCommand

from ...periods.by_name import periods_named, programme_named, tenant_named
from ...rollup.rollup import RollUp, roll_up


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True)
        parser.add_argument("--year", type=int)
        parser.add_argument("--period")
        parser.add_argument("--tenant")
        parser.add_argument("--include-submitted", action="store_true")
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args, **options):
        programme = programme_named(options["programme"])
        periods = periods_named(programme, period=options["period"], year=options["year"])
        under = tenant_named(options["tenant"], programme) if options["tenant"] else programme.lead
        rolled = roll_up(programme, periods, under=under, include_submitted=options["include_submitted"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(rolled, options["period"]), ensure_ascii=False, indent=1))
        else:
            write_csv(rolled, self.stdout)


def as_json(rolled: RollUp, period: str | None) -> dict:
    """The shape that scripts read."""
    span = {"period": period} if period else {"year": rolled.periods[0].year}
    return {
        "programme": rolled.programme.code,
        **span,
        "as_of": localtime(rolled.as_of).isoformat(timespec="seconds"),
        "expected": rolled.expected,
        "filed": rolled.filed,
        "missing": [tenant.code for tenant in rolled.missing],
        "pending": [tenant.code for tenant in rolled.pending],
        "rows": [
            {
                "tenant": row.tenant.code,
                "state": row.state,
                "values": row.values,
                "no_task": sorted(row.no_task),
            }
            for row in rolled.rows
        ],
        "subtotal": rolled.subtotal,
        "total": rolled.total,
    }


def write_csv(rolled: RollUp, stream) -> None:
    codes = [each.code for each in rolled.indicators]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["tenant", "state", *codes])
    for row in rolled.rows:
        writer.writerow(
            [
                row.tenant.code,
                row.state,
                *("" if row.shown[code] is None else row.shown[code] for code in codes),
            ]
        )
    writer.writerow(["subtotal", "", *(rolled.subtotal[code] for code in codes)])
    writer.writerow(["total", "", *(rolled.total[code] for code in codes)])
