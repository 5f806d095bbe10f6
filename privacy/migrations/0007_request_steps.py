"""The steps of a request, held by the database, and how an organisation runs its desk."""

from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0006_erasures"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeskSettings",
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
                ("automatic_after_days", models.PositiveSmallIntegerField(null=True)),
                ("answer_within_days", models.PositiveSmallIntegerField(null=True)),
                ("changed_by", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="about_minor",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="concerns",
            field=models.CharField(
                choices=[
                    ("account", "An account"),
                    ("leads", "Requests for an offer, held by organisations"),
                ],
                db_default="account",
                default="account",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="identity_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="passed_on_to",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="remark",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="accountrequest",
            name="stage_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
        migrations.AddField(
            model_name="privacyrequest",
            name="about_minor",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="privacyrequest",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="privacyrequest",
            name="identity_asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="privacyrequest",
            name="remark",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="privacyrequest",
            name="stage_before",
            field=models.CharField(blank=True, db_default="", default="", max_length=24),
        ),
        migrations.AlterField(
            model_name="accountrequest",
            name="stage",
            field=models.CharField(
                choices=[
                    ("awaiting_identity", "Waiting for proof of who asks"),
                    ("open", "Open"),
                    ("in_progress", "Being carried out"),
                    ("awaiting_recipients", "Waiting for recipients"),
                    ("forwarded", "Passed on"),
                    ("fulfilled", "Fulfilled"),
                    ("partly_fulfilled", "Partly fulfilled"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                    ("duplicate", "Duplicate"),
                    ("unverified", "Never proved who asked"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="privacyrequest",
            name="stage",
            field=models.CharField(
                choices=[
                    ("awaiting_identity", "Waiting for proof of who asks"),
                    ("open", "Open"),
                    ("in_progress", "Being carried out"),
                    ("awaiting_recipients", "Waiting for recipients"),
                    ("forwarded", "Passed on"),
                    ("fulfilled", "Fulfilled"),
                    ("partly_fulfilled", "Partly fulfilled"),
                    ("refused", "Refused"),
                    ("withdrawn", "Withdrawn"),
                    ("duplicate", "Duplicate"),
                    ("unverified", "Never proved who asked"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ["awaiting_identity", "open"]), ("stage_before", "")),
                    models.Q(
                        ("stage__in", ["open", "withdrawn", "duplicate", "unverified"]),
                        ("stage_before", "awaiting_identity"),
                    ),
                    models.Q(
                        (
                            "stage__in",
                            [
                                "awaiting_identity",
                                "in_progress",
                                "forwarded",
                                "fulfilled",
                                "withdrawn",
                                "duplicate",
                            ],
                        ),
                        ("stage_before", "open"),
                    ),
                    models.Q(
                        ("stage__in", ["awaiting_recipients", "fulfilled", "partly_fulfilled", "refused"]),
                        ("stage_before", "in_progress"),
                    ),
                    models.Q(
                        ("stage__in", ["fulfilled", "partly_fulfilled"]),
                        ("stage_before", "awaiting_recipients"),
                    ),
                    _connector="OR",
                ),
                name="account_request_takes_a_known_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        (
                            "stage__in",
                            [
                                "duplicate",
                                "forwarded",
                                "fulfilled",
                                "partly_fulfilled",
                                "refused",
                                "unverified",
                                "withdrawn",
                            ],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "stage__in",
                                [
                                    "duplicate",
                                    "forwarded",
                                    "fulfilled",
                                    "partly_fulfilled",
                                    "refused",
                                    "unverified",
                                    "withdrawn",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="account_request_is_closed_at_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="privacyrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("routed_from__isnull", False)),
                fields=("organisation_id", "routed_from", "right"),
                name="a_request_is_passed_on_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="privacyrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ["awaiting_identity", "open"]), ("stage_before", "")),
                    models.Q(
                        ("stage__in", ["open", "withdrawn", "duplicate", "unverified"]),
                        ("stage_before", "awaiting_identity"),
                    ),
                    models.Q(
                        (
                            "stage__in",
                            [
                                "awaiting_identity",
                                "in_progress",
                                "forwarded",
                                "fulfilled",
                                "withdrawn",
                                "duplicate",
                            ],
                        ),
                        ("stage_before", "open"),
                    ),
                    models.Q(
                        ("stage__in", ["awaiting_recipients", "fulfilled", "partly_fulfilled", "refused"]),
                        ("stage_before", "in_progress"),
                    ),
                    models.Q(
                        ("stage__in", ["fulfilled", "partly_fulfilled"]),
                        ("stage_before", "awaiting_recipients"),
                    ),
                    _connector="OR",
                ),
                name="request_takes_a_known_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="privacyrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        (
                            "stage__in",
                            [
                                "duplicate",
                                "forwarded",
                                "fulfilled",
                                "partly_fulfilled",
                                "refused",
                                "unverified",
                                "withdrawn",
                            ],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "stage__in",
                                [
                                    "duplicate",
                                    "forwarded",
                                    "fulfilled",
                                    "partly_fulfilled",
                                    "refused",
                                    "unverified",
                                    "withdrawn",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_is_closed_at_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.UniqueConstraint(fields=("organisation_id",), name="one_desk_per_organisation"),
        ),
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer_within_days__isnull", True),
                    ("answer_within_days__range", (1, 28)),
                    _connector="OR",
                ),
                name="desk_answers_within_four_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("automatic_after_days__isnull", True),
                    ("automatic_after_days__range", (0, 28)),
                    _connector="OR",
                ),
                name="desk_acts_by_itself_within_four_weeks",
            ),
        ),
        WallTable("privacy_desksettings"),
    ]
