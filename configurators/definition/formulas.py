"""Checks every formula of a definition against its groups, and keeps what each condition depends on."""

import re

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MAX_FORMULA_NODES
from configurators.definition.reading import Part, echo
from configurators.formula import CompiledFormula, FormulaInvalid, Scope, compile_formula
from configurators.formula.checker import Wanted
from configurators.formula.problems import problem_at

#: What a text costs that is no formula at all.
_CHARACTERS_PER_NODE = 5
_PRICE = re.compile(r"\b(price)\s*\(", re.IGNORECASE)


class FormulaChecks:
    def __init__(self, scope: Scope, *, prices_are_shown: bool = True) -> None:
        self.scope = scope
        #: Whether visitors may know what anything costs to the cent.
        self.prices_are_shown = prices_are_shown
        #: The groups that a price is reckoned with.
        self.read_by_prices: set[str] = set()
        #: Of all formulas together, those of each item too, and of those that turn out to be wrong.
        self.nodes = 0

    @property
    def are_too_many(self) -> bool:
        """That was told once; from then on no formula is looked at."""
        return self.nodes > MAX_FORMULA_NODES

    def check_price(self, part: Part, name: str, wanted: Wanted, *, required: bool = False) -> None:
        """A formula of which visitors see no more than they do of the price."""
        source = part.value.get(name)
        if isinstance(source, str) and source:
            self.check_price_source(part, name, source, wanted)
        else:
            self.check(part, name, wanted, required=required)

    def check_price_source(self, part: Part, name: str, source: str, wanted: Wanted) -> None:
        formula = self._compiled(part, name, source, wanted)
        if formula:
            self.read_by_prices |= formula.uses

    def check(self, part: Part, name: str, wanted: Wanted, *, required: bool = False) -> frozenset[str]:
        """The groups the formula uses; nothing when it is absent or wrong."""
        source = part.value.get(name)
        if source is None or source == "":
            if required:
                part.missing(name)
            return frozenset()
        if not isinstance(source, str):
            part.wrong_type(name)
            return frozenset()
        return self.check_source(part, name, source, wanted)

    def check_in_items(self, part: Part, name: str, wanted: Wanted, repeat: str) -> frozenset[str]:
        """Of a condition that must hold: where it names what items ask, in each item of that repeat."""
        if not repeat:
            return self.check(part, name, wanted, required=True)
        outside, found = self.scope, frozenset[str]()
        for number in range(1, outside.groups[repeat].most + 1):
            self.scope = outside.within(repeat, number)
            found |= self.check(part if number == 1 else echo(part), name, wanted)
        self.scope = outside
        return found

    def check_source(self, part: Part, name: str, source: str, wanted: Wanted) -> frozenset[str]:
        """The same for the text itself; `name` is where a mistake is shown."""
        formula = self._compiled(part, name, source, wanted)
        if formula is None:
            return frozenset()
        if formula.booked and not self.prices_are_shown:
            self._refuse_price(part, name, source)
        return formula.uses

    @staticmethod
    def _refuse_price(part: Part, name: str, source: str) -> None:
        """It would stand as a figure in what browsers reckon with."""
        found = _PRICE.search(source)
        start, end = found.span(1) if found else (0, 1)
        text = _(
            "Visitors are not shown exact prices here, and this formula is worked out in their browser. Use "
            "PRICE in the formulas of prices only."
        )
        part.report.formula(part.at(name), problem_at(source, start, end, "price_told", text))

    def _compiled(self, part: Part, name: str, source: str, wanted: Wanted) -> CompiledFormula | None:
        if self.are_too_many:
            return None
        try:
            formula = compile_formula(source, self.scope, wanted)
        except FormulaInvalid as error:
            for problem in error.problems:
                part.report.formula(part.at(name), problem)
            self._count(part, max(error.nodes, 1 + len(source) // _CHARACTERS_PER_NODE))
            return None
        self._count(part, _size_of(formula.tree))
        return formula

    def _count(self, part: Part, nodes: int) -> None:
        self.nodes += nodes
        if self.are_too_many:
            part.report.error(
                (), "too_much_formula", _("The formulas of this configurator are too large together.")
            )


def _size_of(tree: list[object]) -> int:
    waiting: list[object] = [tree]
    found = 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            found += 1
            waiting += node
    return found
