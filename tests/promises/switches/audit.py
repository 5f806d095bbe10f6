"""What keeps the record's promises, and which test notices that it is gone."""

SWITCHES = [
    {
        "promises": ["H23"],
        "test": "tests/audit/test_logs.py::test_days_that_are_over_are_dropped_whole",
        "patch": "tenancy.partitions:days_over",
        "with": "lambda *a, **k: []",
    },
    {
        "promises": ["H23"],
        "test": "tests/audit/test_logs.py::test_no_row_of_the_log_is_older_than_ninety_days",
        "patch": "privacy.retention:_delete_slice",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["C18"],
        "test": "tests/audit/test_logs.py::test_the_log_of_who_left_goes_after_four_weeks_and_others_stay",
        "patch": "audit.logs:_end",
        "with": "lambda *a, **k: 0",
    },
    {
        "promises": ["H44", "H5"],
        "test": "tests/audit/test_catalogue.py::test_what_is_recorded_is_what_the_catalogue_lists",
        "patch": "audit.catalogue:ACTIONS",
        "with": "{}",
    },
]
