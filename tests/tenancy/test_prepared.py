"""Statements that go to libpq without a cursor."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DataError, OperationalError, connections, transaction
from django.db.transaction import TransactionManagementError

from tenancy.backend.prepared import PreparedStatement
from tests.wire import executed

pytestmark = pytest.mark.django_db(databases=["default", "intake"], transaction=True)

VALUES = PreparedStatement(
    "test_values",
    "SELECT %(text)s::text, %(number)s::numeric::text, %(id)s::uuid, %(sealed)s::bytea, %(none)s::bytea, %(text)s::text",
)
QUOTIENT = PreparedStatement("test_quotient", "SELECT (1 / %(number)s::int)::text")
NOTHING = PreparedStatement("test_nothing", "SELECT 1 WHERE %(number)s::int = 0")


def test_values_arrive_as_they_are() -> None:
    given = {
        "text": "één’\\'",
        "number": Decimal("-12.50"),
        "id": UUID(int=7),
        "sealed": b"\x00\xff",
        "none": None,
    }

    row = connections["intake"].fetch_prepared(VALUES, given)

    assert row == ("één’\\'".encode(), b"-12.50", UUID(int=7).bytes, b"\x00\xff", None, "één’\\'".encode())


def test_no_row_is_none() -> None:
    assert connections["intake"].fetch_prepared(NOTHING, {"number": 1}) is None


def test_second_time_is_one_statement() -> None:
    connections["intake"].fetch_prepared(NOTHING, {"number": 1})

    with executed("intake") as statements:
        connections["intake"].fetch_prepared(NOTHING, {"number": 1})

    assert statements == ["Execute"]


def test_error_is_djangos_and_the_connection_serves_on() -> None:
    with pytest.raises(DataError):
        connections["intake"].fetch_prepared(QUOTIENT, {"number": 0})

    assert connections["intake"].fetch_prepared(QUOTIENT, {"number": 1}) == (b"1",)


def test_lost_connection_is_an_operational_error_and_another_one_learns_it_anew() -> None:
    connection = connections["intake"]
    connection.fetch_prepared(QUOTIENT, {"number": 1})
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    with pytest.raises(OperationalError):
        connection.fetch_prepared(QUOTIENT, {"number": 1})
    connection.close()

    assert connection.fetch_prepared(QUOTIENT, {"number": 1}) == (b"1",)


def test_it_never_commits_ahead_of_a_transaction() -> None:
    with pytest.raises(TransactionManagementError), transaction.atomic("intake"):
        connections["intake"].fetch_prepared(QUOTIENT, {"number": 1})
