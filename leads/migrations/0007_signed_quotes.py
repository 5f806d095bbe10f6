from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_double_opt_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="quote_signature",
            field=models.CharField(max_length=88, null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="shown_gross",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
    ]
