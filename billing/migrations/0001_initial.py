from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import WallTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_current_organisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageRecord",
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
                ("lead_ref", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "lead_ref"), name="one_usage_record_per_lead"
                    )
                ],
            },
        ),
        WallTable("billing_usagerecord"),
    ]
