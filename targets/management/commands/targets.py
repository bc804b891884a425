"""Print the document's target table, cell by cell."""

import csv
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ... import queries
from ...models import Programme

FIELDS = ["tenant", "indicator", "state", "value", "source_text"]


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the target table of a programme and a year."

    def add_arguments(self, parser):
        parser.add_argument("--programme", required=True)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--format", choices=["json", "csv"], default="json")

    def handle(self, *, programme: str, year: int, format: str, **options):
        table = _table(programme, year)
        if format == "json":
            totals = {row.indicator: row.total for row in table.rows}
            answer = {"rows": _records(table), "totals": totals}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            writer = csv.DictWriter(self.stdout, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_records(table))


def _table(code: str, year: int) -> queries.TargetTable:
    try:
        programme = queries.programme_for(code)
    except Programme.DoesNotExist:
        raise CommandError(_("There is no programme “%(code)s”.") % {"code": code}) from None
    table = queries.target_table(programme, year)
    if not table.rows:
        raise CommandError(
            _("%(programme)s: no targets of %(year)s are loaded.")
            % {"programme": programme.name, "year": year}
        )
    return table


def _records(table: queries.TargetTable) -> list[dict]:
    return [
        {
            "tenant": column.tenant,
            "indicator": row.indicator,
            "state": cell.state,
            "value": cell.value,
            "source_text": cell.source_text,
        }
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    ]
