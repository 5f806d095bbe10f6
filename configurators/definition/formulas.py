"""Checks every formula of a definition against its groups, and keeps what each condition depends on."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.limits import MAX_FORMULA_NODES
from configurators.definition.reading import Part, echo
from configurators.formula import FormulaInvalid, Scope, compile_formula
from configurators.formula.checker import Wanted

#: What a text costs that is no formula at all.
_CHARACTERS_PER_NODE = 5


class FormulaChecks:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        #: Of all formulas together, those of each item too, and of those that turn out to be wrong.
        self.nodes = 0

    @property
    def are_too_many(self) -> bool:
        """That was told once; from then on no formula is looked at."""
        return self.nodes > MAX_FORMULA_NODES

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
        if self.are_too_many:
            return frozenset()
        try:
            formula = compile_formula(source, self.scope, wanted)
        except FormulaInvalid as error:
            for problem in error.problems:
                part.report.formula(part.at(name), problem)
            self._count(part, max(error.nodes, 1 + len(source) // _CHARACTERS_PER_NODE))
            return frozenset()
        self._count(part, _size_of(formula.tree))
        return formula.uses

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
