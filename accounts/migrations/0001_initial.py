import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import tenancy.ids
from accounts.operations import PartOfPerson
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    initial = True

    dependencies = [("tenancy", "0001_current_organisation")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.CharField(max_length=254, unique=True, verbose_name="E-mail")),
                ("name", models.CharField(max_length=100, verbose_name="Name")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English"), ("fr", "French")],
                        default="en",
                        max_length=2,
                        verbose_name="Language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("email_verified_at", models.DateTimeField(null=True)),
                ("session_epoch", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="account_email_is_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PendingSignUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField(null=True, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField()),
                ("email", models.CharField(max_length=254)),
                ("name", models.CharField(max_length=100)),
                ("password", models.CharField(max_length=128)),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English"), ("fr", "French")], max_length=2
                    ),
                ),
                ("terms_version", models.CharField(max_length=32)),
                ("terms_sha256", models.CharField(max_length=64)),
                ("next_path", models.CharField(blank=True, max_length=1000)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["purge_after"], name="accounts_pending_purge"),
                    models.Index(fields=["email"], name="accounts_pending_email"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThrottleLane",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BinaryField(unique=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_failure_at", models.DateTimeField(null=True)),
                ("proved_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="accounts_lane_purge")],
            },
        ),
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "name",
                    models.CharField(help_text="The human-readable name of this device.", max_length=64),
                ),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("seed", models.BinaryField()),
                ("last_t", models.BigIntegerField(default=-1)),
                (
                    "user",
                    accounts.models.PersonField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user",), name="one_authenticator_for_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="EmailChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField(null=True, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField()),
                ("new_email", models.CharField(max_length=254)),
                (
                    "user",
                    accounts.models.PersonField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="accounts_change_purge")],
            },
        ),
        migrations.CreateModel(
            name="PasswordReset",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.BinaryField(null=True, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField()),
                ("email", models.CharField(max_length=254)),
                (
                    "user",
                    accounts.models.PersonField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["purge_after"], name="accounts_reset_purge")],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.BinaryField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    accounts.models.PersonField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "code_hash"), name="recovery_code_once_for_a_person"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TermsAcceptance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("document", models.CharField(max_length=32)),
                ("version", models.CharField(max_length=32)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English"), ("fr", "French")], max_length=2
                    ),
                ),
                ("accepted_at", models.DateTimeField()),
                (
                    "user",
                    accounts.models.PersonField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="acceptances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "document", "version", "language"),
                        name="text_accepted_once_by_a_person",
                    )
                ],
            },
        ),
        PartOfPerson("accounts_authenticator"),
        PartOfPerson("accounts_recoverycode"),
        PartOfPerson("accounts_termsacceptance"),
        PartOfPerson("accounts_passwordreset"),
        PartOfPerson("accounts_emailchange"),
        GuardExpiry("accounts_pendingsignup"),
        GuardExpiry("accounts_passwordreset"),
        GuardExpiry("accounts_emailchange"),
        GuardExpiry("accounts_throttlelane"),
    ]
