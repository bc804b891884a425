"""What a backup holds, so that a restored database can be compared with it: rows, guards, figures, workbooks, files.

Every roll-up of every period and every official attachment is made again from the restored rows: what the portal
would show is compared, not only what is stored.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from portal import backup, clock, digests
from portal.models import Tenant
from targets.models import Period, Programme

from ..excel.attachment import Attachment
from ..excel.export import write_attachment
from ..models import Filing, Version
from ..official_table.sheets import rollup_sheet, tenant_sheet, version_sheet
from ..rollup.rollup import RollUp, roll_up

# The parts that are compared name by name.
COMPARED = ["tables", "guards", "rollups", "attachments", "files"]


def describe(at: datetime) -> dict[str, Any]:
    """The manifest of the database and the files as they are, as it would have been written at the instant `at`."""
    with clock.frozen(at), translation.override("zh-hans"):
        rolled = dict(_rollups())
        return {
            "at": at.isoformat(),
            "is_demo": settings.DEMO,
            "tables": digests.tables(),
            "guards": dict.fromkeys(digests.guards(), True),
            "rollups": {name: figures(each) for name, each in rolled.items()},
            "attachments": {
                name: hashlib.sha256(write_attachment(sheet)).hexdigest() for name, sheet in _sheets(rolled)
            },
            "files": backup.file_digests(Path(settings.MEDIA_ROOT)),
        }


def figures(rolled: RollUp) -> dict[str, Any]:
    """Every figure of a roll-up, and who has filed."""
    return {
        "rows": {row.tenant.code: {"state": row.state, **row.values} for row in rolled.rows},
        "subtotal": rolled.subtotal,
        "total": rolled.total,
        "filed": [rolled.expected, rolled.filed, *(tenant.code for tenant in rolled.missing)],
    }


def count_figures(rollups: dict[str, Any]) -> int:
    """How many figures the roll-ups of a manifest hold."""
    return sum(
        len(values)
        for each in rollups.values()
        for values in (*each["rows"].values(), each["subtotal"], each["total"])
    )


def differences(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, list[str]]:
    """{part: the names of what is missing, added or not the same}."""
    return {
        part: sorted(
            name
            for name in expected[part].keys() | found[part].keys()
            if expected[part].get(name) != found[part].get(name)
        )
        for part in COMPARED
    }


def _spans(programme: Programme) -> Iterator[list[Period]]:
    """Each period alone, and each year's periods up to each."""
    periods = list(programme.periods.select_related("programme").order_by("year", "number"))
    for period in periods:
        yield [period]
        if so_far := [each for each in periods if each.year == period.year and each.number < period.number]:
            yield [*so_far, period]


def _name(programme: Programme, periods: Sequence[Period], tenant: Tenant) -> str:
    return f"{programme.code} {periods[0].code}–{periods[-1].code} {tenant.code}"


def _rollups() -> Iterator[tuple[str, RollUp]]:
    """Over every tenant that has others below it, with and without what is only submitted."""
    for programme in Programme.objects.select_related("lead"):
        heads = Tenant.objects.filter(path__startswith=programme.lead.path, numchild__gt=0).order_by("path")
        for under in heads:
            for periods in _spans(programme):
                name = _name(programme, periods, under)
                yield name, roll_up(programme, periods, under=under)
                yield f"{name} +", roll_up(programme, periods, under=under, include_submitted=True)


def _sheets(rolled: dict[str, RollUp]) -> Iterator[tuple[str, Attachment]]:
    """Every official attachment: of each roll-up, each tenant with accepted figures, each version."""
    for name, each in rolled.items():
        yield f"rollup {name}", rollup_sheet(each)
    accepted = Filing.objects.exclude(accepted=None)
    for programme in Programme.objects.all():
        for tenant in Tenant.objects.filter(duties__programme=programme).order_by("path"):
            counting = set(accepted.filter(tenant=tenant).values_list("period", flat=True))
            for periods in _spans(programme):
                if counting & {period.pk for period in periods}:
                    yield f"tenant {_name(programme, periods, tenant)}", tenant_sheet(tenant, periods)
    versions = Version.objects.select_related(
        "filing__tenant", "filing__period__programme", "submitted_by", "review__reviewed_by"
    )
    for version in versions.order_by("pk"):
        yield f"version {version.receipt_number}", version_sheet(version)
