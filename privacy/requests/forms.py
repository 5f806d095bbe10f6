"""Forms of the desk: text becomes decisions, dates and requests, or a sentence that says what is wrong."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.countries import country_choices
from privacy.models.requests import ExtensionReason, Regime, Right
from privacy.requests.decisions import (
    ACTION_LABELS,
    DENIED,
    GRANTED,
    GROUNDS,
    BadDecision,
    Decision,
    checked,
)

WISH_LENGTH = 5000


class FilterForm(forms.Form):
    """The queue's own address."""

    show = forms.ChoiceField(
        choices=[("open", ""), ("late", ""), ("waiting", ""), ("ended", "")], required=False
    )
    right = forms.ChoiceField(choices=Right.choices, required=False)


class _DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NewRequestForm(forms.Form):
    """A request that came in by phone, by letter or at the counter. There is no field for a file."""

    right = forms.ChoiceField(label=_("What they ask for"), choices=Right.choices)
    about_minor = forms.BooleanField(
        label=_("The person is said to be under sixteen"),
        help_text=_("Erase within three days; nobody has to prove an age."),
        required=False,
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    contact = forms.CharField(
        label=_("Where they want the answer"),
        help_text=_("A postal address or a phone number, if not by e-mail. Goes with the request."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    received_on = forms.DateField(label=_("Received on"), widget=_DateInput())
    language = forms.ChoiceField(label=_("Language of the letters"), choices=settings.LANGUAGES)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    regime = forms.ChoiceField(label=_("Law"), choices=Regime.choices, initial=Regime.GDPR)
    wish = forms.CharField(
        label=_("In their words"),
        max_length=WISH_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        today = timezone.localdate()
        if day > today:
            raise ValidationError(_("This day has not come yet."))
        if (today - day).days > 366:
            raise ValidationError(_("This is more than a year ago."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("email") and not given.get("contact") and "email" not in self.errors:
            self.add_error("email", _("Say where the answer may go: an e-mail address, or below."))
        if given.get("about_minor") and given.get("right") not in (None, Right.ERASURE):
            self.add_error("right", _("A report about somebody under sixteen asks for erasure."))
        return given

    @property
    def given(self) -> dict[str, Any]:
        """What `cases.receive` is told."""
        given = dict(self.cleaned_data)
        given.pop("received_on")
        return given | {"received_at": self.received_at}

    @property
    def received_at(self) -> datetime:
        """Noon of the day; today it is now."""
        day = self.cleaned_data["received_on"]
        if day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, time(12)))


class ExtendForm(forms.Form):
    """Two more months, with a reason."""

    reason = forms.ChoiceField(label=_("Why it takes longer"), choices=ExtensionReason.choices)
    told_otherwise = forms.BooleanField(
        label=_("I have told the person by letter or by phone"), required=False
    )


class ProofForm(forms.Form):
    """Which one further known fact was compared; never what it was."""

    fact = forms.ChoiceField(
        label=_("Which fact did you compare?"),
        choices=[
            ("reference", _("The reference of their request for an offer")),
            ("phone", _("The phone number they gave")),
            ("answers", _("What they chose in the configurator")),
            ("day", _("The day on which they asked for an offer")),
        ],
    )


class DeskSettingsForm(forms.Form):
    """How the organisation runs its desk."""

    answer_within_days = forms.IntegerField(
        label=_("Answer within (days)"),
        help_text=_("Shorter than the four weeks that we promise. Empty: four weeks."),
        min_value=1,
        max_value=28,
        required=False,
    )
    automatic_after_days = forms.IntegerField(
        label=_("Carry out by itself after (days)"),
        help_text=_(
            "Corrections, restrictions, objections and erasures are carried out as asked when nobody"
            " decided within so many days. Empty: they wait for you. Seeing, downloading and withdrawing"
            " consent never wait."
        ),
        min_value=0,
        max_value=28,
        required=False,
    )

    @property
    def for_the_record(self) -> dict[str, str | int | bool]:
        return {name: "" if value is None else value for name, value in self.cleaned_data.items()}


class ReclassifyForm(forms.Form):
    """Which right a person uses who wrote in their own words."""

    right = forms.ChoiceField(label=_("What they ask for"), choices=Right.choices)


class DecisionForm(forms.Form):
    """Granted or refused, group by group; what is refused with its ground and, if known, its end."""

    remark = forms.CharField(
        label=_("In your own words"),
        help_text=_("Goes into the letter as it stands."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, right: str, groups: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right, self.groups = right, groups
        for name, label in groups:
            self._add(name, label)

    def _add(self, name: str, label: str) -> None:
        granted, denied = GRANTED[self.right], DENIED[self.right]
        outcomes = [each for each in (granted, denied) if each]
        self.fields[f"outcome-{name}"] = forms.ChoiceField(
            label=label,
            choices=[(str(each), ACTION_LABELS[each]) for each in outcomes],
            initial=str(granted),
            widget=forms.RadioSelect(attrs={"class": "visually-hidden"}),
        )
        self.fields[f"ground-{name}"] = forms.ChoiceField(
            label=_("Ground"),
            choices=[("", _("Choose the ground")), *GROUNDS[self.right].items()],
            required=False,
        )
        self.fields[f"until-{name}"] = forms.DateField(label=_("until"), widget=_DateInput(), required=False)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each group together, as the page shows them."""
        return [
            {
                "name": name,
                "label": label,
                "outcome": self[f"outcome-{name}"],
                "ground": self[f"ground-{name}"],
                "until": self[f"until-{name}"],
            }
            for name, label in self.groups
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            checked(self.right, self._decisions(given))
        except BadDecision as bad:
            self.add_error(self._field_of(bad), str(bad.problem))
        return given

    def _field_of(self, bad: BadDecision) -> str | None:
        name = f"ground-{bad.group}"
        return name if name in self.fields else None

    def so_far(self) -> list[Decision]:
        """What is on the page, complete or not, for a letter to be shown."""
        if not self.is_bound:
            return self._decisions({name: field.initial for name, field in self.fields.items()})
        self.full_clean()
        return self._decisions(self.cleaned_data)

    @property
    def decisions(self) -> list[Decision]:
        return self._decisions(self.cleaned_data)

    def _decisions(self, given: dict[str, Any]) -> list[Decision]:
        return [self._decision(name, given) for name, _label in self.groups]

    def _decision(self, name: str, given: dict[str, Any]) -> Decision:
        outcome, until = given.get(f"outcome-{name}", ""), given.get(f"until-{name}")
        if outcome == GRANTED[self.right]:
            return Decision(name, outcome)
        return Decision(
            name, outcome, ground=given.get(f"ground-{name}", ""), until=until.isoformat() if until else ""
        )
