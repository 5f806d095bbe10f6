"""The catalogue of what is put on record, compared with the calls in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils.functional import Promise
from django.utils.translation import override

from audit import catalogue, words
from audit.catalogue import words_of
from privacy.models.requests import Stage

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts", "audit", "billing", "config", "configurators", "delivery", "leads", "organisations", "privacy",
    "tenancy",
)  # fmt: skip
RECORDERS = {"record", "record_platform"}
Emitted = tuple[str, bool]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the apps, by its dotted name."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text())
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


def calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    called = call.func
    return (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )


def aliases(tree: ast.Module) -> set[str]:
    """What the two recorders are called in a module."""
    found = set(RECORDERS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "audit.events":
            found |= {each.asname for each in node.names if each.asname and each.name in RECORDERS}
    return found


def texts(node: ast.expr | None) -> list[str]:
    """The names that an argument can be: a text, or one of two."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def parted(node: ast.expr | None) -> tuple[str, ast.expr | None]:
    """f"request.{what}" as its beginning and what follows; anything else as it is."""
    if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
        first, then = node.values
        if isinstance(first, ast.Constant) and isinstance(then, ast.FormattedValue):
            return str(first.value), then.value
    return "", node


def is_evidence(call: ast.Call) -> bool:
    return any(
        word.arg == "evidence" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


def argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    for word in call.keywords:
        if word.arg == name:
            return word.value
    return call.args[place] if len(call.args) > place else None


#: A function that passes an action on: which parameter, at which place, what stands before it, the class.
Passing = tuple[str, int, str, bool]


def passing_in(tree: ast.Module) -> dict[str, Passing]:
    """The functions of a module that hand one of their parameters to a recorder."""
    known, found = aliases(tree), dict[str, Passing]()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        parameters = [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]
        for call in calls_in(function):
            prefix, given = parted(argument(call, "action", 0)) if name_of(call) in known else ("", None)
            if isinstance(given, ast.Name) and given.id in parameters:
                found[function.name] = (given.id, parameters.index(given.id), prefix, is_evidence(call))
    return found


@cache
def passing_of(module: str) -> dict[str, Passing]:
    return passing_in(modules()[module]) if module in modules() else {}


def imported_into(tree: ast.Module) -> dict[str, Passing]:
    """The same of other modules, as far as this one imports them."""
    return {
        each.asname or each.name: passing_of(node.module)[each.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for each in node.names
        if each.name in passing_of(node.module)
    }


def emitted_in(tree: ast.Module) -> Iterator[Emitted]:
    """Actions named in a call, or handed to a function that passes them on."""
    known, passing = aliases(tree), imported_into(tree) | passing_in(tree)
    for call in calls_in(tree):
        if name_of(call) in known:
            yield from ((text, is_evidence(call)) for text in texts(argument(call, "action", 0)))
        if name_of(call) in passing:
            parameter, place, prefix, evidence = passing[name_of(call)]
            yield from ((prefix + text, evidence) for text in texts(argument(call, parameter, place)))
    yield from _by_variable(tree, known)


def _by_variable(tree: ast.Module, known: set[str]) -> Iterator[Emitted]:
    """An action that is first put into a variable of the same function, or is a constant of the module."""
    constants = {
        target.id: texts(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in calls_in(function):
            given = argument(call, "action", 0) if name_of(call) in known else None
            if isinstance(given, ast.Name):
                yield from ((text, is_evidence(call)) for text in constants.get(given.id, []))
                for node in ast.walk(function):
                    if isinstance(node, ast.Assign) and given.id in {
                        target.id for target in node.targets if isinstance(target, ast.Name)
                    }:
                        yield from ((text, is_evidence(call)) for text in texts(node.value))


def emitted() -> set[Emitted]:
    return {
        (action, evidence)
        for tree in modules().values()
        for action, evidence in emitted_in(tree)
        if "." in action
    }


def families() -> set[Emitted]:
    """Beginnings of names whose ends are states that the code moves through: f"organisation.{to}"."""
    found = set()
    for tree in modules().values():
        known = aliases(tree)
        for call in calls_in(tree):
            prefix, _then = parted(argument(call, "action", 0)) if name_of(call) in known else ("", None)
            if prefix:
                found.add((prefix, is_evidence(call)))
    return found


#: What the states are of the families that have them.
STATES = {
    "organisation.": {"active", "deactivated", "purging"},
    "request.": {str(stage) for stage in Stage if stage.is_end},
}


def states() -> set[Emitted]:
    return {(prefix + end, kept) for prefix, kept in families() for end in STATES.get(prefix, set())}


@pytest.mark.promise("H5", "H44")
def test_what_is_recorded_is_what_the_catalogue_lists() -> None:
    """A new action goes into audit/catalogue.py with its class and its words, in the same commit."""
    listed = {(name, action.evidence) for name, action in catalogue.ACTIONS.items()}

    recorded = emitted() | states()
    assert sorted(recorded - listed) == [], "recorded, but not listed so in audit/catalogue.py"
    assert sorted(listed - recorded) == [], "listed in audit/catalogue.py, but recorded nowhere so"


def test_the_comparison_sees_a_call() -> None:
    tree = ast.parse(
        "from audit.events import record as note\n"
        "def one(action, *, by):\n    note(action, actor_id=by, evidence=True)\n"
        "def two():\n    one('a.b', by=1)\n    note('c.d', actor_id=None)\n"
        "    name = 'e.f' if x else 'g.h'\n    record(name, actor_id=None)\n"
        "READ = 'i.j'\ndef three():\n    note(READ, actor_id=None)\n"
    )

    assert set(emitted_in(tree)) == {
        ("a.b", True),
        ("c.d", False),
        ("e.f", False),
        ("g.h", False),
        ("i.j", False),
    }


def literals(argument_name: str) -> set[str]:
    """The keys that stand in this argument where an organisation's record is added to, or the texts themselves."""
    found = set[str]()
    for tree in modules().values():
        known = aliases(tree) - {"record_platform"}
        for call in calls_in(tree):
            given = argument(call, argument_name, 9) if name_of(call) in known else None
            keys = given.keys if isinstance(given, ast.Dict) else [given]
            found |= {text for key in keys for text in texts(key)}
    return found


@pytest.mark.parametrize(("name", "known"), [("detail", words.DETAILS), ("kind", words.KINDS)])
def test_what_organisations_read_has_a_name(name: str, known: dict[str, Promise]) -> None:
    found = literals(name)

    assert found
    assert sorted(found - set(known)) == []


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_every_action_has_words(language: str) -> None:
    with override(language):
        assert all(
            str(action.words) and "." not in str(action.words) for action in catalogue.ACTIONS.values()
        )


def test_an_unknown_action_shows_its_name() -> None:
    assert words_of("something.else") == "something.else"


def test_the_catalogue_is_in_the_order_of_the_alphabet() -> None:
    assert list(catalogue.ACTIONS) == sorted(catalogue.ACTIONS)
