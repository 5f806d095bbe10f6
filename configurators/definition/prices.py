"""Checks the prices: of groups, of options, and the extra lines."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import Catalogue
from configurators.definition.formulas import FormulaChecks
from configurators.definition.limits import MAX_LINES
from configurators.definition.reading import Part
from configurators.definition.tables import lookup_source
from configurators.formula.prices import NoPrice
from configurators.parts import LOOKS_BACK

_PROPERTIES = {
    "fixed": ("kind", "amount", "from_book"),
    "per_unit": ("kind", "amount", "from_book", "of"),
    "percentage": ("kind", "percent", "of"),
    "table": ("kind", "table", "of", "times"),
    "formula": ("kind", "formula"),
}
_OF_LINES = _PROPERTIES | {"minimum": ("kind", "amount", "of"), "maximum": ("kind", "amount", "of")}


class PriceChecks:
    """Goes through the price lines; what depends on others looks back only, in the order of reckoning.

    That order is: extra lines that stand by themselves, the groups' own, extra lines that look back.
    """

    def __init__(self, catalogue: Catalogue, formulas: FormulaChecks, extra: list[Part]) -> None:
        self.catalogue = catalogue
        self.formulas = formulas
        self.extra = extra
        self.earlier: set[str] = {str(part.value.get("key")) for part in extra if not _looks_back(part)}

    def check(
        self, owner: Part, line_key: str | None, *, own_group: str | None = None, is_line: bool = False
    ) -> bool:
        """Check `owner`'s price; says whether it has one."""
        part = owner.part("price")
        if part is None:
            if is_line and owner.value.get("price") is None:
                owner.missing("price")
            return False
        kinds = _OF_LINES if is_line else _PROPERTIES
        kind = part.one_of("kind", kinds)
        if kind is not None:
            part.only(kinds[kind])
            getattr(self, f"_{kind}")(part, own_group)
        if line_key is not None:
            self.earlier.add(line_key)
        return True

    @staticmethod
    def is_priced(group: dict[str, object]) -> bool:
        """Whether a question or any of its options has a price; tolerant."""
        options = group.get("options")
        parts = [group, *(options if isinstance(options, list) else ())]
        return any(isinstance(part, dict) and isinstance(part.get("price"), dict) for part in parts)

    def check_lines(self, taken: Collection[str]) -> None:
        """`taken` are the keys of the groups, each item's own among them."""
        seen: set[str] = set()
        for part in self.extra:
            part.only(("key", "label", "if", "price"))
            key = part.key()
            if key is not None and (key in seen or key in self.catalogue or key in taken):
                part.report.error(
                    part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key
                )
            seen.add(key or "")
            part.text("label", required=True)
            self.formulas.check_price(part, "if", "boolean")
            self.check(part, key, is_line=True)

    def _fixed(self, part: Part, own_group: str | None) -> None:
        self._amount(part)

    def _amount(self, part: Part) -> None:
        """A figure, or where it stands in a price book."""
        if part.value.get("from_book") is None:
            part.decimal("amount", required=True)
        elif part.value.get("amount") is not None:
            text = _("The amount comes from a price book; leave this one out.")
            part.report.error(part.at("amount"), "second_amount", text)
        else:
            self._from_book(part)

    def _from_book(self, part: Part) -> None:
        place = part.part("from_book")
        if place is None:
            return
        place.only(("book", "sku"))
        book, sku = (_required_name(place, name) for name in ("book", "sku"))
        if book is None or sku is None:
            return
        scope = self.formulas.scope
        found = scope.prices.look_up(book, sku, currency=scope.currency)
        if isinstance(found, NoPrice):
            place.report.error(place.at(found.about), found.code, found.text, **found.values)

    def _per_unit(self, part: Part, own_group: str | None) -> None:
        self._amount(part)
        of = part.value.get("of", own_group)
        if of is None:
            part.missing("of")
        else:
            self._check_number(part, "of", of)

    def _check_number(self, part: Part, name: str, key: object) -> None:
        if not isinstance(key, str) or key not in self.catalogue:
            part.report.error(part.at(name), "unknown_group", _("There is no such group."))
        elif (repeat := self.catalogue[key].repeat) and repeat not in self.formulas.scope.item:
            text = _("This is asked for each item; only a price within “%(repeat)s” can count it.")
            part.report.error(part.at(name), "outside_item", text, repeat=repeat)
        elif not self.catalogue[key].numeric:
            part.report.error(
                part.at(name), "not_numeric", _("A price per unit needs a group that asks a number.")
            )

    def _percentage(self, part: Part, own_group: str | None) -> None:
        percent = part.decimal("percent", required=True)
        if percent is not None and not -100 <= percent <= 1000:
            part.report.error(
                part.at("percent"),
                "out_of_bounds",
                _("This must be from %(least)s to %(most)s."),
                least=-100,
                most=1000,
            )
        self._check_base(part)

    def _minimum(self, part: Part, own_group: str | None) -> None:
        amount = part.decimal("amount", required=True)
        if amount is not None and amount <= 0:
            part.report.error(part.at("amount"), "out_of_bounds", _("This is more than 0."))
        self._check_base(part)

    _maximum = _minimum

    def _check_base(self, part: Part) -> None:
        of = part.value.get("of")
        if of is None or of == []:
            part.missing("of")
        elif isinstance(of, list):
            self._check_earlier_lines(part, of)
        elif of != "subtotal":
            part.wrong_type("of")

    def _check_earlier_lines(self, part: Part, keys: list[object]) -> None:
        if len(keys) != len({str(key) for key in keys}):
            part.report.error(part.at("of"), "duplicate", _("A line is named twice."))
        for index, key in enumerate(keys):
            if not isinstance(key, str) or key not in self.earlier:
                part.report.error(
                    part.at("of", index),
                    "unknown_line",
                    _("There is no price line with this key before this one."),
                )

    def _table(self, part: Part, own_group: str | None) -> None:
        times = part.value.get("times")
        if times is not None:
            self._check_number(part, "times", times)
        source = lookup_source(part, self.formulas.scope)
        if source is not None:
            self.formulas.check_price_source(part, "of", source, "number")

    def _formula(self, part: Part, own_group: str | None) -> None:
        self.formulas.check_price(part, "formula", "number", required=True)


def _required_name(part: Part, name: str) -> str | None:
    value = part.value.get(name)
    if value is None or value == "":
        part.missing(name)
    elif isinstance(value, str):
        return value
    else:
        part.wrong_type(name)
    return None


def extra_lines(root: Part) -> list[Part]:
    """The definition's own price lines, besides those of its groups and options."""
    return root.parts("lines", MAX_LINES)


def _looks_back(part: Part) -> bool:
    price = part.value.get("price")
    kind = price.get("kind") if isinstance(price, dict) else None
    return isinstance(kind, str) and kind in LOOKS_BACK
