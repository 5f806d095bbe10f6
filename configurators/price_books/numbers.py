"""Amounts and days as people write them, read as the builder reads a paste (frontend/builder/sheet.js)."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from configurators.decimals import decimal_in_definition

_SPACES = re.compile("[\\s\u00a0\u202f'\u2019]")
_SIGNS = re.compile(
    r"^[€$£]|[€$£]$|^(?:EUR|GBP|USD|CHF)|(?:EUR|GBP|USD|CHF)$|(?:,-|,–|\.-)$",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)
_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})", re.ASCII),
    re.compile(r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})", re.ASCII),
)
#: Prices of other centuries are mistakes of typing.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def decimal_sign(texts: Iterable[str]) -> str | None:
    """How these texts write decimals: a comma or a point, empty where none has any.

    None where they can be read in two ways, as 1.250 can alone.
    """
    votes, unsure = {",": 0, ".": 0}, False
    for text in map(_bare, texts):
        sign = _sign_in(text)
        if sign:
            votes[sign] += 1
        elif "." in text or "," in text:
            unsure = True
    if any(votes.values()):
        return "," if votes[","] > votes["."] else "."
    return None if unsure else ""


def amount_in(text: str, sign: str | None) -> Decimal | None:
    """An amount whose decimals stand behind that sign; None for what is none."""
    written, thousands = _bare(text), "." if sign == "," else ","
    whole, found, decimals = written.partition(sign) if sign else (written, "", "")
    if thousands in whole:
        if not re.fullmatch(rf"-?[0-9]{{1,3}}(\{thousands}[0-9]{{3}})+", whole, re.ASCII):
            return None
        whole = whole.replace(thousands, "")
    if not re.fullmatch(r"-?[0-9]*", whole, re.ASCII) or not re.fullmatch(r"[0-9]*", decimals, re.ASCII):
        return None
    if not re.search("[0-9]", whole + decimals):
        return None
    digits = re.sub(r"^(-?)0+(?=[0-9])", r"\1", whole)
    digits = f"{digits}0" if digits in ("", "-") else digits
    decimals = decimals.rstrip("0")
    return decimal_in_definition(f"{digits}.{decimals}" if found and decimals else digits)


def amount_as_typed(text: str) -> Decimal | None:
    """One amount by itself; None for what is none, or can be read in two ways."""
    return amount_in(text, decimal_sign([text])) if decimal_sign([text]) is not None else None


def day_as_typed(text: str) -> date | None:
    """2027-01-31, or 31-1-2027 with any of the usual signs; never the month first."""
    for shape in _DAYS:
        if found := shape.fullmatch(text.strip()):
            year, month, day = (int(found[part]) for part in ("year", "month", "day"))
            try:
                return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
            except ValueError:
                return None
    return None


def _bare(text: str) -> str:
    return _SIGNS.sub("", _SPACES.sub("", text).replace("\u2212", "-"))


def _sign_in(text: str) -> str | None:
    marks = re.findall("[.,]", text)
    if not marks:
        return None
    if len(set(marks)) > 1:
        return marks[-1]
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    return None if _UNSURE.fullmatch(text) else marks[0]
