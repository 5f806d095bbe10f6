"""Forms of the lead screens: text becomes meaning, or a sentence that says what is wrong."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads.models import Status
from leads.work import NOTE_LENGTH

WORKED = [(status.value, status.label) for status in Status if status is not Status.QUARANTINED]


class FilterForm(forms.Form):
    """The inbox's own address: a status and a cursor."""

    status = forms.ChoiceField(choices=Status.choices, required=False)
    before = forms.UUIDField(required=False)


class SearchForm(forms.Form):
    """One exact e-mail address; addresses are sealed, so parts of one cannot be found."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "name@example.org"}),
        error_messages={"invalid": _("Enter a full e-mail address, such as name@example.org.")},
    )


class StatusForm(forms.Form):
    """Where the organisation stands with a lead."""

    status = forms.ChoiceField(label=_("Status"), choices=WORKED)


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=_("Note"),
        help_text=_("For your colleagues. The customer may ask to read it."),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise ValidationError(_("The note contains characters that cannot be stored."))
        return text
