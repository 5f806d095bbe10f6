"""What lets an organisation leave, come back and be gone, undone piece by piece."""

_LEAVING = "tests/organisations/test_leaving.py"

SWITCHES = [
    {
        "promises": ["C19"],
        "test": f"{_LEAVING}::test_the_button_starts_the_leaving",
        "patch": "organisations.views.leaving:deactivate",
        "with": "lambda organisation, by: None",
    },
    {
        "promises": ["C20"],
        "test": f"{_LEAVING}::test_within_thirty_days_everything_is_back_as_it_was",
        "patch": "organisations.views.leaving:restore",
        "with": "lambda organisation, by: None",
    },
    {
        "promises": ["H22"],
        "test": f"{_LEAVING}::test_nobody_enters_and_no_request_comes_in",
        "patch": "organisations.leaving:lifecycle_changed.send",
        "with": "lambda **k: None",
    },
    {
        "promises": ["H22"],
        "test": "tests/privacy/leaving/test_purge.py::test_nothing_is_left",
        "patch": "privacy.leaving.purge:_delete",
        "with": "lambda done, table: None",
    },
    {
        "promises": ["C22", "H30"],
        "test": "tests/privacy/leaving/test_parcel.py::test_everything_is_in_it_and_readable",
        "patch": "privacy.leaving.parcel:_add_rows",
        "with": "lambda parcel: False",
    },
    {
        "promises": ["C22"],
        "test": "tests/privacy/leaving/test_parcel.py::test_in_an_empty_organisation_it_is_the_same_again",
        "patch": "privacy.leaving.contents:_is_sealed",
        "with": "lambda table, name: False",
    },
]
