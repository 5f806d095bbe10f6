"""Our database engine, where it does more than Django's."""

import pytest
from django.db import connections, transaction


@pytest.mark.django_db(transaction=True)
def test_a_transaction_ends_well_while_a_comparison_with_the_ledger_is_due() -> None:
    connection = connections["default"]

    with transaction.atomic():
        connection.cursor().execute("SELECT 1")
        connection.compare_at = 0.0

    assert connection.get_autocommit()
