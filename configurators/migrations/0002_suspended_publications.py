from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
