from django.db import migrations, models

import tenancy.ids
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0011_backups"),
    ]

    operations = [
        migrations.CreateModel(
            name="DoorLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32, null=True)),
                ("address", models.BinaryField()),
                ("address_index", models.BinaryField(max_length=32)),
                ("language", models.CharField(max_length=2)),
                ("right", models.CharField(blank=True, max_length=16)),
                ("organisation_id", models.UUIDField(null=True)),
                ("found", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address_index"], name="door_link_by_address"),
                    models.Index(fields=["purge_after"], name="door_link_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("token_hash",), name="door_token_opens_one_link")
                ],
            },
        ),
        GuardExpiry("privacy_doorlink"),
    ]
