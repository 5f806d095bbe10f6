from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0005_suspended_access"),
    ]

    operations = [
        migrations.AddField(
            model_name="billingaccount",
            name="overage_until",
            field=models.DateTimeField(null=True),
        ),
    ]
