"""What keeps the promises about erasure: replaced, the named test fails."""

_TESTS = "tests/privacy/erasure/test_carrying_out.py"

SWITCHES = [
    {
        "promises": ["H25", "H28"],
        "test": f"{_TESTS}::test_nothing_of_a_lead_is_left",
        "patch": "privacy.erasure.carrying_out:execute",
        "with": "lambda plan: plan.counts",
    },
    {
        "promises": ["H28", "A5"],
        "test": f"{_TESTS}::test_nothing_of_an_account_is_left",
        "patch": "privacy.erasure.plan:sessions_of",
        "with": "lambda user_id: []",
    },
    {
        "promises": ["H28", "A5"],
        "test": "tests/privacy/erasure/test_plan.py::test_what_stays_has_a_ground_and_an_end",
        "patch": "privacy.erasure.plan:_question",
        "with": "lambda number, reach: f'SELECT {number}, NULL::text[], count(*), NULL::timestamptz'"
        " f' FROM {reach.table} WHERE {reach.condition}'",
    },
    {
        "promises": ["H10", "C1"],
        "test": f"{_TESTS}::test_only_the_organisation_decides_about_its_leads[bob]",
        "patch": "privacy.erasure.carrying_out:_require_instruction",
        "with": "lambda case_id, by: None",
    },
    {
        "promises": ["H15"],
        "test": "tests/privacy/erasure/test_propagation.py::test_after_five_days_it_is_a_persons_task",
        "patch": "privacy.erasure.propagation:OFFICERS_AFTER",
        "with": "__import__('datetime').timedelta(days=50)",
    },
    {
        "promises": ["H15"],
        "test": "tests/privacy/erasure/test_certificates.py::test_it_waits_for_every_recipient",
        "patch": "privacy.erasure.certificates:outstanding",
        "with": "lambda erasure: 0",
    },
    {
        "promises": ["H28", "A5"],
        "test": "tests/privacy/erasure/test_answering.py::test_a_kind_that_stays_is_kept_and_the_rest_goes",
        "patch": "privacy.erasure.plan:kept_back",
        "with": "lambda reaches, keeping, root: list(reaches)",
    },
]
