"""Where an organisation may be established, and in what currency it names its prices."""

from functools import cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

_EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_OTHERS = {
    "CH": "CHF",
    "CZ": "CZK",
    "DK": "DKK",
    "GB": "GBP",
    "HU": "HUF",
    "LI": "CHF",
    "NO": "NOK",
    "PL": "PLN",
    "RO": "RON",
    "SE": "SEK",
}

CURRENCIES: dict[str, str] = dict.fromkeys(_EURO.split(), "EUR") | _OTHERS


def currency_of(country: str) -> str:
    """The currency of a country in the list."""
    return CURRENCIES[country]


def country_choices() -> list[tuple[str, str]]:
    """The countries by their names in the reader's language, nearest markets first."""
    return _choices(get_language() or settings.LANGUAGE_CODE)


@cache
def _choices(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language, sep="-").territories
    nearest = ["NL", "BE", "FR"]
    others = sorted(CURRENCIES.keys() - set(nearest), key=lambda code: names[code])
    return [(code, names[code]) for code in [*nearest, *others]]
