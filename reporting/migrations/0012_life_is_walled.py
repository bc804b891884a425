from django.db import migrations

from portal.immutable import freeze, keep, refreeze
from portal.walls import same_tenant, wall

FROZEN = ["reviewpoint", "opening", "perioddecision", "extension", "unlockrequest"]
# Whether a period takes returns is decided by the lead and read by all who report under its programme.
REPORTING = """period_id IN (
    SELECT period.id FROM targets_period period
    JOIN targets_reportingduty duty ON duty.programme_id = period.programme_id
    WHERE duty.tenant_id = ANY ((SELECT app_scope())::bigint[])
)"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0011_life_of_a_return"), ("portal", "0003_walls")]
    operations = [
        refreeze("reporting_version"),
        *[freeze(f"reporting_{table}") for table in FROZEN],
        *[keep(f"reporting_{table}") for table in FROZEN],
        same_tenant("reporting_reviewpoint", "review_id", "reporting_review"),
        same_tenant("reporting_opening", "version_id", "reporting_version"),
        wall("reporting_reviewpoint"),
        wall("reporting_opening"),
        wall("reporting_extension"),
        wall("reporting_unlockrequest"),
        wall("reporting_perioddecision", readable=REPORTING),
    ]
