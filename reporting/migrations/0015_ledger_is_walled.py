from django.db import migrations

from portal.immutable import freeze, keep, refreeze, trigger
from portal.walls import same_tenant, wall

FROZEN = ["countedactivity", "ledgerswitch", "duplicatedecision"]
KEPT = ["activity", "evidence"]
TABLES = [*FROZEN, *KEPT]
# What is counted is counted by the version that its activity names: by one version of one return.
COUNTED_THERE = """EXISTS (
    SELECT 1 FROM reporting_activity activity
    WHERE activity.id = NEW.activity_id AND activity.counted_in_id = NEW.version_id
)"""
# It leaves that return only when none of the return's versions that stand counts it: neither the accepted one nor the
# one that is submitted.
STILL_COUNTED = """NEW.counted_in_id IS DISTINCT FROM OLD.counted_in_id AND EXISTS (
    SELECT 1 FROM reporting_version was
    JOIN reporting_filing filing ON filing.id = was.filing_id
    JOIN reporting_countedactivity counted ON counted.activity_id = OLD.id AND (
        counted.version_id = filing.accepted_id
        OR (filing.status = 'submitted' AND counted.version_id = filing.latest_id)
    )
    WHERE was.id = OLD.counted_in_id AND NOT EXISTS (
        SELECT 1 FROM reporting_version other
        WHERE other.id = NEW.counted_in_id AND other.filing_id = filing.id
    )
)"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0014_ledger"), ("portal", "0003_walls")]
    operations = [
        refreeze("reporting_line"),
        *[freeze(f"reporting_{table}") for table in FROZEN],
        *[keep(f"reporting_{table}") for table in TABLES],
        *[wall(f"reporting_{table}") for table in TABLES],
        same_tenant("reporting_activity", "provider_id", "reporting_provider"),
        same_tenant("reporting_activity", "counted_in_id", "reporting_version"),
        same_tenant("reporting_countedactivity", "version_id", "reporting_version"),
        same_tenant("reporting_countedactivity", "activity_id", "reporting_activity"),
        same_tenant("reporting_evidence", "activity_id", "reporting_activity"),
        same_tenant("reporting_ledgerswitch", "provider_id", "reporting_provider"),
        same_tenant("reporting_duplicatedecision", "activity_id", "reporting_activity"),
        trigger(
            "reporting_countedactivity",
            "counted_elsewhere",
            "INSERT",
            f"NOT {COUNTED_THERE}",
            "is not what its activity says: an activity is counted by one version",
        ),
        trigger(
            "reporting_activity",
            "counted_still",
            "UPDATE",
            STILL_COUNTED,
            "is counted by a return that stands: correct that return first",
        ),
    ]
