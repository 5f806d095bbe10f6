"""Amounts of money as readers of each language write them; quick, because a page has dozens."""

from decimal import Decimal
from functools import lru_cache

from configurators.decimals import canonical
from configurators.definition.limits import MINOR_UNITS

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"
_MINUS = "\u2212"
_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
#: language → thousands separator, decimal mark
_MARKS = {"nl": (".", ","), "fr": (_NARROW, ","), "en": (",", ".")}


@lru_cache(maxsize=4096)
def money(amount: Decimal, currency: str, language: str) -> str:
    """€ 9.685,00 in Dutch, €9,685.00 in English, 9 685,00 € in French; with all the decimals that it has."""
    sign = _MINUS if amount < 0 else ""
    places = max(MINOR_UNITS.get(currency, 2), _decimals(amount))
    return sign + _with_symbol(_digits(amount, places, language), currency, language)


@lru_cache(maxsize=4096)
def difference(amount: Decimal, currency: str, language: str) -> str:
    """What a choice adds or takes off: + € 640, without a tail of zeros."""
    sign = _MINUS if amount < 0 else "+"
    return f"{sign}{_NO_BREAK}{_without_tail(amount, currency, language)}"


def rounded_money(amount: Decimal, currency: str, language: str) -> str:
    """An amount that was rounded: € 4.500, without a tail of zeros."""
    return (_MINUS if amount < 0 else "") + _without_tail(amount, currency, language)


def _without_tail(amount: Decimal, currency: str, language: str) -> str:
    own = _decimals(amount)
    places = max(MINOR_UNITS.get(currency, 2), own) if own else 0
    return _with_symbol(_digits(amount, places, language), currency, language)


def grouped(number: Decimal, language: str) -> str:
    """A whole number with its thousands apart: 20.000 in Dutch."""
    return (_MINUS if number < 0 else "") + _digits(number, 0, language)


def _decimals(amount: Decimal) -> int:
    """How many it has: a price of € 0,015 each is not € 0,02."""
    return len(canonical(amount).partition(".")[2])


def _digits(amount: Decimal, places: int, language: str) -> str:
    thousands, mark = _MARKS.get(language, _MARKS["en"])
    text = f"{amount.copy_abs():,.{places}f}"
    if (thousands, mark) == (",", "."):
        return text
    return text.replace(",", "\0").replace(".", mark).replace("\0", thousands)


def _with_symbol(digits: str, currency: str, language: str) -> str:
    symbol = _SYMBOLS.get(currency, currency)
    if language == "fr":
        return f"{digits}{_NO_BREAK}{symbol}"
    if language == "nl" or len(symbol) > 1:
        return f"{symbol}{_NO_BREAK}{digits}"
    return f"{symbol}{digits}"
