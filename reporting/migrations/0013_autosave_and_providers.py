import uuid

import django.db.models.deletion
from django.db import migrations, models

from portal.walls import wall


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_former_password"),
        ("reporting", "0012_life_is_walled"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="packets",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("key", models.CharField(max_length=100)),
                ("aliases", models.JSONField(default=list, verbose_name="other names")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="providers",
                        to="portal.tenant",
                    ),
                ),
            ],
            options={
                "verbose_name": "provider",
                "verbose_name_plural": "providers",
                "ordering": ["tenant", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "key"), name="provider_once_per_tenant")
                ],
            },
        ),
        wall("reporting_provider"),
    ]
