from django.db import migrations

from portal.immutable import keep


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_walls")]
    operations = [keep(f"reporting_{table}") for table in ("version", "line", "total", "review")]
