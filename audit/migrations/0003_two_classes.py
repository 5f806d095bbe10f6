"""The access log moves out of the evidence, into tables of its own that are kept in days."""

from django.db import migrations, models

import tenancy.context
import tenancy.ids
from tenancy.operations import GuardExpiry, MakeFunction, PartitionByDay, WallTable

#: From the oldest row that is to move, or from today, for sixty days.
DAYS = """
SELECT make_days('{log}', least(min(occurred_at) AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')::date,
                 (now() AT TIME ZONE 'UTC')::date + 60)
FROM {evidence} WHERE NOT evidence AND purge_after > now()
"""
MOVE = """
INSERT INTO {log} (id, {columns}) SELECT id, {columns} FROM {evidence} WHERE NOT evidence AND purge_after > now();
DELETE FROM {evidence} WHERE NOT evidence
"""
MOVE_BACK = """
GRANT UPDATE ON {evidence} TO CURRENT_USER;
UPDATE {evidence} SET evidence = true;
INSERT INTO {evidence} (id, evidence, {columns}) SELECT id, false, {columns} FROM {log}
"""
COLUMNS = {
    "event": "organisation_id, action, actor_id, kind, object_id, detail, occurred_at, purge_after",
    "platformevent": "organisation_id, action, user_id, detail, occurred_at, purge_after",
}
LOGS = {"event": "audit_accessevent", "platformevent": "audit_platformaccessevent"}


def _sql(text, name):
    return text.format(log=LOGS[name], evidence=f"audit_{name}", columns=COLUMNS[name])


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_recipients"),
    ]

    operations = [
        MakeFunction("make_days"),
        MakeFunction("drop_day"),
        migrations.CreateModel(
            name="AccessEvent",
            fields=[
                (
                    "organisation_id",
                    models.UUIDField(default=tenancy.context.current_organisation_id, editable=False),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("action", models.CharField(max_length=60)),
                ("actor_id", models.UUIDField(null=True)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlatformAccessEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenancy.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("action", models.CharField(max_length=60)),
                ("user_id", models.UUIDField(null=True)),
                ("organisation_id", models.UUIDField(null=True)),
                ("detail", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField()),
                ("purge_after", models.DateTimeField(null=True)),
            ],
        ),
        PartitionByDay("audit_accessevent"),
        PartitionByDay("audit_platformaccessevent"),
        WallTable("audit_accessevent", purge_after=True),
        GuardExpiry("audit_platformaccessevent"),
        migrations.AddIndex(
            model_name="accessevent",
            index=models.Index(
                fields=["organisation_id", "kind", "object_id", "-id"], name="access_by_object"
            ),
        ),
        migrations.AddIndex(
            model_name="accessevent",
            index=models.Index(fields=["purge_after"], name="access_by_expiry"),
        ),
        migrations.AddIndex(
            model_name="platformaccessevent",
            index=models.Index(fields=["user_id", "-id"], name="platform_access_by_user"),
        ),
        migrations.AddIndex(
            model_name="platformaccessevent",
            index=models.Index(fields=["purge_after"], name="platform_access_by_expiry"),
        ),
        *(
            migrations.RunSQL(_sql(text, name), reverse_sql=_sql(back, name) if back else "")
            for name in LOGS
            for text, back in ((DAYS, ""), (MOVE, MOVE_BACK))
        ),
        migrations.RemoveField(model_name="event", name="evidence"),
        migrations.RemoveField(model_name="platformevent", name="evidence"),
        MakeFunction("end_access_log"),
    ]
