import django.db.models.deletion
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_contact_by_phone"),
    ]

    operations = [
        migrations.AddField(
            model_name="consentrecord",
            name="method",
            field=models.CharField(
                choices=[("form", "A tick in the form"), ("double_opt_in", "Confirmed by e-mail")],
                db_default="form",
                default="form",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="consentrecord",
            name="version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name="consentrecord",
            name="one_consent_per_lead_and_purpose",
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.UniqueConstraint(
                fields=("organisation_id", "lead", "purpose", "method"), name="one_consent_per_act"
            ),
        ),
        migrations.CreateModel(
            name="ConsentLink",
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
                    "lead",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consent_links",
                        to="leads.lead",
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("token_hash", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation_id", "lead"], name="consent_link_by_lead"),
                    models.Index(fields=["purge_after"], name="consent_link_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "token_hash"), name="consent_token_opens_one_link"
                    )
                ],
            },
        ),
        WallTable("leads_consentlink", purge_after=True),
        CompositeForeignKey("leads_consentlink", "lead_id", "leads_lead", on_delete="CASCADE"),
    ]
