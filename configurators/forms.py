"""Forms of the configurator screens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from configurators.drafts import STARTERS
from configurators.models import Configurator
from configurators.planning import FARTHEST

_STARTER_LABELS = {
    "blank": _("Empty: one choice and a request form"),
    "veranda": _("Veranda: sizes, roof, walls and extras, with a drawing"),
    "window": _("Window: frame, glass and options by the square metre"),
    "awning": _("Screen or awning: a price list by width and height, fabric and control"),
    "worktop": _("Kitchen worktop: material by the square metre, edges and cut-outs"),
    "shed": _("Garden shed: a price list by size, wood, roof and extras"),
    "solar": _("Solar panels: tiers by number, inverter and battery"),
    "service": _("Service quote: work, state and period, with an indication of the price"),
    "printing": _("Printed matter: format, paper, quantity and finish"),
    "contact": _("Contact form: questions without prices"),
    "whitepaper": _("Download of a guide: which one, and where it may go"),
}


class NameForm(forms.Form):
    """A name for the organisation's own lists."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For your own lists; visitors see the title.")
    )


class CreateForm(NameForm):
    """A name and something to start from."""

    starting_from = forms.ChoiceField(
        label=_("Start from"),
        choices=[(name, _STARTER_LABELS[name]) for name in STARTERS],
        widget=forms.RadioSelect,
    )


class PublishForm(forms.Form):
    """What changed, for colleagues."""

    notes = forms.CharField(
        label=_("What changed?"),
        max_length=500,
        required=False,
        help_text=_("For your colleagues, in the history. Name no persons."),
    )

    at = forms.DateTimeField(
        label=_("Go live at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Leave empty to go live at once. The time is that of Amsterdam and Brussels."),
        error_messages={"invalid": _("Enter a day and a time.")},
    )

    #: The draft that the page showed.
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise forms.ValidationError(_("That is over. Choose a time to come, or none."))
        if at is not None and at > timezone.now() + FARTHEST:
            raise forms.ValidationError(_("Plan no more than a year ahead."))
        return at


class IntakeForm(forms.Form):
    """On or off line."""

    on = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class SiteCheckForm(forms.Form):
    """The address of a page of one's own site."""

    address = forms.URLField(label=_("Address of the page"), max_length=500, assume_scheme="https")


class ThawForm(forms.Form):
    """Which one rests instead, where there is not room for both."""

    instead_of = forms.ChoiceField(label=_("Instead of"), required=False)

    def __init__(self, *args: Any, on_line: Iterable[Configurator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_line = {str(one.pk): one for one in on_line}
        choices = [("", _("none: beside the others"))]
        self.fields["instead_of"].choices = choices + [(key, one.name) for key, one in self.on_line.items()]  # type: ignore[attr-defined]

    def clean_instead_of(self) -> Configurator | None:
        return self.on_line.get(self.cleaned_data["instead_of"])
