from django.db import migrations

from portal.immutable import freeze, keep
from portal.walls import same_tenant, wall

# Which sum stands first is decided by the lead and read by everybody who reports under its programme.
TAKING_PART = """programme_id IN (
    SELECT duty.programme_id FROM targets_reportingduty duty
    WHERE duty.tenant_id = ANY ((SELECT app_scope())::bigint[])
)"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0021_work_module"), ("portal", "0003_walls")]
    operations = [
        freeze("reporting_checklist"),
        keep("reporting_checklist"),
        same_tenant("reporting_operator", "membership_id", "portal_membership"),
        same_tenant("reporting_servicepoint", "provider_id", "reporting_provider"),
        same_tenant("reporting_checklist", "point_id", "reporting_servicepoint"),
        same_tenant("reporting_checklist", "operator_id", "reporting_operator"),
        wall("reporting_headline", readable=TAKING_PART),
        wall("reporting_operator"),
        wall("reporting_servicepoint"),
        wall("reporting_checklist"),
    ]
