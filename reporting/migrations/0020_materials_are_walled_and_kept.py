from django.db import migrations

from portal.immutable import keep
from portal.walls import same_tenant, wall


class Migration(migrations.Migration):
    dependencies = [("reporting", "0019_materials_and_surveys"), ("portal", "0003_walls")]
    operations = [
        keep("reporting_material"),
        same_tenant("reporting_material", "provider_id", "reporting_provider"),
        same_tenant("reporting_material", "version_of_id", "reporting_material"),
        wall("reporting_material"),
        wall("reporting_materialregister"),
        wall("reporting_survey"),
    ]
