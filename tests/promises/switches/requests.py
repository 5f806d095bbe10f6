"""What keeps the promises about requests, and what breaks when it is taken away."""

_DEADLINES = "tests/privacy/requests/test_deadlines.py"

SWITCHES = [
    {
        "promises": ["H35"],
        "test": f"{_DEADLINES}::test_the_dates_are_those_of_the_vectors",
        "patch": "privacy.requests.deadlines:pulled_back",
        "with": "lambda day, country: day",
    },
    {
        "promises": ["D21"],
        "test": f"{_DEADLINES}::test_the_dates_are_those_of_the_vectors",
        "patch": "privacy.requests.deadlines:rolled_forward",
        "with": "lambda day, country: day",
    },
    {
        "promises": ["E5c"],
        "test": f"{_DEADLINES}::test_the_ccpa_counts_45_calendar_days_and_does_not_wait_for_verification",
        "patch": "privacy.requests.deadlines:CCPA_DAYS",
        "with": "31",
    },
    {
        "promises": ["E19"],
        "test": f"{_DEADLINES}::test_a_report_about_a_minor_has_a_target_of_three_days",
        "patch": "privacy.requests.deadlines:TARGET_DAYS_MINOR",
        "with": "28",
    },
]
