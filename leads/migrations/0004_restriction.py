from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_lead_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="restricted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="leadnote",
            name="author_id",
            field=models.UUIDField(null=True),
        ),
    ]
