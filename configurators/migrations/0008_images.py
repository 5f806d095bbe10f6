import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import WallTable


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0007_price_books"),
    ]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("wide", models.BinaryField()),
                ("small", models.BinaryField(default=b"")),
                ("size", models.PositiveIntegerField()),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("unused_since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation_id", "sha256"), name="image_is_kept_once")
                ],
            },
        ),
        WallTable("configurators_image"),
    ]
