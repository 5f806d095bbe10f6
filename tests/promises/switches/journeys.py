"""What people find at the end of their way, and which test notices that it is gone."""

SWITCHES = [
    {
        "promises": ["C2"],
        "test": "tests/organisations/test_support.py::test_the_customers_record_names_who_read_for_support",
        "patch": "organisations.record:_names",
        "with": "lambda actors: {}",
    },
    {
        "promises": ["H22"],
        "test": "tests/privacy/leaving/test_purge.py::"
        "test_the_owner_gets_a_certificate_that_anybody_can_check",
        "patch": "privacy.leaving.certifying:signed",
        "with": "lambda content: {'statement': content, 'signature': ''}",
    },
]
