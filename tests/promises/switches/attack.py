"""Who asks, what a hold keeps, and what proves the record, as an attacker looks at them."""

SWITCHES = [
    {
        "promises": ["H36"],
        "test": "tests/privacy/door/test_identity.py::test_opening_a_link_is_no_proof_of_what_a_mail_with_the_same"
        "_address_asks",
        "patch": "privacy.door.holdings:waiting_of",
        "with": "lambda *a, **k: []",
    },
    {
        "promises": ["H10"],
        "test": "tests/privacy/requests/test_routing.py::test_the_platform_cannot_say_that_somebody_showed_who_they"
        "_are_to_organisations",
        "patch": "privacy.requests.cases:_require_controller",
        "with": "lambda *a, **k: None",
    },
    {
        "promises": ["H28"],
        "test": "tests/privacy/erasure/test_answering.py::test_nobody_is_told_that_was_erased_what_a_hold_keeps",
        "patch": "privacy.erasure.answering:held_back",
        "with": "lambda *a, **k: []",
    },
]
