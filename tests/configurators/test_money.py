"""Amounts as readers of each language write them."""

from decimal import Decimal

import pytest

from configurators.money import difference, money


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("nl", "9685", "€\u00a09.685,00"),
        ("en", "9685", "€9,685.00"),
        ("fr", "9685", "9\u202f685,00\u00a0€"),
        ("nl", "-0.05", "\u2212€\u00a00,05"),
        ("en", "1234567.5", "€1,234,567.50"),
    ],
)
def test_amount_follows_the_language(language: str, amount: str, written: str) -> None:
    assert money(Decimal(amount), "EUR", language) == written


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("nl", "640.00", "+\u00a0€\u00a0640"),
        ("en", "-560", "\u2212\u00a0€560"),
        ("fr", "12.5", "+\u00a012,50\u00a0€"),
    ],
)
def test_difference_has_a_sign_and_no_idle_zeros(language: str, amount: str, written: str) -> None:
    assert difference(Decimal(amount), "EUR", language) == written


def test_currency_has_its_own_smallest_coin() -> None:
    assert money(Decimal(1200), "JPY", "en") == "¥1,200"
    assert money(Decimal("9.5"), "CHF", "en") == "CHF\u00a09.50"
