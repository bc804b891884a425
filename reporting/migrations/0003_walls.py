from django.db import migrations

from portal.walls import same_tenant, wall

TABLES = ["filing", "draft", "version", "line", "total", "review", "job"]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_versions_are_frozen"), ("portal", "0003_walls")]
    operations = [
        same_tenant("reporting_draft", "filing_id", "reporting_filing"),
        same_tenant("reporting_version", "filing_id", "reporting_filing"),
        same_tenant("reporting_line", "version_id", "reporting_version"),
        same_tenant("reporting_total", "version_id", "reporting_version"),
        same_tenant("reporting_review", "version_id", "reporting_version"),
        *[wall(f"reporting_{table}") for table in TABLES],
    ]
