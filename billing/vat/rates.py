"""The standard rates of the member states, each from its first day (Directive 2006/112/EC, article 97)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

#: Since the One Stop Shop exists there is a rate to pay elsewhere.
_OSS = date(2021, 7, 1)
_RATES: dict[str, tuple[tuple[date, str], ...]] = {
    "AT": ((_OSS, "20"),),
    "BE": ((_OSS, "21"),),
    "BG": ((_OSS, "20"),),
    "CY": ((_OSS, "19"),),
    "CZ": ((_OSS, "21"),),
    "DE": ((_OSS, "19"),),
    "DK": ((_OSS, "25"),),
    "EE": ((_OSS, "20"), (date(2024, 1, 1), "22"), (date(2025, 7, 1), "24")),
    "ES": ((_OSS, "21"),),
    "FI": ((_OSS, "24"), (date(2024, 9, 1), "25.5")),
    "FR": ((_OSS, "20"),),
    "GR": ((_OSS, "24"),),
    "HR": ((_OSS, "25"),),
    "HU": ((_OSS, "27"),),
    "IE": ((_OSS, "23"),),
    "IT": ((_OSS, "22"),),
    "LT": ((_OSS, "21"),),
    "LU": ((_OSS, "17"), (date(2023, 1, 1), "16"), (date(2024, 1, 1), "17")),
    "LV": ((_OSS, "21"),),
    "MT": ((_OSS, "18"),),
    "NL": ((date(2012, 10, 1), "21"),),
    "PL": ((_OSS, "23"),),
    "PT": ((_OSS, "23"),),
    "RO": ((_OSS, "19"), (date(2025, 8, 1), "21")),
    "SE": ((_OSS, "25"),),
    "SI": ((_OSS, "22"),),
    "SK": ((_OSS, "20"), (date(2025, 1, 1), "23")),
}
#: Madeira and the Azores (article 105), by their postal codes.
_ISLANDS = (
    (re.compile(r"9[0-3]\d{2}(-\d{3})?"), Decimal(22)),
    (re.compile(r"9[5-9]\d{2}(-\d{3})?"), Decimal(16)),
)


class UnknownRate(LookupError):
    """No rate is known for that state on that day."""


def standard_rate(state: str, on: date, postcode: str = "") -> Decimal:
    """In per cent. Abroad none is known before 1 July 2021: that raises UnknownRate."""
    if state == "PT":
        for pattern, rate in _ISLANDS:
            if pattern.fullmatch(postcode.strip()):
                return rate
    known = [rate for since, rate in _RATES.get(state, ()) if since <= on]
    if not known:
        raise UnknownRate(f"{state} on {on}")
    return Decimal(known[-1])
