"""Checks the prices: of groups, of options, and the extra lines."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import Catalogue
from configurators.definition.formulas import FormulaChecks
from configurators.definition.limits import MAX_LINES
from configurators.definition.reading import Part

_PROPERTIES = {
    "fixed": ("kind", "amount"),
    "per_unit": ("kind", "amount", "of"),
    "percentage": ("kind", "percent", "of"),
    "formula": ("kind", "formula"),
}


class PriceChecks:
    """Goes through the price lines; a percentage looks back only, in the order they are computed.

    That order is: extra lines that are no percentage, the groups' own, extra lines that are one.
    """

    def __init__(self, catalogue: Catalogue, formulas: FormulaChecks, extra: list[Part]) -> None:
        self.catalogue = catalogue
        self.formulas = formulas
        self.extra = extra
        self.earlier: set[str] = {str(part.value.get("key")) for part in extra if not _is_percentage(part)}

    def check(
        self, owner: Part, line_key: str | None, *, own_group: str | None = None, required: bool = False
    ) -> bool:
        """Check `owner`'s price; says whether it has one."""
        part = owner.part("price")
        if part is None:
            if required and owner.value.get("price") is None:
                owner.missing("price")
            return False
        kind = part.one_of("kind", _PROPERTIES)
        if kind is not None:
            part.only(_PROPERTIES[kind])
            getattr(self, f"_{kind}")(part, own_group)
        if line_key is not None:
            self.earlier.add(line_key)
        return True

    def check_lines(self) -> None:
        seen: set[str] = set()
        for part in self.extra:
            part.only(("key", "label", "if", "price"))
            key = part.key()
            if key is not None and (key in seen or key in self.catalogue):
                part.report.error(
                    part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key
                )
            seen.add(key or "")
            part.text("label", required=True)
            self.formulas.check(part, "if", "boolean")
            self.check(part, key, required=True)

    def _fixed(self, part: Part, own_group: str | None) -> None:
        part.decimal("amount", required=True)

    def _per_unit(self, part: Part, own_group: str | None) -> None:
        part.decimal("amount", required=True)
        of = part.value.get("of", own_group)
        if of is None:
            part.missing("of")
        elif not isinstance(of, str) or of not in self.catalogue:
            part.report.error(part.at("of"), "unknown_group", _("There is no such group."))
        elif not self.catalogue[of].numeric:
            part.report.error(
                part.at("of"), "not_numeric", _("A price per unit needs a group that asks a number.")
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

    def _formula(self, part: Part, own_group: str | None) -> None:
        self.formulas.check(part, "formula", "number", required=True)


def extra_lines(root: Part) -> list[Part]:
    """The definition's own price lines, besides those of its groups and options."""
    return root.parts("lines", MAX_LINES)


def _is_percentage(part: Part) -> bool:
    price = part.value.get("price")
    return isinstance(price, dict) and price.get("kind") == "percentage"
