from django.db import migrations

from portal.immutable import keep
from portal.walls import same_tenant, wall

TABLES = ["materialfile", "surveyfile"]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0023_material_and_survey_files"), ("portal", "0003_walls")]
    operations = [
        *[keep(f"reporting_{table}") for table in TABLES],
        same_tenant("reporting_materialfile", "material_id", "reporting_material"),
        same_tenant("reporting_surveyfile", "survey_id", "reporting_survey"),
        *[wall(f"reporting_{table}") for table in TABLES],
    ]
