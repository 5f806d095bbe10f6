"""E-mail addresses as people type them, and as we keep them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import MAX_EMAIL_LENGTH
from tenancy.encryption import normalise_email

_MOST_TYPED = 1000


class EmailAddressField(forms.CharField):
    """Answers the normalised address; refuses what is none, with a sentence of its own."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": _MOST_TYPED, "label": _("E-mail address"), **kwargs})
        self.widget.attrs.setdefault("autocomplete", "email")
        self.widget.attrs["maxlength"] = MAX_EMAIL_LENGTH

    def clean(self, value: Any) -> str:
        email = normalise_email(super().clean(value))
        if not email and not self.required:
            return ""
        if len(email) > MAX_EMAIL_LENGTH:
            raise ValidationError(_("This e-mail address is too long."), code="too_long")
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(
                _("Enter a full e-mail address, such as name@example.org."), code="invalid"
            ) from None
        return email
