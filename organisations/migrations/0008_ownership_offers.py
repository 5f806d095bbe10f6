import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models
import tenancy.ids
from accounts.operations import PartOfPerson
from tenancy.operations import GuardExpiry


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0007_contracts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnershipOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "afterwards",
                    models.CharField(
                        choices=[
                            ("owner", "Stay owner, beside the other"),
                            ("admin", "Administrator"),
                            ("editor", "Editor"),
                            ("sales", "Sales"),
                            ("billing", "Billing"),
                            ("privacy_officer", "Privacy officer"),
                            ("leaves", "Leave the organisation"),
                        ],
                        max_length=16,
                    ),
                ),
                ("offered_at", models.DateTimeField(editable=False)),
                ("purge_after", models.DateTimeField(db_index=True, editable=False)),
                (
                    "offered_by",
                    accounts.models.PersonField(
                        db_constraint=False,
                        editable=False,
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
                        related_name="ownership_offers",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "to",
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
                    models.UniqueConstraint(
                        fields=("organisation",), name="one_offer_of_ownership_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to", models.F("offered_by")), _negated=True),
                        name="ownership_is_offered_to_somebody_else",
                    ),
                ],
            },
        ),
        PartOfPerson("organisations_ownershipoffer", column="to_id"),
        PartOfPerson("organisations_ownershipoffer", column="offered_by_id", name="another_part"),
        GuardExpiry("organisations_ownershipoffer"),
    ]
