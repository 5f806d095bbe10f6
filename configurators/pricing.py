"""The price lines of a configuration, and what they come to with VAT."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from configurators.compiled import Compiled
from configurators.decimals import canonical
from configurators.formula import Answer, Environment
from configurators.formula.arithmetic import add, divide_to, multiply, rounded, subtract
from configurators.parts import ExtraLine, Group, Option, Price, Texts

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_PERCENT = Decimal("0.01")


class Detail(NamedTuple):
    """How an amount came about, for the reader of the quote.

    per_unit: `quantity` × `unit_amount`; percentage: `percent` of `base`; minimum, maximum: `base` brought
    to `limit`; fixed, formula: nothing more.
    """

    kind: str
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    unit: Texts | None = None
    percent: Decimal | None = None
    base: Decimal | None = None
    limit: Decimal | None = None

    @property
    def says_nothing(self) -> bool:
        """Nothing more than its kind."""
        return self is _FIXED or self is _FORMULA

    def to_json(self, compiled: Compiled, language: str) -> dict[str, str]:
        numbers = {
            "quantity": self.quantity,
            "unit_amount": self.unit_amount,
            "percent": self.percent,
            "base": self.base,
            "limit": self.limit,
        }
        found = {name: canonical(number) for name, number in numbers.items() if number is not None}
        return found | {"unit": compiled.text(self.unit, language)} if self.unit else found


class Line(NamedTuple):
    """`label` is the option's, group's or extra line's; `group_label` says what an option was chosen for."""

    key: str
    group: str | None
    option: str | None
    label: Texts
    group_label: Texts | None
    detail: Detail
    amount: Decimal

    def to_json(self, compiled: Compiled, language: str) -> dict[str, Any]:
        found = {
            "key": self.key,
            "group": self.group,
            "option": self.option,
            "label": compiled.text(self.label, language),
            "group_label": compiled.text(self.group_label, language) if self.group_label else "",
            "kind": self.detail.kind,
            "amount": f"{self.amount:.{compiled.minor_units}f}",
        }
        return found if self.detail.says_nothing else found | self.detail.to_json(compiled, language)


class Totals(NamedTuple):
    net: Decimal
    vat: Decimal
    gross: Decimal


def price_lines(compiled: Compiled, answers: Environment) -> tuple[Line, ...]:
    """Extra lines, then the groups' own, then what looks back on both, each in the definition's order.

    So a base price opens the list and a discount closes it. Raises `Failure` when a formula has an error
    for its value. A line over zero units, and an extra line of zero, are left out; a chosen option of
    zero stays.
    """
    sheet = _Sheet(compiled, answers)
    _add_extra(sheet, compiled.opening_lines)
    for group in compiled.priced_groups:
        _add_group(sheet, group, answers[group.key])
    _add_extra(sheet, compiled.closing_lines)
    return tuple(sheet.lines)


class Readers:
    """The lines that read any of some groups; only where no line looks back on the others as well."""

    def __init__(self, compiled: Compiled, changed: frozenset[str]) -> None:
        self.compiled = compiled
        self.lines = [line for line in compiled.lines if not changed.isdisjoint(line.reads)]
        self.groups = [group for group in compiled.priced_groups if not changed.isdisjoint(group.reads)]

    def subtotal(self, answers: Environment) -> Decimal:
        """What they come to together."""
        sheet = _Sheet(self.compiled, answers)
        _add_extra(sheet, self.lines)
        for group in self.groups:
            _add_group(sheet, group, answers[group.key])
        return sheet.subtotal


def total_of(lines: Iterable[Line]) -> Decimal:
    total = _ZERO
    for line in lines:
        total = add(total, line.amount)
    return total


def share_of(base: Decimal, percent: Decimal, places: int) -> Decimal:
    """What a percentage of an amount comes to, in whole coins."""
    return rounded(multiply(multiply(base, percent), _PERCENT), places)


def lacking(base: Decimal, least: Decimal) -> Decimal:
    """What fills lines up to a minimum; nothing is filled up where nothing is bought."""
    return subtract(least, base) if base and base < least else _ZERO


def exceeding(base: Decimal, most: Decimal) -> Decimal:
    """What brings lines down to a maximum."""
    return subtract(most, base) if base > most else _ZERO


def gross_of(compiled: Compiled, total: Decimal) -> Decimal:
    """What a visitor pays for lines that come to this; VAT need not be known where prices include it."""
    if compiled.prices_include_vat:
        return rounded(total, compiled.minor_units)
    return totals(compiled, total).gross


def totals(compiled: Compiled, total: Decimal) -> Totals:
    rate, places = compiled.vat_rate, compiled.minor_units
    if compiled.prices_include_vat:
        vat = subtract(total, divide_to(multiply(total, _HUNDRED), add(_HUNDRED, rate), places))
        return Totals(rounded(subtract(total, vat), places), rounded(vat, places), rounded(total, places))
    vat = rounded(multiply(multiply(total, rate), _PERCENT), places)
    return Totals(rounded(total, places), vat, add(rounded(total, places), vat))


class _Sheet:
    """The lines so far, for those that look back on them."""

    def __init__(self, compiled: Compiled, answers: Environment) -> None:
        self.groups = compiled.groups
        self.places = compiled.minor_units
        self.answers = answers
        self.lines: list[Line] = []
        self.amounts: dict[str, Decimal] = {}
        self.subtotal = _ZERO

    def add(
        self,
        key: str,
        group: Group | None,
        option: Option | None,
        label: Texts,
        price: Price,
        keep_zero: bool = True,
    ) -> None:
        amount, detail = _PRICED[price.kind](self, price)
        if not amount and (not keep_zero or detail.quantity == 0):
            return
        self.amounts[key] = amount
        self.subtotal = add(self.subtotal, amount)
        self.lines.append(
            Line(
                key,
                group.key if group else None,
                option.key if option else None,
                label,
                group.label if group and option else None,
                detail,
                amount,
            )
        )

    def fixed(self, price: Price) -> tuple[Decimal, Detail]:
        return price.amount, _FIXED

    def per_unit(self, price: Price) -> tuple[Decimal, Detail]:
        group = self.groups[str(price.of)]
        answer = self.answers[group.key]
        quantity = answer if isinstance(answer, Decimal) else _ZERO
        amount = rounded(multiply(quantity, price.amount), self.places)
        return amount, Detail("per_unit", quantity=quantity, unit_amount=price.amount, unit=group.unit)

    def percentage(self, price: Price) -> tuple[Decimal, Detail]:
        base = self._base(price)
        amount = share_of(base, price.amount, self.places)
        return amount, Detail("percentage", percent=price.amount, base=base)

    def minimum(self, price: Price) -> tuple[Decimal, Detail]:
        base = self._base(price)
        amount = lacking(base, price.amount)
        return amount, Detail("minimum", base=base, limit=price.amount)

    def maximum(self, price: Price) -> tuple[Decimal, Detail]:
        base = self._base(price)
        amount = exceeding(base, price.amount)
        return amount, Detail("maximum", base=base, limit=price.amount)

    def _base(self, price: Price) -> Decimal:
        if not isinstance(price.of, tuple):
            return self.subtotal
        base = _ZERO
        for key in price.of:
            base = add(base, self.amounts.get(key, _ZERO))
        return base

    def formula(self, price: Price) -> tuple[Decimal, Detail]:
        assert price.formula is not None
        return rounded(price.formula(self.answers), self.places), _FORMULA


_FIXED = Detail("fixed")
_FORMULA = Detail("formula")
_PRICED = {
    "fixed": _Sheet.fixed,
    "per_unit": _Sheet.per_unit,
    "percentage": _Sheet.percentage,
    "minimum": _Sheet.minimum,
    "maximum": _Sheet.maximum,
    "formula": _Sheet.formula,
}


def _add_extra(sheet: _Sheet, lines: Iterable[ExtraLine]) -> None:
    for line in lines:
        if line.condition is None or line.condition(sheet.answers):
            sheet.add(line.key, None, None, line.label, line.price, False)


def _add_group(sheet: _Sheet, group: Group, answer: Answer) -> None:
    """A number or a yes-or-no has a line when it is more than nothing."""
    if not answer:
        return
    if group.price is not None:
        sheet.add(group.key, group, None, group.label, group.price)
    for option in _chosen_options(group, answer):
        if option.price is not None:
            sheet.add(option.line_key, group, option, option.label, option.price)


def _chosen_options(group: Group, answer: Answer) -> Iterable[Option]:
    if isinstance(answer, frozenset):
        return (option for option in group.options if option.key in answer)
    options: Mapping[Answer, Option] = group.by_option
    option = options.get(answer)
    return () if option is None else (option,)
