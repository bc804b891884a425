from django.db import migrations

from portal.immutable import freeze


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [freeze("portal_historyentry", and_keep=True)]
