from django.db import migrations

from portal.immutable import freeze, keep
from portal.walls import wall

# A release is there for everybody who reports under its programme, or stands above somebody who does.
TAKING_PART = """programme_id IN (
    SELECT duty.programme_id FROM targets_reportingduty duty
    WHERE duty.tenant_id = ANY ((SELECT app_scope())::bigint[])
)"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0005_releases")]
    operations = [
        freeze("reporting_release"),
        keep("reporting_release"),
        wall("reporting_release", readable=TAKING_PART),
        wall("reporting_weighting"),
    ]
