from django.db import migrations, models

import tenancy.ids
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0007_request_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganisationPurge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.UUIDField(unique=True)),
                ("began_at", models.DateTimeField()),
                ("counts", models.JSONField(default=dict)),
                ("kept", models.JSONField(default=dict)),
                ("keys_destroyed_at", models.DateTimeField(null=True)),
                ("unreadable_from", models.DateTimeField(null=True)),
                ("backups_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("certificate", models.JSONField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="purge_by_expiry")],
            },
        ),
        GuardExpiry("privacy_organisationpurge"),
    ]
