from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import GuardExpiry, WallTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_current_organisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
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
                ("action", models.CharField(max_length=60)),
                ("actor_id", models.UUIDField(null=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("evidence", models.BooleanField(default=False)),
                ("occurred_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation_id", "kind", "object_id", "-id"], name="event_by_object"
                    ),
                    models.Index(fields=["purge_after"], name="event_by_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("action", models.CharField(max_length=60)),
                ("user_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("evidence", models.BooleanField(default=False)),
                ("occurred_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "-id"], name="platform_event_by_user"),
                    models.Index(fields=["purge_after"], name="platform_event_by_expiry"),
                ],
            },
        ),
        WallTable("audit_event", purge_after=True),
        GuardExpiry("audit_platformevent"),
    ]
