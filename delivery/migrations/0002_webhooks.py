import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                ("url", models.CharField(max_length=500)),
                ("secret", models.BinaryField()),
                ("previous_secret", models.BinaryField(null=True)),
                ("previous_until", models.DateTimeField(null=True)),
                ("erases_by_itself", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped"),
                            ("retired", "Retired"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("stop_reason", models.CharField(blank=True, max_length=20)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("organisation_id",),
                        name="one_webhook_in_use",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                ("event", models.CharField(max_length=40)),
                ("object_id", models.UUIDField(null=True)),
                ("notice_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("dropped", "Dropped"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
                (
                    "endpoint",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="delivery.webhookendpoint",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation_id", "state", "-id"], name="delivery_by_state"),
                    models.Index(fields=["purge_after"], name="delivery_by_expiry"),
                ],
            },
        ),
        WallTable("delivery_webhookendpoint"),
        WallTable("delivery_webhookdelivery", purge_after=True),
        CompositeForeignKey(
            "delivery_webhookdelivery", "endpoint_id", "delivery_webhookendpoint", on_delete="CASCADE"
        ),
    ]
