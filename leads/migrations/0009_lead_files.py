import django.db.models.deletion
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0006_planned_publications"),
        ("leads", "0008_saved_configurations"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadFile",
            fields=[
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question", models.CharField(max_length=60)),
                ("receipt_hash", models.BinaryField(max_length=32)),
                ("submission_key", models.CharField(max_length=32)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("name", models.BinaryField()),
                ("content", models.BinaryField(null=True)),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField()),
                ("sent_size", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being looked at"),
                            ("ready", "Ready"),
                            ("unreadable", "Could not be opened"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
                (
                    "configurator",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="configurators.configurator",
                    ),
                ),
                (
                    "lead",
                    tenancy.models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="files",
                        to="leads.lead",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation_id", "lead", "id"], name="file_by_lead"),
                    models.Index(
                        condition=models.Q(("lead", None)),
                        fields=["organisation_id", "submission_key"],
                        name="unclaimed_file_by_page",
                    ),
                    models.Index(fields=["purge_after"], name="file_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "receipt_hash"), name="receipt_stands_for_one_file"
                    )
                ],
            },
        ),
        WallTable("leads_leadfile", purge_after=True),
        CompositeForeignKey("leads_leadfile", "lead_id", "leads_lead", on_delete="CASCADE"),
        CompositeForeignKey("leads_leadfile", "configurator_id", "configurators_configurator"),
    ]
