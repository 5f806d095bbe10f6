"""Checks the constraints between choices, and that no group depends on itself."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import Catalogue
from configurators.definition.formulas import FormulaChecks
from configurators.definition.limits import MAX_CONSTRAINTS, MAX_PAIRS
from configurators.definition.reading import Part
from configurators.formula import items_named

Graph = dict[str, frozenset[str]]

_EVERY = ("key", "kind", "reason")
_PROPERTIES = {
    "requires": (*_EVERY, "if", "then"),
    "excludes": (*_EVERY, "if", "then"),
    "combinations": (*_EVERY, "of", "pairs"),
    "assertion": (*_EVERY, "that", "severity"),
}
SEVERITIES = ("error", "warning")


def check_constraints(root: Part, catalogue: Catalogue, formulas: FormulaChecks) -> None:
    keys: set[str] = set()
    for part in root.parts("constraints", MAX_CONSTRAINTS):
        key = part.key()
        if key is not None and key in keys:
            part.report.error(part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key)
        keys.add(key or "")
        part.text("reason", required=True)
        kind = part.one_of("kind", _PROPERTIES)
        if kind is None:
            continue
        part.only(_PROPERTIES[kind])
        if kind == "assertion":
            part.one_of("severity", SEVERITIES)
            _check_assertion(part, formulas)
        elif kind == "combinations":
            _check_combinations(part, catalogue)
        else:
            _check_two_sides(part, catalogue)


def _check_two_sides(part: Part, catalogue: Catalogue) -> None:
    first, second = (_check_reference(part, name, catalogue) for name in ("if", "then"))
    if first is not None and first == second:
        part.report.error(part.at("then"), "same_twice", _("Both sides of this rule are the same."))
    elif first is not None and second is not None:
        _check_items(part, "then", [_repeat_of(catalogue, side) for side in (first, second)])


def _repeat_of(catalogue: Catalogue, reference: str) -> str:
    return catalogue[reference.partition(".")[0]].repeat


def _check_items(part: Part, name: str, repeats: list[str]) -> None:
    """A rule about items holds in each of them: two kinds of items have no common one."""
    first, second = repeats
    if first and second and first != second:
        text = _(
            "The two sides are asked in items of different kinds, which have nothing to do with each other."
        )
        part.report.error(part.at(name), "other_items", text)
    elif part.value.get("kind") == "requires" and second and not first:
        text = _("What is asked once can require nothing of each item; say it as a condition with COUNT.")
        part.report.error(part.at(name), "each_item_required", text)


def _check_assertion(part: Part, formulas: FormulaChecks) -> None:
    told = len(part.report.problems)
    source = part.value.get("that")
    repeats = items_named(source, formulas.scope) if isinstance(source, str) else frozenset()
    if len(repeats) > 1:
        text = _("A condition looks at items of one kind; go over the others with COUNT or SUM.")
        part.report.error(part.at("that"), "other_items", text)
        return
    uses = formulas.check_in_items(part, "that", "boolean", next(iter(repeats), ""))
    if not uses and len(part.report.problems) == told and not formulas.are_too_many:
        text = _("This looks at none of the answers.")
        part.report.error(part.at("that"), "reads_nothing", text)


def _check_combinations(part: Part, catalogue: Catalogue) -> None:
    of = part.value.get("of")
    if not isinstance(of, list) or len(of) != 2:
        part.missing("of")
        return
    for index, key in enumerate(of):
        if not isinstance(key, str) or key not in catalogue or catalogue[key].kind != "single":
            part.report.error(part.at("of", index), "not_single", _("This must be a single choice."))
            return
    if of[0] == of[1]:
        part.report.error(part.at("of", 1), "same_twice", _("Both sides of this rule are the same."))
        return
    _check_items(part, "of", [catalogue[key].repeat for key in of])
    _check_pairs(part, [catalogue[key].options for key in of])


def _check_pairs(part: Part, options: list[tuple[str, ...]]) -> None:
    pairs = part.value.get("pairs")
    if not isinstance(pairs, list) or not pairs:
        part.report.error(part.at("pairs"), "no_pairs", _("Say which combinations are possible."))
        return
    if len(pairs) > MAX_PAIRS:
        text = _("There may be at most %(most)s here.")
        part.report.error(part.at("pairs"), "too_many", text, most=MAX_PAIRS)
        return
    for index, pair in enumerate(pairs):
        if not isinstance(pair, list) or len(pair) != 2:
            part.report.error(part.at("pairs", index), "wrong_type", _("This is not of the right kind."))
        elif pair[0] not in options[0] or pair[1] not in options[1]:
            part.report.error(part.at("pairs", index), "unknown_option", _("There is no such option."))


def _check_reference(part: Part, name: str, catalogue: Catalogue) -> str | None:
    reference = part.value.get(name)
    if reference is None or reference == "":
        part.missing(name)
        return None
    if not isinstance(reference, str):
        part.wrong_type(name)
        return None
    group_key, _dot, option = reference.partition(".")
    group = catalogue.get(group_key)
    if group is None or not group.computable or group.kind == "calculated":
        part.report.error(part.at(name), "unknown_group", _("There is no such group."))
    elif "." in reference and option not in group.options:
        part.report.error(part.at(name), "unknown_option", _("There is no such option."))
    else:
        return reference
    return None


def check_cycles(groups: dict[str, Part], depends_on: Graph) -> None:
    cycle = find_cycle(depends_on)
    if cycle:
        group = groups[cycle[0]]
        is_calculated = group.value.get("kind") == "calculated"
        shown = _("Whether this group is shown depends on itself: %(cycle)s.")
        calculated = _("What is calculated here depends on itself: %(cycle)s.")
        group.report.error(
            group.at("formula" if is_calculated else "visible_if"),
            "cycle",
            calculated if is_calculated else shown,
            cycle=" → ".join(cycle),
        )


def find_cycle(graph: Graph) -> list[str] | None:
    """The keys around one cycle, the first repeated at the end. Walks without recursion."""
    done: set[str] = set()
    for start in graph:
        cycle = _cycle_from(start, graph, done)
        if cycle:
            return cycle
    return None


def order_by_dependency(graph: Graph) -> list[str]:
    """Every key after those it depends on; the graph has no cycle."""
    ordered: dict[str, None] = {}
    for start in graph:
        stack = [start]
        while stack:
            key = stack[-1]
            waiting = [
                other for other in sorted(graph.get(key, ())) if other not in ordered and other in graph
            ]
            if waiting:
                stack.append(waiting[0])
            else:
                ordered.setdefault(key)
                stack.pop()
    return list(ordered)


def _cycle_from(start: str, graph: Graph, done: set[str]) -> list[str] | None:
    path: list[str] = []
    on_path: set[str] = set()
    stack: list[tuple[str, bool]] = [(start, True)]
    while stack:
        key, entering = stack.pop()
        if not entering:
            path.pop()
            on_path.discard(key)
            done.add(key)
        elif key in on_path:
            return [*path[path.index(key) :], key]
        elif key not in done:
            path.append(key)
            on_path.add(key)
            stack.append((key, False))
            stack += [(other, True) for other in sorted(graph.get(key, ()), reverse=True)]
    return None
