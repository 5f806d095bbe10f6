"""A list of prices as it is pasted from a spreadsheet: article, description, amount, first day, last day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from configurators.definition.sanity import has_forbidden_characters
from configurators.price_books.books import Line
from configurators.price_books.numbers import amount_in, day_as_typed, decimal_sign
from configurators.price_books.resolving import LONGEST_NAME, SKU_PATTERN

MOST_LINES, LONGEST_LABEL = 5000, 200
_SKU = re.compile(SKU_PATTERN, re.ASCII)
_SKU_COLUMN, _LABEL, _AMOUNT, _FROM, _UNTIL = range(5)


@dataclass(frozen=True, slots=True)
class WrongCell:
    """What could not be read, and where, counted from 1 as a spreadsheet does."""

    row: int
    column: int
    text: str
    message: Promise | str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The lines, each with the row that it stood in; or else what is wrong."""

    lines: list[Line]
    rows: list[int]
    wrong: list[WrongCell]


def read(text: str, *, starting: date) -> Pasted:
    """``starting`` is the first day of a line that has none."""
    try:
        rows = list(_rows(text))
    except csv.Error:
        return Pasted([], [], [WrongCell(1, 1, "", _("This is no table."))])
    if rows and _is_heading(rows[0][1]):
        del rows[0]
    if not rows:
        return Pasted([], [], [WrongCell(1, 1, "", _("There are no prices in it."))])
    if len(rows) > MOST_LINES:
        too_many = _("Paste at most %(most)s rows at once.") % {"most": MOST_LINES}
        return Pasted([], [], [WrongCell(MOST_LINES + 1, 1, "", too_many)])
    reading = _Reading(decimal_sign(cells[_AMOUNT] for _row, cells in rows), starting)
    lines = [reading.line(row, cells) for row, cells in rows]
    return Pasted([line for line in lines if line], [row for row, _cells in rows], reading.wrong)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Those that are not empty, with the number of each, and no fewer cells than a line has."""
    text = text.removeprefix("\ufeff")
    delimiter = next((sign for sign in ("\t", ";", ",") if sign in text), "\t")
    for row, cells in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        if any(cell.strip() for cell in cells):
            yield row, [cell.strip() for cell in cells] + [""] * (5 - len(cells))


def _is_heading(cells: list[str]) -> bool:
    return not re.search("[0-9]", cells[_AMOUNT])


class _Reading:
    """Reads line after line and keeps every cell that cannot be read."""

    def __init__(self, sign: str | None, starting: date) -> None:
        self.sign, self.starting = sign, starting
        self.wrong: list[WrongCell] = []

    def line(self, row: int, cells: list[str]) -> Line | None:
        before = len(self.wrong)
        self._check_article(row, cells)
        amount = self._amount(row, cells[_AMOUNT])
        first = self._day(row, _FROM, cells[_FROM]) if cells[_FROM] else self.starting
        last = self._day(row, _UNTIL, cells[_UNTIL]) if cells[_UNTIL] else None
        if first and last and last < first:
            self._refuse(row, _UNTIL, cells[_UNTIL], _("The last day lies before the first."))
        if any(cells[5:]):
            self._refuse(
                row, 5, next(filter(None, cells[5:])), _("There are five columns; this is one more.")
            )
        if len(self.wrong) > before or amount is None or first is None:
            return None
        return Line(cells[_SKU_COLUMN], cells[_LABEL], amount, first, last)

    def _check_article(self, row: int, cells: list[str]) -> None:
        sku, label = cells[_SKU_COLUMN], cells[_LABEL]
        if not _SKU.fullmatch(sku) or len(sku) > LONGEST_NAME:
            self._refuse(row, _SKU_COLUMN, sku, SKU_WANTED)
        if len(label) > LONGEST_LABEL or has_forbidden_characters(label):
            self._refuse(row, _LABEL, label, _("A name has at most 200 ordinary characters."))

    def _amount(self, row: int, text: str) -> Decimal | None:
        amount = amount_in(text, self.sign)
        if self.sign is None:
            self._refuse(row, _AMOUNT, text, TWO_WAYS)
        elif amount is None:
            self._refuse(row, _AMOUNT, text, AMOUNT_WANTED)
        return amount

    def _day(self, row: int, column: int, text: str) -> date | None:
        day = day_as_typed(text)
        if day is None:
            self._refuse(row, column, text, DAY_WANTED)
        return day

    def _refuse(self, row: int, column: int, text: str, message: Promise | str) -> None:
        self.wrong.append(WrongCell(row, column + 1, text[:60], message))


SKU_WANTED = _("An article has letters, digits and . _ / + -, at most 60 and without spaces.")
AMOUNT_WANTED = _("This is no amount.")
TWO_WAYS = _("This can be read in two ways. Write decimals, like 1250,00 or 1250.00.")
DAY_WANTED = _("Write a day like 31-12-2027.")
