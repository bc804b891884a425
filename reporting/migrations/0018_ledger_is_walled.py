from django.db import migrations

from portal.immutable import freeze, keep, refreeze
from portal.walls import same_tenant, wall
from reporting.models.ledger_triggers import put_up

FROZEN = ["countedactivity", "ledgerswitch", "duplicatedecision"]
KEPT = [*FROZEN, "activity"]
TABLES = [*KEPT, "activityfile"]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0017_ledger"), ("portal", "0003_walls")]
    operations = [
        refreeze("reporting_line"),
        *[freeze(f"reporting_{table}") for table in FROZEN],
        *[keep(f"reporting_{table}") for table in KEPT],
        same_tenant("reporting_activity", "provider_id", "reporting_provider"),
        same_tenant("reporting_activity", "counted_in_id", "reporting_version"),
        same_tenant("reporting_countedactivity", "version_id", "reporting_version"),
        same_tenant("reporting_countedactivity", "activity_id", "reporting_activity"),
        same_tenant("reporting_activityfile", "activity_id", "reporting_activity"),
        same_tenant("reporting_ledgerswitch", "provider_id", "reporting_provider"),
        same_tenant("reporting_duplicatedecision", "activity_id", "reporting_activity"),
        *[wall(f"reporting_{table}") for table in TABLES],
        *put_up("activity"),
    ]
