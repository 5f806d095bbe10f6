import django.db.models.functions.datetime
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
            name="AccountMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("template", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=5)),
                ("recipient", models.BinaryField()),
                ("content", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("suppressed", "Suppressed"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("provider_message_id", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
                ("user_id", models.UUIDField(null=True)),
                ("recipient_index", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id"], name="account_mail_by_user"),
                    models.Index(fields=["recipient_index"], name="account_mail_by_recipient"),
                    models.Index(fields=["purge_after"], name="account_mail_by_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("task", models.CharField(max_length=60)),
                ("organisation_id", models.UUIDField(null=True)),
                ("ids", models.JSONField(default=dict)),
                ("error", models.CharField(max_length=120)),
                ("attempts", models.SmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("died_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["died_at"], name="dead_letter_by_time")],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("task", models.CharField(max_length=60)),
                ("organisation_id", models.UUIDField(null=True)),
                ("ids", models.JSONField(default=dict)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempts", models.SmallIntegerField(db_default=0, default=0)),
                ("dedupe_key", models.CharField(max_length=200, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="job_by_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dedupe_key__isnull", False)),
                        fields=("task", "organisation_id", "dedupe_key"),
                        name="one_waiting_job_per_dedupe_key",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailboxMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=80, null=True, unique=True)),
                ("recipient", models.BinaryField()),
                ("recipient_index", models.BinaryField(max_length=32)),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("purge_after", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient_index", "-id"], name="mailbox_by_recipient"),
                    models.Index(fields=["purge_after"], name="mailbox_by_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduledRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("job", models.CharField(max_length=60)),
                ("due_day", models.DateField()),
                ("claimed_until", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=1)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "due_day"), name="one_run_per_due_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="SentMail",
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
                ("template", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=5)),
                ("recipient", models.BinaryField()),
                ("content", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("suppressed", "Suppressed"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("provider_message_id", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
                ("purpose", models.CharField(max_length=40)),
                ("topic", models.CharField(blank=True, max_length=40)),
                ("consent_id", models.UUIDField(null=True)),
                ("recipient_index", models.BinaryField(max_length=32)),
                ("lead_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation_id", "lead_id"], name="sent_mail_by_lead"),
                    models.Index(
                        fields=["organisation_id", "recipient_index"], name="sent_mail_by_recipient"
                    ),
                    models.Index(fields=["purge_after"], name="sent_mail_by_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
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
                ("recipient_index", models.BinaryField(max_length=32)),
                ("topic", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "recipient_index", "topic"),
                        name="one_suppression_per_topic",
                    )
                ],
            },
        ),
        WallTable("delivery_sentmail", purge_after=True),
        WallTable("delivery_suppression"),
        GuardExpiry("delivery_accountmail"),
        GuardExpiry("delivery_mailboxmessage"),
    ]
