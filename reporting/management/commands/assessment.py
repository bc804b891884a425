"""Print the assessment of a year (内部测算) through its last due period: rates, scores and ranks of accepted figures."""

import csv
import json

from portal.clock import now
from portal.management.scoped import OperatorCommand
from targets.assessment import AssessedRow

from ...assessment.assessment import as_text, assess_year
from ...periods.by_name import periods_named, programme_named


class Command(OperatorCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *args, **options):
        programme = programme_named(options["programme"])
        periods = periods_named(programme, year=options["year"])
        found = assess_year(programme, [each for each in periods if each.due_at <= now()] or periods)
        rows = found.rows
        if options["format"] == "json":
            unknown = {} if found.loaded else {"targets": "not_loaded"}
            printed = {"rows": [as_json(row) for row in rows], **unknown}
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=1))
        else:
            write_csv(rows, self.stdout)


def as_json(row: AssessedRow) -> dict:
    """The shape that scripts read."""
    return {
        "tenant": row.tenant,
        "rates": {code: as_text(rate) for code, rate in row.rates.items()},
        "score": as_text(row.score),
        "rank": row.rank,
        "tied": row.tied,
    }


def write_csv(rows: list[AssessedRow], stream) -> None:
    codes = list(rows[0].rates) if rows else []
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["tenant", *codes, "score", "rank", "tied"])
    for row in rows:
        writer.writerow([row.tenant, *(row.rates[code] for code in codes), row.score, row.rank, row.tied])
