"""What a programme's returns are called: those of months are no 季报."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="return_name",
            field=models.CharField(
                default="季报", help_text="What its returns are called, e.g. 季报 or 月报.", max_length=20
            ),
        ),
    ]
