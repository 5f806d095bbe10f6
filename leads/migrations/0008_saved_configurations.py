import django.db.models.deletion
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0007_signed_quotes"),
        ("configurators", "0004_frozen_configurators"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedConfiguration",
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
                (
                    "configurator",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="configurators.configurator",
                    ),
                ),
                (
                    "version",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="configurators.configuratorversion",
                    ),
                ),
                ("token_hash", models.BinaryField(max_length=32)),
                ("inputs", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="saved_by_expiry")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "token_hash"), name="token_opens_one_configuration"
                    )
                ],
            },
        ),
        WallTable("leads_savedconfiguration", purge_after=True),
        CompositeForeignKey("leads_savedconfiguration", "configurator_id", "configurators_configurator"),
        CompositeForeignKey("leads_savedconfiguration", "version_id", "configurators_configuratorversion"),
    ]
