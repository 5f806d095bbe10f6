"""What makes the promises of retention fail when it is taken away."""

_STANDING = "tests/privacy/test_standing.py"

SWITCHES = [
    {
        "promises": ["H20"],
        "test": "tests/organisations/test_agreements.py::test_an_account_goes_two_years_after_the_last_agreement",
        "patch": "organisations.agreements:redate_people",
        "with": "lambda people: 0",
    },
    {
        "promises": ["H22"],
        "test": "tests/privacy/test_dating.py::test_leads_end_with_the_agreement",
        "patch": "privacy.dating:redate_organisation",
        "with": "lambda organisation_id: None",
    },
    {
        "promises": ["C8"],
        "test": "tests/privacy/test_holds.py::test_what_is_held_stays_and_goes_once_released",
        "patch": "privacy.holds:condition",
        "with": "lambda holds, swept: __import__('privacy.holds').holds.Condition()",
    },
    {
        "promises": ["H25"],
        "test": "tests/privacy/test_blanking.py::test_nothing_of_an_organisation_leads_back_to_anybody",
        "patch": "privacy.blanking:blank_slice",
        "with": "lambda *a: 0",
    },
    {
        "promises": ["D20", "H24"],
        "test": "tests/privacy/test_blanking.py::test_who_asked_is_cut_from_a_request",
        "patch": "privacy.blanking:blank_slice",
        "with": "lambda *a: 0",
    },
    {
        "promises": ["H21"],
        "test": "tests/privacy/test_books.py::test_an_invoice_is_kept_seven_years_after_its_financial_year",
        "patch": "privacy.books:end_of_financial_year",
        "with": "lambda day, **k: day",
    },
    {
        "promises": ["E11"],
        "test": "tests/privacy/test_books.py::test_each_country_has_its_years",
        "patch": "privacy.books:YEARS",
        "with": "{}",
    },
    {
        "promises": ["D4"],
        "test": "tests/privacy/test_books.py::test_fewer_than_seven_years_are_refused_in_the_netherlands",
        "patch": "privacy.books:refuse_shorter",
        "with": "lambda years, **k: None",
    },
    {
        "promises": ["A20"],
        "test": f"{_STANDING}::test_statistics_about_visitors_would_go_after_fourteen_months",
        "patch": "privacy.periods:add_months",
        "with": "lambda moment, months: moment",
    },
    {
        "promises": ["E13"],
        "test": f"{_STANDING}::test_a_question_to_support_would_go_two_years_after_it_was_closed",
        "patch": "privacy.periods:later",
        "with": "lambda moment, period: moment",
    },
    {
        "promises": ["D28"],
        "test": f"{_STANDING}::test_consent_to_cookies_would_be_asked_again_after_thirteen_months",
        "patch": "privacy.periods:add_months",
        "with": "lambda moment, months: moment",
    },
]
