"""Try a formula: its value and how it came to that, or the tree that both interpreters run."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from configurators.decimals import MAX_DECIMALS, MAX_WHOLE_DIGITS, canonical, decimal_as_typed
from configurators.formula import Answer, Explanation, FormulaInvalid, GroupType, Scope, Value, explain
from configurators.formula.nodes import TEXT, Node
from configurators.formula.parser import parse

_LANGUAGES = ("en", "nl", "fr")


class Command(BaseCommand):
    help = "Print the value of a formula and how it came to that."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("formula", metavar="FORMULA")
        parser.add_argument(
            "--inputs", default="{}", type=_inputs, metavar="JSON",
            help='a number, true or false, "option", ["option", …] or null: {"width": "2500"}',
        )  # fmt: skip
        parser.add_argument("--compiled", action="store_true", help="print the tree, as JSON")
        parser.add_argument("--language", default="en", choices=_LANGUAGES, help="of what is refused")

    def handle(self, *args: Any, **options: Any) -> None:
        source, answers = options["formula"], options["inputs"]
        with override(options["language"]):
            found = _explained(source, answers)
        if options["compiled"]:
            self.stdout.write(json.dumps(found.tree, ensure_ascii=False))
            return
        self.stdout.write(_written(found.value))
        for step in found.steps:
            self.stdout.write(f"  {step.text} = {_written(step.value)}")


class _Number(str):
    """A number as JSON has it, digit by digit."""


def _inputs(text: str) -> dict[str, Answer]:
    try:
        given = json.loads(text, parse_float=_Number, parse_int=_Number)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise ArgumentTypeError('it is one JSON object, like {"width": "2500"}')
    return {key.lower(): _answer(key, value) for key, value in given.items()}


def _answer(key: str, value: object) -> Answer:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _typed(key, value)
    if isinstance(value, list) and all(isinstance(option, str) for option in value):
        return frozenset(value)
    raise ArgumentTypeError(f"{key} is a number, true or false, an option, a list of options, or null")


def _typed(key: str, text: str) -> Answer:
    number = decimal_as_typed(text)
    if number is None and (isinstance(text, _Number) or not text.strip("+-.,0123456789 ")):
        raise ArgumentTypeError(
            f"{key} is a number of at most {MAX_WHOLE_DIGITS} digits and {MAX_DECIMALS} decimals"
        )
    return text if number is None else number


def _explained(source: str, answers: dict[str, Answer]) -> Explanation:
    """Of a number or of a condition, whichever it is."""
    try:
        scope = _scope(answers, _texts(parse(source)))
        try:
            return explain(source, scope, answers, "number")
        except FormulaInvalid as refused:
            if {problem.code for problem in refused.problems} != {"number_wanted"}:
                raise
            return explain(source, scope, answers, "boolean")
    except FormulaInvalid as refused:
        raise CommandError("\n".join(_refusal(refused))) from None


def _refusal(refused: FormulaInvalid) -> list[str]:
    return [f"{problem.line}:{problem.column} {problem.message}" for problem in refused.problems]


def _texts(node: Node) -> tuple[str, ...]:
    """The options that a formula names: nothing else here knows which there are."""
    own = (node.value,) if node.kind == TEXT else ()
    return own + tuple(text for child in node.children for text in _texts(child))


def _scope(answers: dict[str, Answer], named: tuple[str, ...]) -> Scope:
    return Scope({key: _kind(answer, named) for key, answer in answers.items()})


def _kind(answer: Answer, named: tuple[str, ...]) -> GroupType:
    """An answer that is not there counts as a number that is not there."""
    if isinstance(answer, bool):
        return GroupType("boolean")
    if isinstance(answer, frozenset):
        return GroupType("set", tuple(dict.fromkeys((*named, *sorted(answer)))))
    if isinstance(answer, str):
        return GroupType("choice", tuple(dict.fromkeys((*named, answer))))
    return GroupType("number")


def _written(value: Value) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return str(value).upper()
