from django.db import migrations

from portal.walls import same_tenant, wall


class Migration(migrations.Migration):
    dependencies = [("reporting", "0015_evidence"), ("portal", "0003_walls")]
    operations = [
        same_tenant("reporting_evidence", "filing_id", "reporting_filing"),
        wall("reporting_evidence"),
    ]
