import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import organisations.text
import tenancy.ids
import tenancy.operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tenancy", "0001_current_organisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                (
                    "name",
                    models.CharField(
                        max_length=120, validators=[organisations.text.one_plain_line], verbose_name="name"
                    ),
                ),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Dutch"), ("en", "English"), ("fr", "French")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "accent",
                    models.CharField(
                        choices=[
                            ("pine", "Pine green"),
                            ("ember", "Ember red"),
                            ("ocean", "Ocean blue"),
                            ("plum", "Plum"),
                            ("olive", "Olive"),
                            ("graphite", "Graphite"),
                        ],
                        default="pine",
                        max_length=16,
                        verbose_name="brand colour",
                    ),
                ),
                (
                    "controller_name",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[organisations.text.one_plain_line],
                        verbose_name="legal name",
                    ),
                ),
                (
                    "controller_address",
                    models.TextField(blank=True, max_length=500, verbose_name="postal address"),
                ),
                (
                    "controller_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail address for privacy questions"
                    ),
                ),
                (
                    "privacy_policy_url",
                    models.URLField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.URLValidator(
                                message="Enter an address that begins with https://.", schemes=["https"]
                            )
                        ],
                        verbose_name="address of your privacy policy",
                    ),
                ),
                (
                    "lead_retention_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3650),
                        ],
                        verbose_name="days that requests are kept",
                    ),
                ),
                (
                    "notification_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail address for new requests"
                    ),
                ),
                (
                    "embed_domains",
                    models.JSONField(blank=True, default=list, verbose_name="sites with your configurators"),
                ),
                (
                    "require_two_step",
                    models.BooleanField(default=False, verbose_name="two-step sign-in for everyone"),
                ),
                (
                    "lifecycle",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("deactivated", "Deactivated"),
                            ("purging", "Purging"),
                            ("purged", "Purged"),
                            ("closed", "Closed"),
                        ],
                        default="active",
                        editable=False,
                        max_length=16,
                    ),
                ),
                ("terminated_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="founded_organisations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["changed_at"], name="organisation_by_change")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Administrator"),
                            ("editor", "Editor"),
                            ("sales", "Sales"),
                            ("billing", "Billing"),
                            ("privacy_officer", "Privacy officer"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Administrator"),
                            ("editor", "Editor"),
                            ("sales", "Sales"),
                            ("billing", "Billing"),
                            ("privacy_officer", "Privacy officer"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("sent_at", models.DateTimeField(editable=False)),
                ("expires_at", models.DateTimeField(editable=False)),
                ("purge_after", models.DateTimeField(db_index=True, editable=False)),
                (
                    "invited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="organisations.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lead_retention_days__isnull", True),
                    ("lead_retention_days__range", (1, 3650)),
                    _connector="OR",
                ),
                name="leads_are_kept_one_day_to_ten_years",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("organisation", "user"), name="one_membership_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["owner", "admin", "editor", "sales", "billing", "privacy_officer"])
                ),
                name="membership_has_a_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("organisation", "email"), name="one_invitation_per_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["admin", "editor", "sales", "billing", "privacy_officer"])),
                name="invitation_offers_a_role_by_mail",
            ),
        ),
        tenancy.operations.GuardExpiry("organisations_invitation"),
    ]
