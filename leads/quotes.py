"""A lead's stored quote, read back for people, and recomputed on the version it was made with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.templatetags import looks
from configurators.answers import Answers, InvalidAnswers
from configurators.compiled import Compiled
from configurators.dates import written_in_words
from configurators.drawings import render
from configurators.evaluation import evaluate, quote_json
from configurators.indications import indication, tells_prices
from configurators.models import ConfiguratorVersion
from configurators.parts import Group
from leads.models import Lead
from leads.signatures import Standing, standing


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One priced line in words; ``detail`` says how the amount came about."""

    label: str
    detail: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Recheck:
    """Whether the stored quote still comes out of its own version, to the cent, and is as it was signed."""

    matches: bool
    signature: Standing


class Quote:
    """What somebody asked for and what it costs, as stored; labels in that person's language.

    Nothing is computed before it is asked for, so a list of leads costs no compiled version.
    """

    def __init__(self, stored: dict[str, Any], *, language: str, compiled: Callable[[], Compiled]) -> None:
        self.stored = stored
        self.language = language
        self._compiled = compiled

    @classmethod
    def of(cls, lead: Lead) -> "Quote":
        return cls(
            lead.quote, language=lead.language, compiled=lambda: Compiled.from_json(lead.version.compiled)
        )

    @property
    def currency(self) -> str:
        return self.stored["currency"]

    @property
    def net(self) -> Decimal | None:
        return _amount(self.stored["net"])

    @property
    def vat(self) -> Decimal | None:
        return _amount(self.stored["vat"])

    @property
    def gross(self) -> Decimal | None:
        return _amount(self.stored["gross"])

    @property
    def is_price_shown(self) -> bool:
        """Whether who asked for it may read what it costs."""
        return self.gross is not None and tells_prices(self.compiled)

    @property
    def indication(self) -> str:
        """About what it costs, in the current language, where that is all that they may read; else ''."""
        if self.gross is None:
            return ""
        return indication(self.compiled, self.gross, (get_language() or "en")[:2])

    @property
    def title(self) -> str:
        return self.compiled.text(self.compiled.title, self.language)

    @property
    def lines(self) -> list[QuoteLine]:
        return [
            QuoteLine(line["label"], _line_detail(line, self.currency), Decimal(line["amount"]))
            for line in self.stored["lines"]
        ]

    @cached_property
    def compiled(self) -> Compiled:
        return self._compiled()

    @property
    def choices(self) -> list[Choice]:
        """The enumerated and numeric answers, in the order of the form."""
        inputs = self.stored["inputs"] | self.stored.get("calculated", {})
        found = []
        for group in self.compiled.groups.values():
            value = self._in_words(group, inputs.get(group.key))
            if value:
                found.append(Choice(self.compiled.text(group.label, self.language), value))
        return found

    def answers(self, given: Mapping[str, str], *, for_programs: bool = False) -> list[Choice]:
        """The written answers, with the questions they belong to; people read dates in words."""
        found = []
        for group in self.compiled.groups.values():
            if group.key in given:
                value = given[group.key]
                if group.kind == "date" and not for_programs:
                    value = written_in_words(value)
                found.append(Choice(self.compiled.text(group.label, self.language), value))
        return found

    @property
    def drawing(self) -> SafeString | None:
        """The picture of the configuration: our own SVG, made from numbers and option keys only."""
        if not self.compiled.drawing:
            return None
        picture = render(self.compiled.drawing, self._answers().values)
        return mark_safe(picture) if picture else None  # noqa: S308  our own markup

    def _answers(self) -> Answers:
        return Answers.from_json(self.compiled, self.stored["inputs"])

    def _in_words(self, group: Group, value: Any) -> str:
        text = self.compiled.text
        if value is None or value == []:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else ""
        if group.options:
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(text(o.own_label, self.language) for o in group.options if o.key in chosen)
        unit = text(group.unit, self.language)
        return f"{value} {unit}".strip()


#: What the oldest stored quotes do not say yet.
_ADDED = frozenset({"schema"})


@lru_cache(maxsize=64)
def compiled_version(version_id: UUID) -> Compiled:
    """A version, compiled; versions never change, and few are in use at a time."""
    return Compiled.from_json(
        ConfiguratorVersion.objects.values_list("compiled", flat=True).get(pk=version_id)
    )


def recheck(lead: Lead) -> Recheck:
    """Evaluate the stored inputs again on the pinned version and compare, and look at the signature."""
    return Recheck(matches=comes_out_again(lead), signature=standing(lead))


def comes_out_again(lead: Lead) -> bool:
    """Whether the stored inputs make the stored quote on its own version."""
    try:
        compiled = Quote.of(lead).compiled
    except ValueError:  # of an engine that this program does not have
        return False
    again = reckoned(compiled, lead.quote.get("inputs"), language=lead.language)
    return again is not None and lead.quote == {
        name: value for name, value in again.items() if name in lead.quote or name not in _ADDED
    }


def reckoned(compiled: Compiled, inputs: object, *, language: str) -> dict[str, Any] | None:
    """The quote that these inputs make on this version; None where they do not fit it."""
    try:
        answers = Answers.from_json(compiled, inputs)
    except InvalidAnswers:
        return None
    return quote_json(evaluate(compiled, answers), language=language)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _line_detail(line: dict[str, Any], currency: str) -> str:
    if line["kind"] == "per_unit":
        unit = f" {line['unit']}" if line.get("unit") else ""
        amount = looks.money(line["unit_amount"], currency)
        return f"{looks.number(line['quantity'])}{unit} × {amount}"
    if line["kind"] == "percentage":
        return f"{looks.number(line['percent'])} %"
    if line.get("limit"):
        text = _("at least %(limit)s") if line["kind"] == "minimum" else _("at most %(limit)s")
        return text % {"limit": looks.money(line["limit"], currency)}
    return ""
