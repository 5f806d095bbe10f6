import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_current_organisation"),
        ("configurators", "0001_initial"),
        ("delivery", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
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
                ("reference", models.CharField(max_length=16)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("contacted", "Contacted"),
                            ("quoted", "Quote sent"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("quarantined", "Possible spam"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                ("language", models.CharField(max_length=5)),
                ("source", models.CharField(max_length=10)),
                ("quote", models.JSONField()),
                ("gross", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("notice_sha256", models.CharField(max_length=64)),
                ("marketing_sha256", models.CharField(max_length=64, null=True)),
                ("submission_key", models.CharField(max_length=32)),
                ("body_sha256", models.BinaryField(max_length=32)),
                ("quarantine_reason", models.CharField(blank=True, max_length=20)),
                ("submitted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("read_at", models.DateTimeField(null=True)),
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
                    "version",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="configurators.configuratorversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ConsentRecord",
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
                ("purpose", models.CharField(max_length=20)),
                ("text_sha256", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=5)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "lead",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="consents",
                        to="leads.lead",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadEvent",
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
                ("kind", models.CharField(max_length=40)),
                ("actor_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "lead",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="events", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadNote",
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
                ("author_id", models.UUIDField()),
                ("text", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "lead",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="notes", to="leads.lead"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadContact",
            fields=[
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                (
                    "lead",
                    tenancy.models.TenantOneToOne(
                        db_column="id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("name", models.BinaryField()),
                ("email", models.BinaryField()),
                ("phone", models.BinaryField(null=True)),
                ("answers", models.BinaryField(null=True)),
                ("email_index", models.BinaryField(max_length=32)),
                ("phone_index", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation_id", "email_index"], name="contact_by_email")],
            },
        ),
        migrations.CreateModel(
            name="LeadOrigin",
            fields=[
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                (
                    "lead",
                    tenancy.models.TenantOneToOne(
                        db_column="id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="origin",
                        serialize=False,
                        to="leads.lead",
                    ),
                ),
                ("ip", models.BinaryField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="origin_by_expiry")],
            },
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["organisation_id", "status", "-id"], name="lead_by_status"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["purge_after"], name="lead_by_expiry"),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.UniqueConstraint(
                fields=("organisation_id", "submission_key"), name="one_lead_per_submission_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.UniqueConstraint(
                fields=("organisation_id", "lead", "purpose"), name="one_consent_per_lead_and_purpose"
            ),
        ),
        migrations.AddIndex(
            model_name="leadevent",
            index=models.Index(fields=["organisation_id", "lead", "id"], name="event_by_lead"),
        ),
        migrations.AddIndex(
            model_name="leadnote",
            index=models.Index(fields=["organisation_id", "lead", "-id"], name="note_by_lead"),
        ),
        WallTable("leads_lead", purge_after=True),
        WallTable("leads_leadcontact"),
        WallTable("leads_leadnote"),
        WallTable("leads_leadevent"),
        WallTable("leads_consentrecord"),
        WallTable("leads_leadorigin", purge_after=True),
        CompositeForeignKey("leads_lead", "configurator_id", "configurators_configurator"),
        CompositeForeignKey("leads_lead", "version_id", "configurators_configuratorversion"),
        CompositeForeignKey("leads_leadcontact", "id", "leads_lead", on_delete="CASCADE"),
        CompositeForeignKey("leads_leadorigin", "id", "leads_lead", on_delete="CASCADE"),
        CompositeForeignKey("leads_leadnote", "lead_id", "leads_lead", on_delete="CASCADE"),
        CompositeForeignKey("leads_leadevent", "lead_id", "leads_lead", on_delete="CASCADE"),
        CompositeForeignKey("leads_consentrecord", "lead_id", "leads_lead", on_delete="CASCADE"),
        # A mail about a lead lives no longer than the lead.
        CompositeForeignKey("delivery_sentmail", "lead_id", "leads_lead", on_delete="CASCADE"),
    ]
