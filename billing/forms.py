"""What people type about their company as a buyer, turned into meaning."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from billing.models import BillingAccount, BillingContact
from billing.models.plans import Interval, PlanVersion
from billing.selling import on_sale
from billing.staying import Candidate, Excess
from billing.vat.numbers import WrongNumber, normalised
from organisations.countries import country_choices
from organisations.models import Organisation
from organisations.text import one_plain_line
from tenancy.encryption import normalise_email

MAX_CONTACTS = 10


def _line(label: Any, length: int, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, validators=[one_plain_line], **more
    )


class CompanyForm(forms.ModelForm):
    """The company as its invoices name it."""

    company_name = _line(gettext_lazy("Legal name"), 200)
    street = _line(gettext_lazy("Street and number"), 200)
    postcode = _line(gettext_lazy("Postcode"), 16)
    city = _line(gettext_lazy("Town"), 100)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices)
    registration = _line(gettext_lazy("Number in the trade register"), 32, required=False)
    vat_id = _line(
        gettext_lazy("VAT number"),
        20,
        required=False,
        help_text=gettext_lazy(
            "With its country, as in NL123456789B01."
            " Outside the Netherlands a valid number moves the VAT to you."
        ),
    )
    reference = _line(
        pgettext_lazy("on an invoice", "Your reference"),
        60,
        required=False,
        help_text=gettext_lazy(
            "Stands on each invoice, such as an order number. Not a person's name, please."
        ),
    )

    class Meta:
        model = BillingAccount
        fields = (
            "company_name", "street", "postcode", "city", "country", "registration", "vat_id", "reference",
        )  # fmt: skip

    def save(self, commit: bool = True) -> BillingAccount:
        """Its own fields and no others: payments and limits may have changed since the account was read."""
        account: BillingAccount = super().save(commit=False)
        if commit:
            account.save(update_fields=[*self.Meta.fields, "changed_at"])
        return account

    def clean_vat_id(self) -> str:
        text: str = self.cleaned_data["vat_id"]
        if not text:
            return ""
        try:
            return normalised(text)
        except WrongNumber:
            raise ValidationError(
                gettext_lazy(
                    "This is not a VAT number of a country of the European Union. Is a digit missing?"
                ),
                code="wrong_number",
            ) from None


class ContactForm(forms.Form):
    """One more address to which invoices and reminders go."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_email(self) -> str:
        address = normalise_email(self.cleaned_data["email"])
        known = BillingContact.objects.filter(organisation=self.organisation)
        if known.filter(email=address).exists():
            raise ValidationError(gettext_lazy("This address gets the invoices already."), code="known")
        if known.count() >= MAX_CONTACTS:
            raise ValidationError(
                gettext_lazy("There are ten addresses already. Remove one first."), code="too_many"
            )
        return address


class ChoiceForm(forms.Form):
    """A plan that is on sale, paid by the month or by the year."""

    plan = forms.CharField(max_length=32)
    interval = forms.ChoiceField(choices=Interval)

    def clean_plan(self) -> PlanVersion:
        if version := on_sale().get(self.cleaned_data["plan"]):
            return version
        raise ValidationError(gettext_lazy("This plan is not on sale."), code="not_on_sale")


def _called(candidate: Candidate) -> str:
    return _("%(name)s, live now") % {"name": candidate.name} if candidate.is_live else candidate.name


class StayingForm(forms.Form):
    """Which of the things that a plan limits stay in use. None ticked: nobody chose."""

    stays = forms.MultipleChoiceField(
        label=gettext_lazy("Which stay on line"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, excess: Excess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["stays"] = [str(one.id) for one in excess.candidates[: excess.limit]]
        self.excess = excess
        self.fields["stays"].choices = [(str(one.id), _called(one)) for one in excess.candidates]  # type: ignore[attr-defined]

    def clean_stays(self) -> list[UUID]:
        chosen = [UUID(key) for key in self.cleaned_data["stays"]]
        if len(chosen) > self.excess.limit:
            text = ngettext("Choose one at most.", "Choose %(count)d at most.", self.excess.limit)
            raise ValidationError(text % {"count": self.excess.limit}, code="too_many")
        return chosen
