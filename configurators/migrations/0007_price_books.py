import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenancy.context
import tenancy.ids
import tenancy.models
from tenancy.operations import CompositeForeignKey, WallTable


def _id() -> models.UUIDField:
    return models.UUIDField(default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False)


def _organisation() -> models.UUIDField:
    return models.UUIDField(default=tenancy.context.current_organisation_id, editable=False)


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0006_planned_publications"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceBook",
            fields=[
                ("id", _id()),
                ("organisation_id", _organisation()),
                ("key", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation_id", "key"), name="price_book_keys_differ")
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceEntry",
            fields=[
                ("id", _id()),
                ("organisation_id", _organisation()),
                ("sku", models.CharField(max_length=60)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("amount", models.DecimalField(decimal_places=6, max_digits=18)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "book",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="entries",
                        to="configurators.pricebook",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "book", "sku", "valid_from"),
                        name="one_price_begins_each_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="a_price_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StalePrices",
            fields=[
                ("id", _id()),
                ("organisation_id", _organisation()),
                ("sha256", models.CharField(max_length=64)),
                ("refused_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "configurator",
                    tenancy.models.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="stale_prices",
                        to="configurators.configurator",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "configurator"), name="prices_are_stale_once"
                    )
                ],
            },
        ),
        WallTable("configurators_pricebook"),
        WallTable("configurators_priceentry"),
        WallTable("configurators_staleprices"),
        CompositeForeignKey(
            "configurators_priceentry", "book_id", "configurators_pricebook", on_delete="CASCADE"
        ),
        CompositeForeignKey(
            "configurators_staleprices", "configurator_id", "configurators_configurator", on_delete="CASCADE"
        ),
        migrations.AddField(
            model_name="configuratorversion", name="prices", field=models.JSONField(default=list)
        ),
        migrations.AlterField(
            model_name="configuratorversion", name="published_by", field=models.UUIDField(null=True)
        ),
    ]
