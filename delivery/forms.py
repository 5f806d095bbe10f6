from django import forms
from django.utils.translation import gettext_lazy as _


class RecipientForm(forms.Form):
    """Whose mails to show."""

    to = forms.EmailField(label=_("Recipient"), required=False)
