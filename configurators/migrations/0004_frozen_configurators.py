from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0003_hidden_forms"),
    ]

    operations = [
        migrations.AddField(
            model_name="configurator",
            name="place",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="configurator",
            name="frozen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="publication",
            name="frozen",
            field=models.BooleanField(default=False),
        ),
    ]
