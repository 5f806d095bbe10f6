"""What somebody with an account wants to say with a request."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WishForm(forms.Form):
    text = forms.CharField(
        label=_("What you want to say about it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ObjectForm(forms.Form):
    """Which use somebody objects to: those that rest on our interest (Art. 21(1) GDPR; D5 and D8)."""

    purpose = forms.ChoiceField(
        label=_("Which use do you object to?"),
        choices=(
            ("security", _("Keeping a record of sign-ins and wrong tries, for safety")),
            ("accountability", _("Keeping a record of what you did in an organisation")),
            ("mail", _("Mails about how to use the product")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose which use you object to.")},
    )
    text = forms.CharField(
        label=_("Why"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
