from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadExport",
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
                ("requested_by", models.UUIDField()),
                ("requested_at", models.DateTimeField()),
                ("language", models.CharField(max_length=5)),
                ("status", models.CharField(blank=True, max_length=12)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("for_programs", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Being made"),
                            ("ready", "Ready"),
                            ("cancelled", "Cancelled"),
                            ("withdrawn", "Withdrawn"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("cursor", models.UUIDField(null=True)),
                ("frames", models.PositiveIntegerField(default=0)),
                ("file_bytes", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("downloaded_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation_id", "requested_by", "-id"], name="export_by_colleague"
                    ),
                    models.Index(fields=["purge_after"], name="export_by_expiry"),
                ],
            },
        ),
        WallTable("leads_leadexport", purge_after=True),
    ]
