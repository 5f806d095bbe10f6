from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Concurrently, so that no submission waits while the index is built."""

    atomic = False

    dependencies = [
        ("leads", "0004_restriction"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="leadcontact",
            index=models.Index(
                condition=models.Q(("phone_index__isnull", False)),
                fields=["organisation_id", "phone_index"],
                name="contact_by_phone",
            ),
        ),
    ]
