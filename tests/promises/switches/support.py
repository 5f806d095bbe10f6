"""What keeps support outside until it is let in, undone piece by piece."""

_SUPPORT = "tests/organisations/test_support.py"

SWITCHES = [
    {
        "promises": ["C2", "C15"],
        "test": f"{_SUPPORT}::test_without_a_grant_the_organisation_does_not_exist_for_support",
        "patch": "organisations.support:live",
        "with": "lambda **who: __import__('organisations.models', fromlist=['x']).SupportGrant.objects.all()",
    },
    {
        "promises": ["D10"],
        "test": f"{_SUPPORT}::test_there_are_doors_that_no_grant_opens",
        "patch": "organisations.support:_TO_CHANGE",
        "with": "frozenset(__import__('organisations.permissions', fromlist=['x']).Permission)",
    },
    {
        "promises": ["C2"],
        "test": f"{_SUPPORT}::test_names_and_addresses_are_shapes",
        "patch": "leads.sealed:is_masked",
        "with": "lambda: False",
    },
    {
        "promises": ["C2"],
        "test": f"{_SUPPORT}::test_every_page_is_in_the_customers_record",
        "patch": "organisations.middleware:record_read",
        "with": "lambda visit, page: None",
    },
    {
        "promises": ["D9"],
        "test": f"{_SUPPORT}::test_sharing_a_screen_instead_is_offered",
        "patch": "organisations.support:_who_may_grant",
        "with": "lambda organisation: []",
    },
]
