import django.db.models.deletion
from django.db import migrations, models

import tenancy.ids
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0008_ownership_offers"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="suspended_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Suspension",
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
                        choices=[
                            ("deceived", "Visitors are misled about who asks for their data, or what for"),
                            ("unlawful", "What is offered or asked is against the law"),
                            ("abused", "Pages are used for fraud, phishing or unwanted mail"),
                            ("endangered", "The organisation endangers the service or others who use it"),
                            ("terms", "Our terms are broken in another way"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("explanation", models.BinaryField()),
                ("suspended_by", models.UUIDField(null=True)),
                ("suspended_at", models.DateTimeField()),
                ("appeal", models.BinaryField(default=b"")),
                ("appealed_by", models.UUIDField(null=True)),
                ("appealed_at", models.DateTimeField(null=True)),
                ("answer", models.BinaryField(default=b"")),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("purge_after", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suspensions",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-suspended_at"], name="suspension_by_organisation"),
                    models.Index(fields=["purge_after"], name="suspension_by_expiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation",),
                        name="one_suspension_at_a_time",
                    )
                ],
            },
        ),
        GuardExpiry("organisations_suspension"),
    ]
