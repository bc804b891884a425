from django.db import migrations

from portal.walls import wall


class Migration(migrations.Migration):
    dependencies = [("reporting", "0009_reminders"), ("portal", "0003_walls")]
    operations = [wall("reporting_remindersettings"), wall("reporting_reminder")]
