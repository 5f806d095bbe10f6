"""What a proof found, in words of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from configurators.compiled import Compiled
from configurators.constraints import YES
from configurators.messages import number_text
from configurators.money import money
from configurators.parts import Assertion, Combinations, Group, Reference
from configurators.proving.findings import Choice, Clash, Extreme, Proof


@dataclass(frozen=True, slots=True)
class ToldClash:
    """A sentence, and what together leads to it."""

    text: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldExtreme:
    """A price with the configuration that has it; `endless` names the questions without a limit."""

    extreme: Extreme
    price: str
    choices: tuple[tuple[str, str], ...]
    endless: str


class Wording:
    """Calls questions and options by their names in `language`."""

    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled = compiled
        self.language = language

    def clashes(self, proof: Proof) -> list[ToldClash]:
        return [self.clash(clash) for clash in proof.clashes]

    def clash(self, clash: Clash) -> ToldClash:
        because = tuple(self._rule(kind, name) for kind, name in clash.rules)
        if clash.group:
            name = self._group(clash.group)
            text = _("“%(question)s” must be answered, and no answer to it is ever possible.") % {
                "question": name
            }
        elif because:
            text = _("Nothing can be ordered: these cannot all be met.")
        else:
            text = _("Nothing can be ordered: whatever is chosen, a formula has an error for its value.")
        return ToldClash(text, because)

    def unreachable(self, proof: Proof) -> list[str]:
        return [self._never(choice) for choice in proof.unreachable]

    def extreme(self, extreme: Extreme | None) -> ToldExtreme | None:
        if extreme is None:
            return None
        price = money(extreme.gross, self.compiled.currency, (get_language() or "en")[:2])
        endless = ", ".join(self._group(key) for key in extreme.endless)
        return ToldExtreme(extreme, price, tuple(self._choices(extreme.inputs)), endless)

    def _never(self, choice: Choice) -> str:
        key, option = choice
        if not option:
            return _("“%(question)s” is never asked.") % {"question": self._group(key)}
        if option == YES:
            return _("“%(question)s” can never be ticked.") % {"question": self._group(key)}
        place = Reference(key, option)
        return _("“%(option)s” can never be chosen.") % {"option": self._place(place)}

    def _rule(self, kind: str, name: str) -> str:
        if kind == "required":
            return _("“%(question)s” must be answered.") % {"question": self._group(name)}
        if kind == "available":
            text = _("The options of “%(question)s” have conditions of their own.")
            return text % {"question": self._group(name)}
        rule = next(each for each in self.compiled.constraints if each.key == name)
        if isinstance(rule, Assertion):
            return self._text(rule.reason)
        if isinstance(rule, Combinations):
            names = {"first": self._group(rule.groups[0]), "second": self._group(rule.groups[1])}
            return _("Not each option of “%(first)s” goes with each of “%(second)s”.") % names
        sides = {"first": self._place(rule.condition), "second": self._place(rule.consequence)}
        if rule.kind == "excludes":
            return _("“%(first)s” and “%(second)s” do not go together.") % sides
        return _("“%(first)s” needs “%(second)s”.") % sides

    def _choices(self, inputs: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for group in self.compiled.groups.values():
            if value := self._value(group, inputs.get(group.key)):
                yield self._group(group.key), value

    def _value(self, group: Group, value: Any) -> str:
        if value is None or value is False or value == []:
            return ""
        if value is True:
            return _("yes")
        if group.options:
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(self._text(option.own_label) for option in group.options if option.key in chosen)
        return f"{number_text(Decimal(value))} {self._text(group.unit)}".strip()

    def _place(self, place: Reference) -> str:
        group = self.compiled.groups[place.group]
        if place.option is None:
            return self._group(group.key)
        return f"{self._group(group.key)} › {self._text(group.by_option[place.option].own_label)}"

    def _group(self, key: str) -> str:
        return self._text(self.compiled.groups[key].label)

    def _text(self, texts: Any) -> str:
        return self.compiled.text(texts, self.language)
