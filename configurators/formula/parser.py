"""From text to a tree. Total: any text gives a tree or a `FormulaInvalid` that says what to write instead."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from django.utils.translation import gettext_lazy as _
from lark import Lark, Token, Transformer, UnexpectedToken, v_args
from lark.lexer import Lexer

from configurators.formula import nodes
from configurators.formula.lexer import tokens
from configurators.formula.limits import MAX_DEPTH, MAX_NODES, MAX_SOURCE
from configurators.formula.nodes import Node
from configurators.formula.problems import FormulaInvalid, problem_at

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_OPERATORS = {"COMPARE", "ADD", "MULTIPLY", "POWER"}
_VALUES = {"NUMBER", "TEXT", "NAME", "CLOSE"}


def parse(source: str) -> Node:
    if len(source) > MAX_SOURCE:
        _refuse(
            source,
            0,
            1,
            "too_long",
            _("A formula has at most %(limit)s characters; split this one over several price lines."),
            limit=MAX_SOURCE,
        )
    _refuse_spreadsheet_start(source)
    found = list(tokens(source))
    _refuse_open_parentheses(source, found)
    try:
        tree = _PARSER.parse(found)
    except UnexpectedToken as error:
        _explain(source, found, error.token)
    except _TooDeep:
        _refuse_size(source)
    return tree  # type: ignore[return-value]


class _TooDeep(Exception):
    """The tree passed its limit of depth or nodes."""


class _Tokens(Lexer):
    """Hands Lark the tokens that lexer.py has already made."""

    def __init__(self, lexer_conf: object) -> None:
        pass

    def lex(self, data: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    def formula(self, root: Node) -> Node:
        return root

    def number(self, token: Token) -> Node:
        return _leaf(nodes.NUMBER, str(token).replace(",", "."), token)

    def text(self, token: Token) -> Node:
        return _leaf(nodes.TEXT, str(token)[1:-1], token)

    def name(self, token: Token) -> Node:
        return _leaf(nodes.NAME, str(token), token)

    def operation(self, left: Node, operator: Token, right: Node) -> Node:
        return _branch(nodes.OPERATION, str(operator), (left, right), left.start, right.end)

    def sign(self, operator: Token, operand: Node) -> Node:
        return _branch(nodes.SIGN, str(operator), (operand,), operator.start_pos or 0, operand.end)

    def call(self, name: Token, _open: Token, values: tuple[Node, ...] | None, close: Token) -> Node:
        return _branch(nodes.CALL, str(name), values or (), name.start_pos or 0, close.end_pos or 0)

    def values(self, *found: Node | Token) -> tuple[Node, ...]:
        return tuple(value for value in found if isinstance(value, Node))

    def parenthesised(self, opening: Token, inner: Node, close: Token) -> Node:
        return Node(
            inner.kind,
            inner.value,
            opening.start_pos or 0,
            close.end_pos or 0,
            inner.children,
            inner.depth,
            inner.size,
            True,
        )


_PARSER = Lark(
    Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=_Tokens,
    transformer=_Tree(),
    start="formula",
)


def _leaf(kind: str, value: str, token: Token) -> Node:
    return Node(kind, value, token.start_pos or 0, token.end_pos or 0)


def _branch(kind: str, value: str, children: tuple[Node, ...], start: int, end: int) -> Node:
    depth = 1 + max((child.depth for child in children), default=0)
    size = 1 + sum(child.size for child in children)
    if depth > MAX_DEPTH or size > MAX_NODES:
        raise _TooDeep
    return Node(kind, value, start, end, children, depth, size)


def _refuse_spreadsheet_start(source: str) -> None:
    start = len(source) - len(source.lstrip())
    if source[start : start + 1] == "=":
        _refuse(source, start, start + 1, "leading_equals", _("Leave out the “=” at the beginning."))
    if not source.strip():
        _refuse(source, 0, 1, "empty", _("Write a formula, like width * 2."))


def _refuse_open_parentheses(source: str, found: list[Token]) -> None:
    opened: list[Token] = []
    for token in found:
        if token.type == "OPEN":
            opened.append(token)
        elif token.type == "CLOSE" and not opened:
            _refuse_token(
                source, token, "extra_parenthesis", _("This closing parenthesis has no opening one.")
            )
        elif token.type == "CLOSE":
            opened.pop()
    if opened:
        _refuse_token(
            source, opened[-1], "open_parenthesis", _("A closing parenthesis “)” is missing for this one.")
        )


def _explain(source: str, found: list[Token], token: Token) -> NoReturn:
    """Say in the writer's terms why this token cannot stand here."""
    if token.type == "$END":
        _refuse(
            source,
            len(source.rstrip()),
            len(source.rstrip()) + 1,
            "stops_early",
            _("The formula stops too early: a value is missing at the end."),
        )
    index = next(number for number, other in enumerate(found) if other is token)
    before = found[index - 1] if index else None
    if before is not None and before.type in _VALUES and token.type not in _OPERATORS:
        _explain_after_value(source, token)
    if token.type == "COMPARE" and before is not None and before.type in _VALUES:
        _refuse_token(
            source,
            token,
            "chained_comparison",
            _("Compare two things at a time, like AND(100 < width; width < 600)."),
        )
    _refuse_token(
        source, token, "value_missing", _("A value is missing before “%(sign)s”."), sign=_short(token)
    )


def _explain_after_value(source: str, token: Token) -> NoReturn:
    if str(token).upper() in ("AND", "OR"):
        _refuse_token(
            source,
            token,
            "infix_logic",
            _("Write %(name)s as a function: %(name)s(first; second)."),
            name=str(token).upper(),
        )
    if token.type == "SEPARATOR":
        _refuse_token(
            source,
            token,
            "separator_outside",
            _("“%(sign)s” separates the values of a function and cannot stand outside one."),
            sign=_short(token),
        )
    _refuse_token(
        source,
        token,
        "operator_missing",
        _("Something like + or * is missing before “%(sign)s”."),
        sign=_short(token),
    )


def _short(token: Token) -> str:
    return str(token) if len(token) <= 40 else f"{token[:39]}…"


def _refuse_token(
    source: str, token: Token, code: str, text: "str | _StrPromise", /, **values: object
) -> NoReturn:
    _refuse(source, token.start_pos or 0, token.end_pos or 0, code, text, **values)


def _refuse_size(source: str) -> NoReturn:
    _refuse(
        source,
        0,
        1,
        "too_large",
        _("This formula is too large to follow; split it over several price lines."),
    )


def _refuse(
    source: str, start: int, end: int, code: str, text: "str | _StrPromise", /, **values: object
) -> NoReturn:
    raise FormulaInvalid((problem_at(source, start, end, code, text, **values),))
