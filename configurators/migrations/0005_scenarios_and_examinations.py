import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


def _id() -> models.UUIDField:
    return models.UUIDField(default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _organisation() -> models.UUIDField:
    return models.UUIDField(default=tenancy.context.current_organisation_id, editable=False)


def _configurator(related_name: str) -> tenancy.models.TenantForeignKey:
    return tenancy.models.TenantForeignKey(
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name=related_name,
        to="configurators.configurator",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0004_frozen_configurators"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", _id()),
                ("organisation_id", _organisation()),
                ("name", models.CharField(max_length=120)),
                ("inputs", models.JSONField()),
                (
                    "expects",
                    models.CharField(
                        choices=[
                            ("gross", "This price, including VAT"),
                            ("net", "This price, excluding VAT"),
                            ("refused", "That it cannot be ordered"),
                        ],
                        default="gross",
                        max_length=8,
                    ),
                ),
                ("amount", models.CharField(blank=True, max_length=20)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("configurator", _configurator("scenarios")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "configurator", "name"), name="scenario_names_differ"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Examination",
            fields=[
                ("id", _id()),
                ("organisation_id", _organisation()),
                (
                    "kind",
                    models.CharField(choices=[("proof", "proof"), ("replay", "replay")], max_length=8),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("configurator", _configurator("examinations")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "configurator", "kind"),
                        name="one_examination_of_each_kind",
                    )
                ],
            },
        ),
        WallTable("configurators_scenario"),
        WallTable("configurators_examination"),
        CompositeForeignKey(
            "configurators_scenario", "configurator_id", "configurators_configurator", on_delete="CASCADE"
        ),
        CompositeForeignKey(
            "configurators_examination", "configurator_id", "configurators_configurator", on_delete="CASCADE"
        ),
    ]
