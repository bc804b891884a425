from django.db import migrations

from portal.immutable import freeze, keep
from portal.walls import same_tenant, wall
from reporting.models.ledger_triggers import put_up

FROZEN = ["countedmaterial", "registerswitch"]
TABLES = [*FROZEN, "material"]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0019_materials_and_surveys"), ("portal", "0003_walls")]
    operations = [
        *[freeze(f"reporting_{table}") for table in FROZEN],
        *[keep(f"reporting_{table}") for table in TABLES],
        same_tenant("reporting_material", "provider_id", "reporting_provider"),
        same_tenant("reporting_material", "version_of_id", "reporting_material"),
        same_tenant("reporting_material", "counted_in_id", "reporting_version"),
        same_tenant("reporting_countedmaterial", "version_id", "reporting_version"),
        same_tenant("reporting_countedmaterial", "material_id", "reporting_material"),
        *[wall(f"reporting_{table}") for table in [*TABLES, "survey"]],
        *put_up("material"),
    ]
