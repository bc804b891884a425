import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_former_password"),
        ("reporting", "0010_reminders_are_walled"),
        ("targets", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="replies",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="filing",
            name="first_due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="What was due then for this tenant; null: the period's own date.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="due_at",
            field=models.DateTimeField(
                blank=True, help_text="In force for the tenant then; null: the period's own date.", null=True
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="replies",
            field=models.JSONField(
                default=list,
                help_text="[{key, provider, provider_key, column, reason, answer}]: to the last review's reasons.",
            ),
        ),
        migrations.AlterField(
            model_name="version",
            name="explanations",
            field=models.JSONField(
                default=list,
                help_text="[{key, question, answer, provider_key, column}]; older ones lack the place.",
            ),
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("due_at", models.DateTimeField(help_text="The first instant that is late for this tenant.")),
                (
                    "closes_at",
                    models.DateTimeField(help_text="The first instant at which it takes no return any more."),
                ),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="targets.period",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="portal.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="extension_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gte", models.F("due_at"))),
                        name="extension_closes_after_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.tenant"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="reporting.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "opened_by"), name="opening_once_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="PeriodDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("close_period", "Period closed"), ("reopen_period", "Period reopened")],
                        max_length=20,
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="When a reopened period closes again.", null=True
                    ),
                ),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="targets.period",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        help_text="The lead.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="period_decision_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            models.Q(("kind", "reopen_period"), ("until__gt", models.F("decided_at"))),
                            _connector="OR",
                        ),
                        name="period_decision_until_is_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Version and number, e.g. 1-2: what a reply names.", max_length=20
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("provider", models.CharField(blank=True, max_length=100)),
                ("provider_key", models.CharField(blank=True, max_length=100)),
                ("indicator", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="reporting.review",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["review", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "position"), name="review_point_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="review_point_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnlockRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.TextField()),
                ("requested_at", models.DateTimeField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unlock_requests",
                        to="targets.period",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unlock_requests",
                        to="portal.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="unlock_request_has_reason"
                    )
                ],
            },
        ),
    ]
