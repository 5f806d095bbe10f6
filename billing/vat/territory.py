"""Which VAT territory an address lies in (Directive 2006/112/EC, articles 5 to 7)."""

from __future__ import annotations

import re
from datetime import date

#: From when to when (inclusive) a state's VAT is that of the Union; None: still.
_STILL = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_MEMBERS: dict[str, date | None] = dict.fromkeys(_STILL.split(" ")) | {"GB": date(2020, 12, 31)}
#: Treated as part of another state (article 7), or written in a second way.
_SAME_AS = {"MC": "FR", "IM": "GB", "EL": "GR", "XI": "GB"}
#: Parts of a member state that do not belong to the territory of VAT (article 6), by their postal codes.
_OUTSIDE = {
    "DE": re.compile(r"27498|78266"),  # Heligoland, Büsingen
    "ES": re.compile(r"3[58]\d{3}|5[12]\d{3}"),  # Canary Islands, Ceuta, Melilla
    "FI": re.compile(r"22\d{3}"),  # Åland
    "FR": re.compile(r"97\d{3}|98[4678]\d{2}"),  # overseas; 980 is Monaco
    "GR": re.compile(r"6308[67]"),  # Mount Athos
    "IT": re.compile(r"23041|22061"),  # Livigno, Campione
}


def state(country: str) -> str:
    """The state whose VAT counts at an address, as ISO 3166 writes it."""
    code = country.upper()
    return _SAME_AS.get(code, code)


def in_union(country: str, postcode: str, on: date) -> bool:
    """Whether a service to somebody there is taxed within the Union on that day."""
    code = state(country)
    if code not in _MEMBERS:
        return False
    until = _MEMBERS[code]
    if until is not None and on > until:
        return False
    outside = _OUTSIDE.get(code)
    return outside is None or not outside.fullmatch(re.sub(r"\D", "", postcode))
