from django.db import migrations

from tenancy.policies import CURRENT_ORGANISATION


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []

    operations = [
        migrations.RunSQL(CURRENT_ORGANISATION, "DROP FUNCTION current_organisation()"),
    ]
