"""The forms of the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import EmailAddressField
from privacy.models import Right
from privacy.subject import rectifying

#: What somebody may come for, in their own words.
WISHES = (
    ("", _("I do not know yet")),
    (Right.ACCESS, _("See or download my data")),
    (Right.RECTIFICATION, _("Correct my data")),
    (Right.ERASURE, _("Have my data erased")),
    (Right.RESTRICTION, _("Have the use of my data restricted")),
    (Right.OBJECTION, _("Object to the use of my data")),
    (Right.WITHDRAWAL, _("Withdraw my consent")),
)


class AskForm(forms.Form):
    """An address, what somebody wants, and in which language to write to them."""

    email = EmailAddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Fill in the address: without it we cannot send you the link.")},
    )
    right = forms.ChoiceField(label=_("What do you want to do?"), choices=WISHES, required=False)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    #: People do not see this field; whoever fills it in is no person.
    website = forms.CharField(required=False)


class ClaimForm(forms.Form):
    """Whether somebody asked what came in under their address."""

    answer = forms.ChoiceField(
        label=_("Did you ask this?"),
        choices=(("yes", _("Yes, that is what I ask")), ("no", _("No, I did not ask this"))),
    )
    right = forms.ChoiceField(choices=Right.choices)


class CorrectForm(forms.Form):
    """The details as they should be, and what the person wants to say beside them (Art. 16 GDPR)."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    text = forms.CharField(
        label=_("What else is wrong or missing"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, before: dict[str, str], country: str, **more: Any) -> None:
        self.before = before
        self.country = country
        super().__init__(*args, **more)
        self.initial = {category.partition(".")[2]: text for category, text in before.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for category in self.before:
            field = category.partition(".")[2]
            try:
                cleaned[field] = rectifying.cleaned(category, cleaned.get(field, ""), country=self.country)
            except ValidationError as wrong:
                self.add_error(field, wrong)
        if not self.errors and not self.changes(cleaned) and not cleaned.get("text"):
            raise ValidationError(_("Change something, or write what is wrong."))
        return cleaned

    def changes(self, cleaned: dict[str, Any] | None = None) -> dict[str, str]:
        """The details that should read otherwise, by category."""
        given = self.cleaned_data if cleaned is None else cleaned
        wanted = {category: given[category.partition(".")[2]] for category in self.before}
        return {category: text for category, text in wanted.items() if text != self.before[category]}


class ObjectForm(forms.Form):
    """Which use somebody objects to, and why if they want to say so."""

    purpose = forms.ChoiceField(
        label=_("Which use do you object to?"),
        choices=(
            ("marketing", _("Offers and other commercial mail")),
            ("lead_handling", _("Everything that is done with my request")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which use you object to.")},
    )
    text = forms.CharField(
        label=_("Why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class WishForm(forms.Form):
    """What somebody wants to say with their request."""

    text = forms.CharField(
        label=_("What you want to say about it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
