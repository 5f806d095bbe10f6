import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import accounts.models
import organisations.text
import tenancy.ids
from accounts.operations import PartOfPerson
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_api_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        max_length=300, validators=[organisations.text.one_plain_line], verbose_name="reason"
                    ),
                ),
                ("may_change", models.BooleanField(default=False, verbose_name="change things as well")),
                ("unmasked", models.BooleanField(default=False, verbose_name="see names and addresses")),
                ("asked_at", models.DateTimeField()),
                ("granted_by", models.UUIDField(null=True)),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    accounts.models.PersonField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="support_grants",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-asked_at"], name="support_by_organisation"),
                    models.Index(fields=["purge_after"], name="support_by_expiry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_at__isnull", True),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("starts_at"),
                                    "+",
                                    models.Value(datetime.timedelta(seconds=14400)),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="support_is_let_in_for_four_hours_at_most",
                    )
                ],
            },
        ),
        PartOfPerson("organisations_supportgrant", column="asked_by_id"),
        GuardExpiry("organisations_supportgrant"),
    ]
