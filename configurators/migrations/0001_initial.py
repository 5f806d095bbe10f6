import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_current_organisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Configurator",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "public_key",
                    models.CharField(default=tenancy.ids.random_key, editable=False, max_length=32),
                ),
                ("draft", models.JSONField()),
                ("draft_revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("archived_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation_id", "name"], name="configurator_by_name")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=5)),
                ("text", models.TextField()),
                (
                    "first_shown_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation_id", "sha256"), name="notice_is_kept_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("public_key", models.CharField(max_length=32, unique=True)),
                ("organisation_id", models.UUIDField()),
                ("configurator_id", models.UUIDField(unique=True)),
                ("version_id", models.UUIDField()),
                ("intake_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["changed_at"], name="publication_by_change")],
            },
        ),
        migrations.CreateModel(
            name="ConfiguratorVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("compiled", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("schema_version", models.PositiveSmallIntegerField()),
                ("engine_version", models.PositiveSmallIntegerField()),
                ("published_by", models.UUIDField()),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("restores_number", models.PositiveIntegerField(null=True)),
                ("notes", models.CharField(blank=True, max_length=500)),
                (
                    "configurator",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        to="configurators.configurator",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "configurator", "number"), name="version_numbers_count_up"
                    )
                ],
            },
        ),
        WallTable("configurators_configurator"),
        WallTable("configurators_configuratorversion"),
        WallTable("configurators_notice"),
        CompositeForeignKey(
            "configurators_configuratorversion", "configurator_id", "configurators_configurator"
        ),
    ]
