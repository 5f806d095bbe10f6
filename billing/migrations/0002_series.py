from django.db import migrations, models

import tenancy.ids


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entity", models.CharField(max_length=16)),
                ("financial_year", models.CharField(max_length=7)),
                ("kind", models.CharField(max_length=16)),
                ("last", models.PositiveIntegerField()),
                ("last_issued_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entity", "financial_year", "kind"), name="one_series_per_year_and_kind"
                    )
                ],
            },
        ),
    ]
