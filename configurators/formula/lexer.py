"""From text to tokens, with a helpful word for signs that a spreadsheet or a word processor leaves behind.

A `;` anywhere makes `;` the separator and `,` a decimal comma. Without one, `,` separates and `.` makes
decimals; a digit, a comma and a digit in a row could be either and are refused.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

from django.utils.translation import gettext_lazy as _
from lark import Token

from configurators.formula.limits import MAX_DECIMALS, MAX_WHOLE_DIGITS
from configurators.formula.problems import FormulaInvalid, problem_at

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TOKENS = re.compile(
    r"""
    (?P<SPACE>[ \t\r\n\u00a0]+)
  | (?P<NUMBER>[0-9]+(?:[.,][0-9]+)*)
  | (?P<NAME>[A-Za-z_][A-Za-z0-9_]*(?:(?:\.[A-Za-z][A-Za-z0-9_]*)+(?=[ ]*\())?)  # ARRONDI.SUP(
  | (?P<TEXT>"[^"\n]*")
  | (?P<COMPARE><>|<=|>=|=(?!=)|<|>)
  | (?P<ADD>[+-])
  | (?P<MULTIPLY>[*/](?![*/]))
  | (?P<POWER>\^)
  | (?P<OPEN>\()
  | (?P<CLOSE>\))
  | (?P<SEPARATOR>[;,])
    """,
    re.VERBOSE,
)

_INSTEAD = {
    "==": "=", "!=": "<>", "≠": "<>", "≤": "<=", "≥": ">=", "×": "*", "·": "*", "÷": "/", ":": "/",
    "−": "-", "–": "-", "—": "-", "**": "^", "²": "^2", "³": "^3", "&&": "AND(…; …)", "||": "OR(…; …)",
    "&": "AND(…; …)", "|": "OR(…; …)", "!": "NOT(…)", "[": "(", "]": ")", "{": "(", "}": ")",
    "%": "/100", "€": "", "$": "", "'": '"', "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "’": '"', "‘": '"',
}  # fmt: skip


def tokens(source: str) -> Iterator[Token]:
    comma_is_decimal = ";" in source
    position = 0
    while position < len(source):
        match = _TOKENS.match(source, position)
        if match is None:
            _refuse_sign(source, position)
        kind, text, position = match.lastgroup, match.group(), match.end()
        if kind == "NUMBER":
            yield from _number_tokens(source, match.start(), text, comma_is_decimal=comma_is_decimal)
        elif kind == "SEPARATOR" and text == "," and comma_is_decimal:
            _refuse(
                source,
                match.start(),
                position,
                "mixed_separators",
                _("This formula separates values with “;”, so write “;” here too."),
            )
        elif kind == "NAME" and source[position:].lstrip().startswith("("):
            yield _token("FUNCTION", text, match.start())
        elif kind != "SPACE":
            yield _token(str(kind), text, match.start())


def _number_tokens(source: str, start: int, text: str, *, comma_is_decimal: bool) -> Iterator[Token]:
    end = start + len(text)
    if not comma_is_decimal and "," in text:
        _refuse(
            source,
            start,
            end,
            "comma_between_digits",
            _(
                "“%(text)s” can be read in two ways. Write %(decimal)s for a decimal number, or put “;” "
                "between the values of a function."
            ),
            text=text,
            decimal=text.replace(",", ".", 1),
        )
    if len(re.findall("[.,]", text)) > 1:
        _refuse(
            source,
            start,
            end,
            "thousands",
            _("Write “%(text)s” without a separator for thousands, like 1500 or 1500,50."),
            text=text,
        )
    if comma_is_decimal and _could_be_thousands(text):
        _refuse(
            source,
            start,
            end,
            "point_or_thousands",
            _("“%(text)s” can be read in two ways. Write %(decimal)s for a decimal number, or %(whole)s."),
            text=text,
            decimal=text.replace(".", ","),
            whole=text.replace(".", ""),
        )
    whole, _point, decimals = text.replace(",", ".").partition(".")
    if len(whole) > MAX_WHOLE_DIGITS or len(decimals) > MAX_DECIMALS:
        _refuse(
            source,
            start,
            end,
            "number_too_long",
            _("A number in a formula has at most %(whole)s digits and %(decimals)s decimals."),
            whole=MAX_WHOLE_DIGITS,
            decimals=MAX_DECIMALS,
        )
    yield _token("NUMBER", text, start)


def _could_be_thousands(text: str) -> bool:
    """In a text with decimal commas, 1.500 was probably meant as fifteen hundred."""
    return re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text) is not None


def _token(kind: str, text: str, start: int) -> Token:
    return Token(kind, text, start_pos=start, end_pos=start + len(text))


def _refuse_sign(source: str, position: int) -> NoReturn:
    pair = source[position : position + 2]
    sign = pair if pair in _INSTEAD else pair[0]
    end = position + len(sign)
    if sign == '"':
        _refuse(
            source, position, len(source), "open_quote", _('This text has no closing quotation mark (").')
        )
    if _INSTEAD.get(sign):
        _refuse(
            source,
            position,
            end,
            "unknown_sign",
            _("Write “%(instead)s” instead of “%(sign)s”."),
            instead=_INSTEAD[sign],
            sign=sign,
        )
    _refuse(
        source,
        position,
        end,
        "unknown_sign",
        _("“%(sign)s” has no meaning in a formula; leave it out."),
        sign=sign if sign.isprintable() else "?",
    )


def _refuse(
    source: str, start: int, end: int, code: str, text: "str | _StrPromise", /, **values: object
) -> NoReturn:
    raise FormulaInvalid((problem_at(source, start, end, code, text, **values),))
