"""A second opinion: formulas and prices by fractions, plainly, sharing no code with the engine."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Json = dict[str, Any]


class Wrong(Exception):
    """An error value."""


def half_away(number: Fraction, places: int) -> Fraction:
    scaled = abs(number) * Fraction(10) ** places
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole) / Fraction(10) ** places


def limited(number: Fraction) -> Fraction:
    """Below 10^30, at most 100 decimals, at most 100 digits that matter."""
    scaled = number * 10**100
    if abs(number) >= 10**30 or scaled.denominator != 1:
        raise Wrong("#LIMIT!")
    if len(str(abs(scaled.numerator)).rstrip("0")) > 100:
        raise Wrong("#LIMIT!")
    return number


def divided(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Wrong("#DIV/0!")
    return limited(half_away(left / right, 20))


@dataclass
class Formula:
    """A formula's text, and how to compute it the plain way."""

    text: str
    value: Any

    def outcome(self, answers: Mapping[str, Any]) -> Fraction | str:
        """The value, or the name of an error."""
        try:
            number: Fraction = self.value(answers)
        except Wrong as wrong:
            return str(wrong)
        return number


def price(document: Json, answers: Json) -> tuple[dict[str, Fraction], Fraction, Fraction, Fraction]:
    """Lines, net, VAT and gross where prices are fixed, per unit or percentages, and without conditions."""
    lines: dict[str, Fraction] = {}
    extra([line for line in document["lines"] if line["price"]["kind"] != "percentage"], lines, answers)
    for group in document["steps"][0]["groups"]:
        answer = answers.get(group["key"])
        if group.get("price") and answer and answer != "0":
            add(lines, group["key"], group["price"], answers, own=group["key"])
        for option in group.get("options", ()):
            chosen = option["key"] in answer if isinstance(answer, list) else option["key"] == answer
            if chosen and option["price"]:
                add(lines, f"{group['key']}.{option['key']}", option["price"], answers)
    extra([line for line in document["lines"] if line["price"]["kind"] == "percentage"], lines, answers)
    total = sum(lines.values(), Fraction(0))
    rate = Fraction(document["vat"]["rate"]) / 100
    if document["vat"]["prices"] == "including":
        net = half_away(total / (1 + rate), 2)
        return lines, net, total - net, total
    vat = half_away(total * rate, 2)
    return lines, total, vat, total + vat


def extra(chosen: list[Json], lines: dict[str, Fraction], answers: Json) -> None:
    for line in chosen:
        add(lines, line["key"], line["price"], answers)
        if lines.get(line["key"]) == 0:
            del lines[line["key"]]


def add(lines: dict[str, Fraction], key: str, price: Json, answers: Json, own: str | None = None) -> None:
    if price["kind"] == "fixed":
        lines[key] = half_away(Fraction(price["amount"]), 2)
    elif price["kind"] == "per_unit":
        quantity = Fraction(answers.get(price.get("of") or own or "") or 0)
        if quantity:
            lines[key] = half_away(quantity * Fraction(price["amount"]), 2)
    else:
        base = sum((amount for name, amount in lines.items() if counts(name, price["of"])), Fraction(0))
        lines[key] = half_away(base * Fraction(price["percent"]) / 100, 2)


def counts(name: str, of: object) -> bool:
    return of == "subtotal" or (isinstance(of, list) and (name in of or name.split(".")[0] in of))
