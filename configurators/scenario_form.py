"""The form of a scenario: a configuration as a visitor chooses it, and what must come of it."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from configurators.answers import Answers, InvalidAnswers, initial_answers
from configurators.compiled import Compiled
from configurators.decimals import canonical, decimal_as_typed
from configurators.messages import number_text
from configurators.models import Scenario
from configurators.parts import Group
from configurators.scenarios import spoken_of
from configurators.verdicts import Verdict, verdict_on

#: More than so many options are shown as a list to pull down.
_SHOWN_AT_ONCE = 6
_PREFIX = "answer-"


class ScenarioForm(forms.Form):
    """A field for each question that has a price or moves one, and what must come of the answers.

    `inputs` are the answers as they were given; `verdict` is what comes of them on the draft now.
    """

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Such as “Smallest veranda”. Name no persons."),
    )
    expects = forms.ChoiceField(
        label=gettext_lazy("What must come of it"),
        choices=Scenario.Expects.choices,
        widget=forms.RadioSelect,
        initial=Scenario.Expects.GROSS,
    )
    amount = forms.CharField(
        label=gettext_lazy("The price must be"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        compiled: Compiled,
        scenario: Scenario | None = None,
        typed: QueryDict | None = None,
    ) -> None:
        """`typed` is shown as it stands, without a word about what is missing."""
        super().__init__(data)
        self.compiled = compiled
        self.proposing = False
        self.language = spoken_of(compiled)
        self.typed = data if data is not None else typed
        self.starting_inputs = scenario.inputs if scenario else initial_answers(compiled).to_json()
        for group in self._asked():
            self.fields[_PREFIX + group.key] = _field(group, compiled, self.language)
        if typed is not None:
            self.initial = {name: typed.get(name) for name in ("name", "expects", "amount") if name in typed}
        elif scenario:
            self.initial = {"name": scenario.name, "expects": scenario.expects}
            self.initial["amount"] = _written(scenario.amount, compiled)
        for group in self._asked():
            self.initial[_PREFIX + group.key] = _shown(group, self.inputs.get(group.key))

    @property
    def steps(self) -> list[tuple[str, list[BoundField]]]:
        """The questions under the titles of their steps, those of an item under its name."""
        found = []
        for step in self.compiled.steps:
            asked = [group for group in step.groups if group.is_asked]
            for item, groups in groupby(asked, lambda group: group.item):
                title = self.compiled.text(item.label if item else step.title, self.language)
                found.append((title, [self[_PREFIX + group.key] for group in groups]))
        return found

    @property
    def inputs(self) -> dict[str, Any]:
        """What is chosen in the form now, as a quote keeps it; numbers that are none are left out."""
        if self.typed is None:
            return dict(self.starting_inputs)
        given = {group.key: self._given(group) for group in self._asked()}
        return {key: answer for key, answer in given.items() if answer is not None}

    @property
    def verdict(self) -> Verdict:
        return verdict_on(self.compiled, self.inputs, language=self.language)

    def take_over(self, verdict: Verdict) -> None:
        """Propose the price that comes of it now, unless a figure of somebody's own stands there."""
        shown = self.typed or QueryDict()
        if shown.get("amount") and shown.get("amount") != shown.get("proposed"):
            return
        self.proposing = True
        net = self.initial.get("expects") == Scenario.Expects.NET
        found = verdict.net if net else verdict.gross
        self.initial["amount"] = "" if found is None else _written(canonical(found), self.compiled)

    @property
    def proposed(self) -> str:
        """The price that was proposed, to tell it from one that somebody typed."""
        return str(self.initial.get("amount", "")) if self.proposing else ""

    def clean_amount(self) -> Decimal | None:
        if self.data.get("expects") == Scenario.Expects.REFUSED:
            return None
        typed = self.cleaned_data["amount"]
        if not typed:
            raise forms.ValidationError(_("Fill in the price that it must have."))
        amount = decimal_as_typed(typed.removeprefix("€"))
        if amount is None:
            raise forms.ValidationError(
                _("Write an amount such as 1250,00, without a separator for thousands.")
            )
        if amount != amount.quantize(Decimal(1).scaleb(-self.compiled.minor_units)):
            raise forms.ValidationError(_("That is smaller than the smallest coin."))
        return amount

    def clean(self) -> dict[str, Any]:
        """Answers that the form would never take make sense only where a refusal is expected."""
        cleaned = super().clean() or {}
        for group in self._asked():
            text = str(self.data.get(_PREFIX + group.key, "")).strip()
            if group.numeric and text and decimal_as_typed(text) is None:
                self.add_error(_PREFIX + group.key, _("Write a number, such as 120 or 2,5."))
        try:
            cleaned["inputs"] = Answers.from_json(self.compiled, self.inputs).to_json()
        except InvalidAnswers as invalid:
            cleaned["inputs"] = self.inputs
            if cleaned.get("expects") != Scenario.Expects.REFUSED:
                for key, errors in invalid.errors.items():
                    if _PREFIX + key not in self.errors:
                        self.add_error(_PREFIX + key, str(errors[0].message))
        return cleaned

    def _asked(self) -> list[Group]:
        return [group for group in self.compiled.groups.values() if group.is_asked]

    def _given(self, group: Group) -> Any:
        assert self.typed is not None
        name = _PREFIX + group.key
        if group.kind == "multi":
            return sorted(set(self.typed.getlist(name)))
        text = str(self.typed.get(name, "")).strip()
        if group.kind == "boolean":
            return bool(text)
        if group.numeric:
            number = decimal_as_typed(text)
            return None if number is None else canonical(number)
        return text or None


def _field(group: Group, compiled: Compiled, language: str) -> forms.Field:
    label = compiled.text(group.own_label, language)
    options = [(option.key, compiled.text(option.own_label, language)) for option in group.options]
    if group.kind == "multi":
        return forms.MultipleChoiceField(
            label=label, choices=options, required=False, widget=forms.CheckboxSelectMultiple
        )
    if group.kind == "boolean":
        return forms.BooleanField(label=label, required=False)
    if group.kind == "single":
        widget = forms.Select if len(options) > _SHOWN_AT_ONCE else forms.RadioSelect
        choices = options if group.required else [("", _("no choice")), *options]
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)
    unit = compiled.text(group.unit, language)
    return forms.CharField(
        label=f"{label} ({unit})" if unit else label,
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _shown(group: Group, answer: Any) -> Any:
    return number_text(Decimal(answer)) if group.numeric and isinstance(answer, str) else answer


def _written(amount: str, compiled: Compiled) -> str:
    """As the reader types it, with all its cents."""
    if not amount:
        return ""
    text = number_text(Decimal(amount))
    mark = "," if "," in number_text(Decimal("0.5")) else "."
    whole, _mark, cents = text.partition(mark)
    return f"{whole}{mark}{cents:0<{compiled.minor_units}}" if compiled.minor_units else whole
