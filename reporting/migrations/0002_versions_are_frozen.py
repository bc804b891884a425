from django.db import migrations

from portal.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial")]
    operations = [freeze(f"reporting_{table}") for table in ("version", "line", "total", "review")]
