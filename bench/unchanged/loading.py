"""The first half of a record, as the owner of the tables: the year is loaded, and the tables are taken down."""

import json
import sys
from io import StringIO
from pathlib import Path

from . import fixed, record


def main(folder: Path) -> None:
    fixed.start()
    from django.core.management import call_command

    from . import tables

    call_command("prepare", stdout=StringIO())
    call_command("load_demo", stdout=StringIO())
    address = StringIO()
    call_command("application_url", stdout=address)
    (folder / "application_url").write_text(address.getvalue())
    tables.see_everything()
    names = tables.identifiers()
    (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False, indent=0, sort_keys=True))
    found = tables.tables()
    record.write(
        folder,
        "tables",
        {name: sorted(record.masked(row, names) for row in rows) for name, rows in found.items()},
    )
    record.write(folder, "guards", tables.guards())
    asked = {
        "periods": tables.values("targets_period", "programme_id", "code", "year", "number"),
        "programmes": tables.values("targets_programme", "id", "code", "lead_id"),
        "duties": tables.values("targets_reportingduty", "programme_id", "tenant_id"),
        "tenants": tables.values("portal_tenant", "id", "code"),
    }
    (folder / "asked.json").write_text(json.dumps(asked))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
