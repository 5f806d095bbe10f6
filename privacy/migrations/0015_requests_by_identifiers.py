from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """For the sweep that blanks what identifies a person; concurrently, so that no request waits."""

    atomic = False

    dependencies = [
        ("privacy", "0014_erasure_keeping"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="accountrequest",
            index=models.Index(
                condition=models.Q(("identifiers_until__isnull", False)),
                fields=["identifiers_until"],
                name="account_request_by_identifiers",
            ),
        ),
        AddIndexConcurrently(
            model_name="privacyrequest",
            index=models.Index(
                condition=models.Q(("identifiers_until__isnull", False)),
                fields=["organisation_id", "identifiers_until"],
                name="request_by_identifiers",
            ),
        ),
    ]
