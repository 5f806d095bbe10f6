"""What makes the promises about money and books fail when it is taken away."""

_BOOKS = "tests/billing/test_books.py"

SWITCHES = [
    {
        "promises": ["H21", "D4"],
        "test": f"{_BOOKS}::test_a_document_is_dated_when_it_is_issued",
        "patch": "billing.seller:Entity.erasable_from",
        "with": "lambda self, issued_on, **k: issued_on",
    },
    {
        "promises": ["H21"],
        "test": f"{_BOOKS}::test_the_janitor_takes_it_after_its_date_and_not_before",
        "patch": "billing.house:erasable_at",
        "with": "lambda day, **k: __import__('datetime').datetime(2020, 1, 1, tzinfo=__import__('datetime').UTC)",
    },
    {
        "promises": ["H6"],
        "test": "tests/billing/test_cards.py::test_what_is_read_of_a_purchase_names_no_card",
        "patch": "billing.stripe_objects:kind_of_method",
        "with": "lambda found: '4242424242424242'",
    },
]
