"""Checks every formula of a definition against its groups, and keeps what each condition depends on."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MAX_FORMULA_NODES
from configurators.definition.reading import Part, echo
from configurators.formula import FormulaInvalid, Scope, compile_formula
from configurators.formula.checker import Wanted


class FormulaChecks:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.nodes = 0

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
        """The same for a text that was made of other properties; `name` is where a mistake is shown."""
        try:
            formula = compile_formula(source, self.scope, wanted)
        except FormulaInvalid as error:
            for problem in error.problems:
                part.report.formula(part.at(name), problem)
            return frozenset()
        self._count(part, formula.tree)
        return formula.uses

    def _count(self, part: Part, tree: list[object]) -> None:
        before = self.nodes
        waiting: list[object] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, list):
                self.nodes += 1
                waiting += node
        if before <= MAX_FORMULA_NODES < self.nodes:
            part.report.error(
                (), "too_much_formula", _("The formulas of this configurator are too large together.")
            )
