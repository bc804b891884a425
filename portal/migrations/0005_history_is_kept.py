from django.db import migrations

from portal.immutable import keep


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_former_password")]
    operations = [keep("portal_historyentry")]
