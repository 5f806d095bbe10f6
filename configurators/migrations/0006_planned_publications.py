import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0005_scenarios_and_examinations"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedPublication",
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
                ("definition", models.JSONField()),
                ("goes_live_at", models.DateTimeField()),
                ("planned_by", models.UUIDField()),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("notes", models.CharField(blank=True, max_length=500)),
                ("refused_at", models.DateTimeField(null=True)),
                (
                    "configurator",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="plans",
                        to="configurators.configurator",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "configurator", "goes_live_at"),
                        name="one_plan_for_each_moment",
                    )
                ],
            },
        ),
        WallTable("configurators_plannedpublication"),
        CompositeForeignKey(
            "configurators_plannedpublication",
            "configurator_id",
            "configurators_configurator",
            on_delete="CASCADE",
        ),
    ]
