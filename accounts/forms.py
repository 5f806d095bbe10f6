"""Forms about oneself. Each field says what it takes, and browsers may fill and paste them."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.addresses import EmailAddressField
from accounts.models import Language, User
from accounts.passwords import LONGEST


class PasswordField(forms.CharField):
    """A password as typed: nothing trimmed, nothing longer than we hash."""

    widget = forms.PasswordInput

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        super().__init__(**{"strip": False, "max_length": LONGEST, "label": _("Password"), **kwargs})
        self.widget.attrs["autocomplete"] = autocomplete


class NewPasswordField(PasswordField):
    """A password that is being chosen; its form checks it against the person's own words."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = _("At least 12 characters. A few words that do not belong together are easy to remember.")
        super().__init__(**{"autocomplete": "new-password", "help_text": help_text, **kwargs})


class OneLineField(forms.CharField):
    """Text on one line: nothing that ends a line, turns the reading direction or cannot be stored."""

    _REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
    _REFUSED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if any(unicodedata.category(c) in self._REFUSED_CATEGORIES or c in self._REFUSED for c in text):
            raise ValidationError(_("Remove the special characters."), code="special_characters")
        return text


class CodeField(forms.CharField):
    """A code from the app, or a recovery code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, "label": _("Code"), **kwargs})
        self.widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class SignUpForm(forms.Form):
    name = OneLineField(label=_("Your name"), max_length=100)
    email = EmailAddressField()
    password = NewPasswordField()
    accept_terms = forms.BooleanField(
        label=_("I accept the terms of service"),
        error_messages={"required": _("You need to accept the terms of service to open an account.")},
    )
    is_old_enough = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        age = {"age": settings.MINIMUM_AGE}
        statement = self.fields["is_old_enough"]
        statement.label = gettext("I am {age} or older").format(**age)
        statement.error_messages["required"] = gettext(
            "An account is for people of {age} or older. We ask no date of birth."
        ).format(**age)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person = User(name=cleaned.get("name", ""), email=cleaned.get("email", ""))
        check_new_password(self, "password", person)
        return cleaned

    field_order = ("name", "email", "password", "is_old_enough", "accept_terms")


class SignInForm(forms.Form):
    email = EmailAddressField()
    password = PasswordField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"


class VerifyForm(forms.Form):
    password = PasswordField(label=_("The password you chose"))


class TwoStepForm(forms.Form):
    code = CodeField(help_text=_("Six figures from your app, or one of your recovery codes."))


class SetupForm(forms.Form):
    code = CodeField(label=_("Code from your app"), help_text=_("Six figures that change every half minute."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class TurnOffForm(forms.Form):
    password = PasswordField()
    code = CodeField(help_text=_("Six figures from your app, or one of your recovery codes."))


class StepUpForm(forms.Form):
    """The password, or a code where there is an app: one of them is enough."""

    password = PasswordField(required=False)
    code = CodeField(required=False, label=_("Or a code from your app"))

    def __init__(self, *args: Any, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("password") and not cleaned.get("code"):
            self.add_error("password", _("Fill in your password."))
        return cleaned


class PasswordResetForm(forms.Form):
    email = EmailAddressField()


class PersonForm(forms.Form):
    """A form of someone whom we know: their own words do not make a password."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class NewPasswordForm(PersonForm):
    password = NewPasswordField(label=_("New password"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_new_password(self, "password", self.user)
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    current_password = PasswordField(label=_("Present password"))

    field_order = ("current_password", "password")


class ChangeEmailForm(PersonForm):
    email = EmailAddressField(label=_("New e-mail address"))
    password = PasswordField()

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email == self.user.email:
            raise ValidationError(_("This is your present address."), code="unchanged")
        return email


class NameForm(forms.Form):
    name = OneLineField(label=_("Your name"), max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=Language.choices)


def check_new_password(form: forms.Form, field: str, user: User) -> None:
    """Put what is wrong with a chosen password beside its field."""
    password = form.cleaned_data.get(field)
    if password:
        try:
            validate_password(password, user)
        except ValidationError as problem:
            form.add_error(field, problem)
