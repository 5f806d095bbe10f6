"""Checks the constraints between choices, and that no group's visibility depends on itself."""

from django.utils.translation import gettext_lazy as _

from configurators.definition.catalogue import Catalogue
from configurators.definition.limits import MAX_CONSTRAINTS
from configurators.definition.reading import Part

Graph = dict[str, frozenset[str]]


def check_constraints(root: Part, catalogue: Catalogue) -> None:
    keys: set[str] = set()
    for part in root.parts("constraints", MAX_CONSTRAINTS):
        part.only(("key", "kind", "if", "then", "reason"))
        key = part.key()
        if key is not None and key in keys:
            part.report.error(part.at("key"), "duplicate_key", _("The key “%(key)s” is used twice."), key=key)
        keys.add(key or "")
        part.one_of("kind", ("requires", "excludes"))
        first, second = (_check_reference(part, name, catalogue) for name in ("if", "then"))
        if first is not None and first == second:
            part.report.error(part.at("then"), "same_twice", _("Both sides of this rule are the same."))
        part.text("reason", required=True)


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
    if group is None or not group.computable:
        part.report.error(part.at(name), "unknown_group", _("There is no such group."))
    elif "." in reference and option not in group.options:
        part.report.error(part.at(name), "unknown_option", _("There is no such option."))
    else:
        return reference
    return None


def check_cycles(groups: dict[str, Part], shown_by: Graph) -> None:
    cycle = find_cycle(shown_by)
    if cycle:
        group = groups[cycle[0]]
        group.report.error(
            group.at("visible_if"),
            "cycle",
            _("Whether this group is shown depends on itself: %(cycle)s."),
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
