"""From what a visitor sends to typed answers, or to an error beside each field.

Strict reading refuses: an unknown field, a wrong type, a number out of bounds, a missing answer. The
preview forms never refuse: what cannot be used counts as the default, and the errors stand beside, so
that the price keeps up with someone who is still typing. Whether the chosen options go together is
for `evaluation` to say.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from configurators.answer_checks import Refused, check_day, checked, required, wrong_type
from configurators.compiled import Compiled, answer_json
from configurators.contact import Contact, read_contact
from configurators.decimals import MAX_DECIMALS, MAX_WHOLE_DIGITS, canonical, decimal_as_typed
from configurators.definition.limits import CONTACT_FIELDS
from configurators.errors import Error, Errors, InvalidAnswers, error, shown_name
from configurators.formula import Answer
from configurators.parts import Group
from configurators.visibility import required_now, situation

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
_WANTED: dict[str, type] = {"multi": list, "file": list, "boolean": bool}
#: Contact details stand apart from the answers; what is calculated is nobody's to say.
_NOT_ANSWERED = frozenset({"contact", "calculated"})
_NO = frozenset({"", "off", "false", "0", "no"})


@dataclass(frozen=True, slots=True)
class TextAnswer:
    text: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What visible groups were answered.

    Free text and receipts of files stand apart: they are in no formula and in no quote.
    """

    values: Mapping[str, Answer]
    texts: Mapping[str, TextAnswer] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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


def read_form(
    compiled: Compiled,
    data: Mapping[str, list[str]],
    *,
    ignore: Collection[str] = (),
    opened: date | None = None,
) -> Answers:
    """A posted form: `dict(request.POST.lists())`. `ignore` names fields that are not answers.

    `opened` is the day on which its page was, from which a date may be counted as well as from today.
    """
    return _strict(_Reading(compiled, _from_form, ignore=ignore, complete=True, opened=opened), data)


def read_json(
    compiled: Compiled, data: object, *, ignore: Collection[str] = (), opened: date | None = None
) -> Answers:
    """An object of answers by the key of their group, as `parse_json` gives it."""
    reading = _Reading(compiled, _from_json, ignore=ignore, complete=True, opened=opened)
    return _strict(reading, _json_object(data))


def preview_form(
    compiled: Compiled,
    data: Mapping[str, list[str]],
    *,
    ignore: Collection[str] = (),
    opened: date | None = None,
) -> tuple[Answers, Errors]:
    """An unticked box is a no; anything else missing or wrong counts as its default."""
    reading = _Reading(compiled, _from_form, ignore=ignore, complete=True, lenient=True, opened=opened)
    return reading.read(data)


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
        opened: date | None = None,
    ) -> None:
        self.compiled = compiled
        self.adapter = adapter
        self.ignore = ignore
        self.complete = complete
        self.lenient = lenient
        self.opened = opened
        self.errors: Errors = {}
        self.values: dict[str, Answer] = {}
        self.texts: dict[str, TextAnswer] = {}
        #: The groups that were not answered, or with a no.
        self.missing: set[str] = set()
        self.files: dict[str, tuple[str, ...]] = {}

    def read(self, data: Mapping[str, object]) -> tuple[Answers, Errors]:
        self._refuse_unknown(data)
        for group in self.compiled.groups.values():
            if group.kind not in _NOT_ANSWERED:
                self._read_group(group, data)
        self._drop_hidden()
        self._ask_what_is_required_now()
        return Answers(self.values, self.texts, self.files), self.errors

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
            answer = checked(group, self.adapter(group, data.get(group.key)))
            if group.kind == "date" and answer is not None:
                check_day(group, str(answer), opened=self.opened)
            if answer is None or answer is False or answer == frozenset():
                self.missing.add(group.key)
            if group.key in self.missing and self.complete and group.required:
                raise required(group)
        except Refused as refused:
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
        if group.kind == "file":
            if isinstance(answer, tuple):
                self.files[group.key] = answer
        elif not group.is_written:
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
                self.files.pop(key, None)
                self.missing.discard(key)

    def _ask_what_is_required_now(self) -> None:
        """Of what depends on other answers: those have been read by now."""
        sometimes = [group for group in self.compiled.sometimes_required if group.key in self.missing]
        if not sometimes or not self.complete:
            return
        asked = required_now(self.compiled, situation(self.compiled, self.values).answers)
        for group in sometimes:
            if group.key in asked and group.key not in self.errors:
                self.errors[group.key] = [required(group).error]


# From what was sent to a plain value: text, a list of texts, yes or no, a number, or None for nothing.


def _from_form(group: Group, sent: object) -> object:
    texts = _texts(sent)
    if group.kind in ("multi", "file"):
        return [text for text in texts if text]
    if len(texts) > 1:
        raise Refused("duplicate", _("This was answered twice."))
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
        raise wrong_type()
    return texts


def _from_json(group: Group, sent: object) -> object:
    if sent is None:
        return False if group.kind == "boolean" else None
    if group.numeric:
        return _number_from_json(sent)
    if not isinstance(sent, _WANTED.get(group.kind, str)):
        raise wrong_type()
    return sent if sent != "" else None


def _yes_or_no(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _YES:
        return True
    if lowered in _NO:
        return False
    raise Refused("not_a_choice", _("This must be yes or no."))


def _number_from_text(text: str) -> Decimal | None:
    if not text.strip():
        return None
    number = decimal_as_typed(text)
    if number is None:
        raise Refused("not_a_number", _("Write a number, like %(example)s."), example=Decimal("12.5"))
    return number


def _number_from_json(sent: object) -> Decimal | None:
    if isinstance(sent, str):
        return _number_from_text(sent)
    if isinstance(sent, bool) or not isinstance(sent, (int, Decimal)):
        raise wrong_type()
    number = (
        Decimal(sent) if isinstance(sent, Decimal) or abs(sent) < 10**MAX_WHOLE_DIGITS else Decimal("NaN")
    )
    if not number.is_finite() or not -MAX_DECIMALS - 1 < number.adjusted() < MAX_WHOLE_DIGITS:
        if number != 0:
            raise Refused("not_a_number", _("Write a number, like %(example)s."), example=Decimal("12.5"))
        return _ZERO
    return _number_from_text(canonical(number))


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
