"""Backups, and erasures that survive a restore."""

SWITCHES = [
    {
        "promises": ["H42", "A7"],
        "test": "tests/privacy/test_backups.py::test_an_old_backup_degrades_the_health_check",
        "patch": "privacy.backups.taking:is_late",
        "with": "lambda: False",
    },
    {
        "promises": ["A8"],
        "test": "tests/privacy/test_backups.py::test_no_backup_outlives_84_days",
        "patch": "privacy.backups.files:Manifest.is_over",
        "with": "False",
    },
    {
        "promises": ["E7"],
        "test": "tests/architecture/test_plaintext.py::test_a_visitor_stands_nowhere_in_the_clear",
        "patch": "leads.capture:seal",
        "with": "lambda owner, value, *, place: value.encode()",
    },
    {
        "promises": ["A6"],
        "test": "tests/config/test_roles.py::test_app_cannot_make_a_table",
        "patch": "os:environ",
        "with": "{'APP_DATABASE_URL': __import__('os').environ['OWNER_DATABASE_URL']}",
    },
]
