"""From what a visitor sends to typed answers, or to an error beside each field.

Strict reading refuses: an unknown field, a wrong type, a number out of bounds, a missing answer. The
preview forms never refuse: what cannot be used counts as the default, and the errors stand beside, so
that the price keeps up with someone who is still typing. Whether the chosen options go together is
for `evaluation` to say.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from configurators.compiled import Compiled, answer_json
from configurators.contact import Contact, read_contact
from configurators.decimals import MAX_DECIMALS, MAX_WHOLE_DIGITS, canonical, decimal_as_typed
from configurators.definition.limits import CONTACT_FIELDS
from configurators.definition.sanity import has_forbidden_characters
from configurators.errors import Error, Errors, InvalidAnswers, error, shown_name
from configurators.formula import Answer
from configurators.formula.arithmetic import is_multiple, subtract
from configurators.parts import Group
from configurators.visibility import situation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

__all__ = [
    "Answers",
    "Contact",
    "Error",
    "Errors",
    "InvalidAnswers",
    "TextAnswer",
    "initial_answers",
    "parse_json",
    "preview_form",
    "preview_json",
    "read_contact",
    "read_form",
    "read_json",
]

_ZERO = Decimal(0)
_MAX_UNKNOWN = 20
_YES = frozenset({"on", "true", "1", "yes"})
_WANTED: dict[str, type] = {"multi": list, "boolean": bool}
#: Contact details stand apart from the answers; what is calculated is nobody's to say.
_NOT_ANSWERED = frozenset({"contact", "calculated"})
_NO = frozenset({"", "off", "false", "0", "no"})


@dataclass(frozen=True, slots=True)
class TextAnswer:
    text: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What visible groups were answered. Free text stands apart: it is in no formula and in no quote."""

    values: Mapping[str, Answer]
    texts: Mapping[str, TextAnswer] = field(default_factory=dict)

    def to_json(self) -> dict[str, str | bool | list[str] | None]:
        """The enumerated and numeric answers, canonical: what a quote keeps."""
        return {key: answer_json(self.values[key]) for key in sorted(self.values)}

    @classmethod
    def from_json(cls, compiled: Compiled, inputs: object) -> "Answers":
        """The answers of a stored quote; raises `InvalidAnswers` when they do not fit this version."""
        found, errors = _Reading(compiled, _from_json).read(_json_object(inputs))
        if errors:
            raise InvalidAnswers(errors)
        return found


def read_form(compiled: Compiled, data: Mapping[str, list[str]], *, ignore: Collection[str] = ()) -> Answers:
    """A posted form: `dict(request.POST.lists())`. `ignore` names fields that are not answers."""
    return _strict(_Reading(compiled, _from_form, ignore=ignore, complete=True), data)


def read_json(compiled: Compiled, data: object, *, ignore: Collection[str] = ()) -> Answers:
    """An object of answers by the key of their group, as `parse_json` gives it."""
    return _strict(_Reading(compiled, _from_json, ignore=ignore, complete=True), _json_object(data))


def preview_form(
    compiled: Compiled, data: Mapping[str, list[str]], *, ignore: Collection[str] = ()
) -> tuple[Answers, Errors]:
    """An unticked box is a no; anything else missing or wrong counts as its default."""
    return _Reading(compiled, _from_form, ignore=ignore, complete=True, lenient=True).read(data)


def preview_json(compiled: Compiled, data: object, *, ignore: Collection[str] = ()) -> tuple[Answers, Errors]:
    try:
        answers = _json_object(data)
    except InvalidAnswers as invalid:
        return initial_answers(compiled), invalid.errors
    return _Reading(compiled, _from_json, ignore=ignore, complete=True, lenient=True).read(answers)


def initial_answers(compiled: Compiled) -> Answers:
    """What a page shows before anyone touched it: the defaults."""
    return _Reading(compiled, _from_json, lenient=True).read({})[0]


def parse_json(body: bytes | str) -> object:
    """Strict JSON: no duplicate keys, no NaN, decimals exact. The size of `body` is the caller's to limit."""
    try:
        return _strict_json(body if isinstance(body, str) else body.decode())
    except (ValueError, ArithmeticError, RecursionError):
        raise InvalidAnswers({"": [error("malformed", _("This is not valid JSON."))]}) from None


class _Refused(Exception):
    def __init__(self, code: str, text: "str | _StrPromise", /, **values: object) -> None:
        super().__init__(code)
        self.error = error(code, text, **values)


Adapter = Callable[[Group, object], object]


def _strict(reading: "_Reading", data: Mapping[str, object]) -> Answers:
    answers, errors = reading.read(data)
    if errors:
        raise InvalidAnswers(errors)
    return answers


class _Reading:
    """`complete` asks for what is required; `lenient` puts defaults where an answer cannot be used."""

    def __init__(
        self,
        compiled: Compiled,
        adapter: Adapter,
        *,
        ignore: Collection[str] = (),
        complete: bool = False,
        lenient: bool = False,
    ) -> None:
        self.compiled = compiled
        self.adapter = adapter
        self.ignore = ignore
        self.complete = complete
        self.lenient = lenient
        self.errors: Errors = {}
        self.values: dict[str, Answer] = {}
        self.texts: dict[str, TextAnswer] = {}

    def read(self, data: Mapping[str, object]) -> tuple[Answers, Errors]:
        self._refuse_unknown(data)
        for group in self.compiled.groups.values():
            if group.kind not in _NOT_ANSWERED:
                self._read_group(group, data)
        self._drop_hidden()
        return Answers(self.values, self.texts), self.errors

    def _refuse_unknown(self, data: Mapping[str, object]) -> None:
        contact = CONTACT_FIELDS if self.compiled.contact else ()
        for name in data:
            known = self.compiled.groups.get(name)
            if (known and known.kind not in _NOT_ANSWERED) or name in contact or name in self.ignore:
                continue
            shown = shown_name(name)
            self.errors[shown] = [error("unknown", _("This form has no field “%(name)s”."), name=shown)]
            if len(self.errors) == _MAX_UNKNOWN:
                return

    def _read_group(self, group: Group, data: Mapping[str, object]) -> None:
        try:
            answer = _checked(group, self.adapter(group, data.get(group.key)))
            missing = answer is None or answer == frozenset() or (answer is False and group.required)
            if missing and self.complete and group.required:
                raise _required(group)
        except _Refused as refused:
            self.errors[group.key] = [refused.error]
            answer = None
        if self.lenient and self._falls_back(group, answer, data):
            answer = group.default
        self._keep(group, answer)

    def _falls_back(self, group: Group, answer: object, data: Mapping[str, object]) -> bool:
        """A box that a form leaves out is unticked; a key that JSON leaves out is not answered yet."""
        if self.adapter is _from_form and group.kind in ("multi", "boolean"):
            return group.key in self.errors and answer is None
        return answer is None or group.key not in data

    def _keep(self, group: Group, answer: object) -> None:
        if group.kind != "text":
            if isinstance(answer, (str, bool, Decimal, frozenset)):
                self.values[group.key] = answer
        elif isinstance(answer, str):
            self.texts[group.key] = TextAnswer(answer, group.personal)

    def _drop_hidden(self) -> None:
        """A form without scripts posts everything: what a hidden group holds is no answer and no error."""
        if not self.compiled.conditional:
            return
        visible = situation(self.compiled, self.values).visible
        for key, shown in visible.items():
            if not shown:
                self.errors.pop(key, None)
                self.values.pop(key, None)
                self.texts.pop(key, None)


# From what was sent to a plain value: text, a list of texts, yes or no, a number, or None for nothing.


def _from_form(group: Group, sent: object) -> object:
    texts = _texts(sent)
    if group.kind == "multi":
        return [text for text in texts if text]
    if len(texts) > 1:
        raise _Refused("duplicate", _("This was answered twice."))
    text = texts[0] if texts else ""
    if group.kind == "boolean":
        return _yes_or_no(text)
    if group.numeric:
        return _number_from_text(text)
    return text or None


def _texts(sent: object) -> list[str]:
    sent = [] if sent is None else sent
    listed: list[object] = sent if isinstance(sent, list) else [sent]
    texts = [text for text in listed if isinstance(text, str)]
    if len(texts) != len(listed):
        raise _wrong_type()
    return texts


def _from_json(group: Group, sent: object) -> object:
    if sent is None:
        return False if group.kind == "boolean" else None
    if group.numeric:
        return _number_from_json(sent)
    if not isinstance(sent, _WANTED.get(group.kind, str)):
        raise _wrong_type()
    return sent if sent != "" else None


def _yes_or_no(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _YES:
        return True
    if lowered in _NO:
        return False
    raise _Refused("not_a_choice", _("This must be yes or no."))


def _number_from_text(text: str) -> Decimal | None:
    if not text.strip():
        return None
    number = decimal_as_typed(text)
    if number is None:
        raise _Refused("not_a_number", _("Write a number, like %(example)s."), example=Decimal("12.5"))
    return number


def _number_from_json(sent: object) -> Decimal | None:
    if isinstance(sent, str):
        return _number_from_text(sent)
    if isinstance(sent, bool) or not isinstance(sent, (int, Decimal)):
        raise _wrong_type()
    number = (
        Decimal(sent) if isinstance(sent, Decimal) or abs(sent) < 10**MAX_WHOLE_DIGITS else Decimal("NaN")
    )
    if not number.is_finite() or not -MAX_DECIMALS - 1 < number.adjusted() < MAX_WHOLE_DIGITS:
        if number != 0:
            raise _Refused("not_a_number", _("Write a number, like %(example)s."), example=Decimal("12.5"))
        return _ZERO
    return _number_from_text(canonical(number))


# From a plain value to an answer.


def _checked(group: Group, value: object) -> object:
    if group.kind == "multi":
        return _chosen(group, value)
    if value is None:
        return None
    if group.kind == "single":
        return _option(group, value)
    if group.kind == "text":
        return _checked_text(group, str(value))
    if group.numeric and isinstance(value, Decimal):
        return _checked_number(group, value)
    return value


def _option(group: Group, value: object) -> str:
    if not isinstance(value, str) or value not in group.by_option:
        raise _Refused("not_an_option", _("Choose one of the options."))
    return value


def _chosen(group: Group, value: object) -> frozenset[str]:
    options = [_option(group, item) for item in (value if isinstance(value, list) else [])]
    chosen = frozenset(options)
    if len(chosen) != len(options):
        raise _Refused("duplicate", _("An option stands here twice."))
    if chosen and group.min_choices and len(chosen) < group.min_choices:
        raise _Refused("too_few", _("Choose at least %(least)s options."), least=group.min_choices)
    if group.max_choices and len(chosen) > group.max_choices:
        raise _Refused("too_many", _("Choose at most %(most)s options."), most=group.max_choices)
    return chosen


def _checked_number(group: Group, number: Decimal) -> Decimal:
    least, most = group.least, group.most
    if (least is not None and number < least) or (most is not None and number > most):
        raise _out_of_bounds(least, most)
    if group.kind == "quantity" and number != number.to_integral_value():
        raise _Refused("not_whole", _("Write a whole number."))
    if group.interval and not is_multiple(subtract(number, least or _ZERO), group.interval):
        raise _Refused(
            "off_step",
            _("Choose a number in steps of %(step)s, starting from %(least)s."),
            step=group.interval,
            least=least or _ZERO,
        )
    return number


def _out_of_bounds(least: Decimal | None, most: Decimal | None) -> _Refused:
    if most is None:
        return _Refused("out_of_bounds", _("Choose a number of at least %(least)s."), least=least)
    if least is None:
        return _Refused("out_of_bounds", _("Choose a number of at most %(most)s."), most=most)
    return _Refused("out_of_bounds", _("Choose a number from %(least)s to %(most)s."), least=least, most=most)


def _checked_text(group: Group, text: str) -> str | None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_forbidden_characters(text, "\n\t" if group.multiline else ""):
        raise _Refused("characters", _("This holds characters that cannot be used here."))
    if len(text) > group.max_length:
        raise _Refused("too_long", _("Write at most %(most)s characters."), most=group.max_length)
    return text or None


def _required(group: Group) -> _Refused:
    if group.kind == "multi":
        return _Refused("required", _("Choose at least one option."))
    if group.kind == "single":
        return _Refused("required", _("Choose an option."))
    if group.kind == "boolean":
        return _Refused("required", _("Tick this box to go on."))
    if group.numeric:
        return _Refused("required", _("Fill in a number."))
    return _Refused("required", _("Fill in this field."))


def _wrong_type() -> _Refused:
    return _Refused("wrong_type", _("This answer is not of the right kind."))


# JSON


def _json_object(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise InvalidAnswers({"": [error("wrong_type", _("Send an object with an answer for each field."))]})
    return data


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1) if len(names) < 500 else ""
        raise InvalidAnswers({shown_name(twice): [error("duplicate", _("This was answered twice."))]})
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


_strict_json = json.JSONDecoder(
    object_pairs_hook=_unique_keys, parse_float=Decimal, parse_constant=_refuse_constant
).decode
