"""Which requests somebody wants in a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.forms import WORKED


class ExportForm(forms.Form):
    """A status and a period; both may be left open."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=[("", gettext_lazy("All")), *WORKED], required=False
    )
    since = forms.DateField(
        label=gettext_lazy("Asked from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Up to and including"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    for_programs = forms.BooleanField(
        label=gettext_lazy("For a program"),
        help_text=gettext_lazy(
            "Fixed English column names, commas and decimal points, whatever your language."
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return cleaned
