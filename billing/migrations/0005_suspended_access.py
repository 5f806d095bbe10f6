from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_plan_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="billingaccount",
            name="least",
            field=models.CharField(
                blank=True,
                choices=[
                    ("full", "full"),
                    ("warned", "warned"),
                    ("limited", "limited"),
                    ("intake_only", "intake_only"),
                    ("closed", "closed"),
                    ("suspended", "suspended"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="billingaccount",
            name="told_access",
            field=models.CharField(
                choices=[
                    ("full", "full"),
                    ("warned", "warned"),
                    ("limited", "limited"),
                    ("intake_only", "intake_only"),
                    ("closed", "closed"),
                    ("suspended", "suspended"),
                ],
                default="full",
                max_length=16,
            ),
        ),
    ]
