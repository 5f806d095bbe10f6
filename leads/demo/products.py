"""What the demo's organisations sell: a starting point, and for one of them its own price list over it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configurators.drafts import starter

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PriceList:
    """A file of prices by two answers; its first row and column are the sizes up to which they hold."""

    file: str
    table: str
    rows: str
    columns: str


@dataclass(frozen=True, slots=True)
class Product:
    """One configurator."""

    name: str
    starter: str
    price_list: PriceList | None = None
    #: Which groups and options take which article of the business's price book.
    articles: tuple[tuple[str, str], ...] = ()

    def definition(self, language: str) -> dict[str, Any]:
        """The starting point, with the price list in its table and sizes as large as that goes."""
        definition = starter(self.starter, language=language)
        if self.price_list:
            _fill_in(definition, self.price_list)
        return definition


def written(prices: PriceList) -> str:
    """The file as it is, to be pasted as well."""
    return (_FOLDER / prices.file).read_text(encoding="utf-8")


def _fill_in(definition: dict[str, Any], prices: PriceList) -> None:
    (_corner, *columns), *rows = csv.reader(written(prices).splitlines(), delimiter=";")
    (table,) = [table for table in definition["tables"] if table["key"] == prices.table]
    table["axes"][0]["values"] = [size for size, *_cells in rows]
    table["axes"][1]["values"] = columns
    table["cells"] = [[_amount(cell) for cell in cells] for _size, *cells in rows]
    for group in _groups(definition):
        if group["key"] == prices.rows:
            group["max"] = rows[-1][0]
        elif group["key"] == prices.columns:
            group["max"] = columns[-1]


def _amount(cell: str) -> str | None:
    """``€ 1.250,50`` as a definition has it."""
    text = cell.removeprefix("€").strip().replace(".", "").replace(",", ".")
    return text.rstrip("0").rstrip(".") if text else None


def _groups(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (group for step in definition["steps"] for group in step["groups"])
