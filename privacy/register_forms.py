"""What an officer types into the registers."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from privacy.models import AuthorityDemand, Company, Duty

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_HOST = re.compile(r"(?=.{4,253}\Z)[a-z0-9-]+(\.[a-z0-9-]+)+\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


class HashField(forms.CharField):
    """The SHA-256 of a file that is kept elsewhere: 64 figures and letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 64, **kwargs})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip().lower()
        if text and not _HASH.match(text):
            raise ValidationError(_("Give the 64 characters of a SHA-256."), code="hash")
        return text


class CountryField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": _("Country"), "max_length": 2, "help_text": _("Two letters, such as NL."), **kwargs}
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip().upper()
        if text and not _COUNTRY.match(text):
            raise ValidationError(_("Give two letters, such as NL."), code="country")
        return text


class CompanyForm(forms.ModelForm):
    country = CountryField()
    hosts = forms.CharField(
        label=_("Hosts at which we reach it"), help_text=_("One on each line."), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    contract_sha256 = HashField(label=_("SHA-256 of the contract"), required=False)
    assessment_sha256 = HashField(label=_("SHA-256 of the assessment"), required=False)

    class Meta:
        model = Company
        fields = (
            "name", "task", "country", "hosts", "contract_signed_on", "contract_sha256", "transfer",
            "assessed_on", "assessment_sha256",
        )  # fmt: skip
        widgets = {"contract_signed_on": DAY, "assessed_on": DAY}

    def clean_hosts(self) -> list[str]:
        hosts = [line.strip().lower() for line in self.cleaned_data["hosts"].splitlines() if line.strip()]
        if any(not _HOST.match(host) for host in hosts):
            raise ValidationError(_("Give host names, such as api.example.com."), code="host")
        return hosts


class EngageForm(forms.Form):
    active_from = forms.DateField(label=_("Works for us from"), widget=DAY)


class DemandForm(forms.ModelForm):
    country = CountryField()
    organisation = forms.CharField(
        label=_("Address name of the organisation"),
        help_text=_("As it stands in addresses; empty where the demand is about an account."),
        required=False,
        max_length=60,
    )

    class Meta:
        model = AuthorityDemand
        fields = ("authority", "country", "legal_basis", "reference", "scope", "received_on")
        widgets = {"received_on": DAY}

    def clean_organisation(self) -> Organisation | None:
        slug = self.cleaned_data["organisation"]
        if not slug:
            return None
        found = Organisation.objects.filter(slug=slug).first()
        if found is None:
            raise ValidationError(_("There is no such organisation."), code="unknown")
        return found


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[c for c in AuthorityDemand.Decision.choices if c[0] != AuthorityDemand.Decision.OPEN],
    )
    reasons = forms.CharField(label=_("Reasons"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DutyForm(forms.ModelForm):
    class Meta:
        model = Duty
        fields = ("kind", "subject", "due_on", "every_months")
        widgets = {"due_on": DAY}


class DoneForm(forms.Form):
    on = forms.DateField(label=_("Done on"), widget=DAY)
    evidence_sha256 = HashField(
        label=_("SHA-256 of what shows it"),
        help_text=_("Of the report, the certificate or the list of who took part."),
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."), code="future")
        return day
