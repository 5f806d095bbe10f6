from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("configurators", "0002_suspended_publications"),
    ]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="form_hidden",
            field=models.BooleanField(default=False),
        ),
    ]
