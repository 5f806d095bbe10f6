"""Reading and writing decimals."""

from decimal import Decimal

import pytest

from configurators.decimals import canonical, decimal_as_typed, decimal_in_definition


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"), ("-0", "0"), ("0.000", "0"), ("-0.00", "0"), ("1E+3", "1000"), ("1E-7", "0.0000001"),
        ("100", "100"), ("-2.30", "-2.3"), ("0E+5", "0"),
    ],
)  # fmt: skip
def test_number_is_written_in_one_way(number: str, text: str) -> None:
    assert canonical(Decimal(number)) == text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("520", "520"), ("520,5", "520.5"), ("520.5", "520.5"), (" 7 ", "7"), ("+3", "3"), ("-2,50", "-2.5"),
        ("007", "7"), ("5,", "5"), ("-0", "0"), ("999999999999", "999999999999"), ("0000000000000000012",
        "12"),
    ],
)  # fmt: skip
def test_visitor_types_a_number(typed: str, number: str) -> None:
    assert str(decimal_as_typed(typed)) == number


@pytest.mark.parametrize(
    "typed",
    [
        "", "x", "1e3", "1e400", "NaN", "Infinity", "-", "1.2.3", "1.000,5", "1 000", "٣", "0x10", "1_000",
        "--1",
        "1" * 13, "0" * 41, "1." + "1" * 7, "\ud800", "1\x00", "½", ",5",
    ],
)  # fmt: skip
def test_anything_else_is_no_number(typed: str) -> None:
    assert decimal_as_typed(typed) is None


@pytest.mark.parametrize(
    "text", ["1,5", "+1", "01", ".5", "5.", "1e3", " 1", "", None, 1, 1.5, True, "NaN", "1" * 13]
)
def test_definition_writes_decimals_strictly(text: object) -> None:
    assert decimal_in_definition(text) is None


def test_definition_writes_a_decimal() -> None:
    assert decimal_in_definition("-12.50") == Decimal("-12.5")
