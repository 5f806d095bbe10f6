"""What people type about an organisation and its team, turned into meaning."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.publications import Edition
from delivery import outbound
from organisations.accents import Accent
from organisations.administering import GUARDED_SETTINGS, count_deleted_by
from organisations.countries import country_choices
from organisations.domains import MAX_DOMAINS, parse_domain
from organisations.models import (
    MAX_RETENTION_DAYS,
    ApiScope,
    Membership,
    Organisation,
    OwnershipOffer,
    Suspension,
)
from organisations.permissions import INVITABLE_ROLES, ROLE_SUMMARIES, Role
from organisations.text import one_plain_line
from organisations.web_addresses import public_web_address
from tenancy.encryption import normalise_email

WHOLE_ADDRESS = gettext_lazy("Enter a full e-mail address, such as name@example.org.")


class FoundForm(forms.Form):
    """The three things an organisation begins with, and the contracts under which it does."""

    name = forms.CharField(
        label=gettext_lazy("Name of your organisation"),
        help_text=gettext_lazy("As your customers know it. You can change it later."),
        max_length=120,
        validators=[one_plain_line],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy(
            "The language in which we write to you and your customers, unless they choose another."
        ),
        choices=settings.LANGUAGES,
    )
    accept_agreement = forms.BooleanField(
        label=gettext_lazy("I accept the terms and the data processing agreement for this organisation"),
        error_messages={
            "required": gettext_lazy("Without them we may not process requests for your organisation.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()


class AgreementForm(forms.Form):
    """Agreement to the contracts that are open, each version by its name."""

    versions = forms.MultipleChoiceField(
        label=gettext_lazy("I accept for this organisation"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose what you accept."),
            "invalid_choice": gettext_lazy("There is a newer version. Read it first."),
        },
    )

    def __init__(self, *args: Any, offered: Sequence[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["versions"].choices = [  # type: ignore[attr-defined]
            (f"{edition.kind}:{edition.version}", f"{edition.name}, {edition.version}") for edition in offered
        ]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        pairs = (value.split(":") for value in self.cleaned_data["versions"])
        return [(kind, version) for kind, version in pairs]


class DomainsField(forms.CharField):
    """Host names, one on each line, each mistake named by its line."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "none"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        domains, errors = [], []
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                domains.append(parse_domain(line))
            except ValidationError as error:
                errors.append(
                    _("Line %(line)d: %(problem)s") % {"line": number, "problem": error.messages[0]}
                )
        if len(domains) > MAX_DOMAINS:
            errors.append(_("Name at most %(count)d sites.") % {"count": MAX_DOMAINS})
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(domains))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), str(data or "").replace("\r\n", "\n"))


class SettingsForm(forms.ModelForm):
    """Everything that an owner or administrator decides about the organisation."""

    privacy_policy_url = forms.URLField(
        label=gettext_lazy("Address of your privacy policy"),
        help_text=gettext_lazy("Your configurators link to it."),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    embed_domains = DomainsField(
        label=gettext_lazy("Sites with your configurators"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy(
            "One host name on each line, such as www.example.org. Only pages on these sites can show your"
            " configurators; taking one away stops them there at once."
        ),
    )
    confirm_shorter_retention = forms.BooleanField(
        label=gettext_lazy("Yes, delete requests that are older than the new period"), required=False
    )
    #: The period that the box above was ticked for.
    confirmed_period = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Organisation
        fields = (
            "name",
            "country",
            "language",
            "accent",
            "controller_name",
            "controller_address",
            "controller_email",
            "privacy_policy_url",
            "lead_retention_days",
            "notification_email",
            "embed_domains",
            "require_two_step",
        )
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "accent": forms.RadioSelect(attrs={"class": "check"}),
            "controller_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "controller_address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
            "controller_email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "lead_retention_days": forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
            "notification_email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        error_messages = {
            "controller_email": {"invalid": WHOLE_ADDRESS},
            "notification_email": {"invalid": WHOLE_ADDRESS},
        }
        help_texts = {
            "name": gettext_lazy("As your customers know it. The address of these pages stays the same."),
            "language": gettext_lazy(
                "The language in which we write to you and your customers, unless they choose another."
            ),
            "controller_name": gettext_lazy("The company that is responsible for the data, as registered."),
            "controller_address": gettext_lazy("Where people can write to you."),
            "controller_email": gettext_lazy("Where people can ask about their data."),
            "lead_retention_days": gettext_lazy(
                "After this many days a request is deleted for good, with everything that belongs to it."
                " Half a year is 183 days, two years 730."
            ),
            "notification_email": gettext_lazy(
                "We send a mail here for each new request. Leave it empty for none."
            ),
            "require_two_step": gettext_lazy(
                "Owners and administrators always need it. Others set it up when they next open this"
                " organisation."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices)
        self.fields["accent"].choices = Accent.choices  # type: ignore[attr-defined]
        self.fields["lead_retention_days"].widget.attrs["max"] = MAX_RETENTION_DAYS
        self.retention_before = self.instance.lead_retention_days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.shortens_retention and not self._is_confirmed(cleaned):
            self._ask_to_confirm(cleaned["lead_retention_days"])
        if self.retention_before and "lead_retention_days" in cleaned and not cleaned["lead_retention_days"]:
            self.add_error(
                "lead_retention_days", _("Once a period is chosen it can be changed, not taken away.")
            )
        return cleaned

    @property
    def shortens_retention(self) -> bool:
        """Whether saving would delete requests earlier than was decided before."""
        after = getattr(self, "cleaned_data", {}).get("lead_retention_days")
        return bool(self.retention_before and after and after < self.retention_before)

    @property
    def changes_what_matters(self) -> bool:
        """Whether it takes somebody who proved lately who they are to save this."""
        given = getattr(self, "cleaned_data", {})
        return self.shortens_retention or any(
            given.get(name, self.initial[name]) != self.initial[name] for name in GUARDED_SETTINGS
        )

    def clean_controller_address(self) -> str:
        """With the line ends that are stored, so that a browser's own are no change."""
        return "\n".join(self.cleaned_data["controller_address"].splitlines())

    def _is_confirmed(self, cleaned: dict[str, Any]) -> bool:
        """A box that was ticked for one period says nothing about another."""
        asked = cleaned.get("confirmed_period") == cleaned["lead_retention_days"]
        return asked and bool(cleaned.get("confirm_shorter_retention"))

    def _ask_to_confirm(self, days: int) -> None:
        asked = {name: value for name, value in self.data.items() if name != "confirm_shorter_retention"}
        self.data = asked | {"confirmed_period": str(days)}
        shorter = _("You make the period shorter: from %(before)d to %(after)d days.") % {
            "before": self.retention_before,
            "after": days,
        }
        self.add_error("confirm_shorter_retention", f"{shorter} {_lost(self.instance, days)}")


def _lost(organisation: Organisation, days: int) -> str:
    count = count_deleted_by(organisation=organisation, days=days)
    if not count:
        return _("No request is that old today. Tick the box if this is what you want.")
    return ngettext(
        "%(count)d request is older than that and will be deleted for good, with everything that belongs"
        " to it. Tick the box if this is what you want.",
        "%(count)d requests are older than that and will be deleted for good, with everything that belongs"
        " to them. Tick the box if this is what you want.",
        count,
    ) % {"count": count}


class InviteForm(forms.Form):
    """Whom to ask, and as what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": WHOLE_ADDRESS},
    )
    role = forms.TypedChoiceField(label=gettext_lazy("Role"), coerce=Role, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in INVITABLE_ROLES if by.is_owner or role != Role.ADMIN]
        self.fields["role"].choices = _described(roles)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Normalising can lengthen an address, so it is checked again."""
        address = normalise_email(self.cleaned_data["email"])
        EmailValidator()(address)
        MaxLengthValidator(254)(address)
        return address


class RoleForm(forms.Form):
    """The role that a member is to have."""

    role = forms.TypedChoiceField(label=gettext_lazy("New role"), coerce=Role, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in Role if by.is_owner or role not in {Role.OWNER, Role.ADMIN}]
        self.fields["role"].choices = _described(roles)  # type: ignore[attr-defined]


def _described(roles: Sequence[Role]) -> list[tuple[str, str]]:
    line = '<span class="block font-semibold">{}</span> <span class="block text-soft">{}</span>'
    return [(role.value, format_html(line, role.label, ROLE_SUMMARIES[role])) for role in roles]


class WebhookForm(forms.Form):
    """Where an organisation's own software is told what happens."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Of your own server, beginning with https://, on port 443 or 8443."),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    erases_by_itself = forms.BooleanField(
        label=gettext_lazy("Our software erases by itself"),
        help_text=gettext_lazy(
            "Tick this if a successful answer to “lead.erased” means that the data are gone on your side too."
            " Otherwise your software has to confirm each erasure."
        ),
        required=False,
    )

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        try:
            outbound.check(url)
        except outbound.NotAllowed as refused:
            raise ValidationError(_refusals()[str(refused)], code=str(refused)) from None
        if not outbound.is_on_this_machine(url):
            public_web_address(url)
        return url


def _refusals() -> dict[str, str]:
    return {
        "scheme": _("Enter an address that begins with https://."),
        "port": _("Only the ports 443 and 8443 can be used."),
        "invalid": _("Enter a valid web address."),
    }


class ApiKeyForm(forms.Form):
    """What a program is called, what it may do and for how long."""

    name = forms.CharField(
        label=gettext_lazy("Which program"),
        help_text=gettext_lazy("Such as “CRM”, so that you know later which one it was."),
        max_length=80,
        validators=[one_plain_line],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("What it may do"),
        coerce=ApiScope,
        choices=ApiScope.choices,
        initial=[ApiScope.LEADS_READ, ApiScope.NOTICES],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year"))],
        initial=365,
    )


class LeaveForm(forms.Form):
    """The name of the organisation, typed again: nobody leaves by a slip of the hand."""

    name = forms.CharField(label=gettext_lazy("Type the name of the organisation"), max_length=120)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name.casefold() != self.organisation.name.strip().casefold():
            raise forms.ValidationError(_("This is not the name of the organisation."), code="other_name")
        return name


class SupportAskForm(forms.Form):
    """Which organisation support wants to look into, and why."""

    organisation = forms.SlugField(label=gettext_lazy("Organisation, as in its address"), max_length=60)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The organisation reads this. Name the question, not a person."),
        max_length=300,
        validators=[one_plain_line],
    )
    may_change = forms.BooleanField(label=gettext_lazy("Change things as well"), required=False)

    def clean_organisation(self) -> Organisation:
        found = Organisation.objects.active().filter(slug=self.cleaned_data["organisation"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no organisation with this address."), code="unknown")
        return found


class SupportGrantForm(forms.Form):
    """How far and how long support is let in."""

    hours = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        coerce=int,
        choices=[
            (1, gettext_lazy("one hour")),
            (2, gettext_lazy("two hours")),
            (4, gettext_lazy("four hours")),
        ],
        initial=1,
        widget=forms.RadioSelect,
    )
    may_change = forms.BooleanField(label=gettext_lazy("Support may change things as well"), required=False)
    unmasked = forms.BooleanField(
        label=gettext_lazy("Support may read names and addresses"),
        help_text=gettext_lazy("Otherwise only their first letters are shown."),
        required=False,
    )


class OwnershipForm(forms.Form):
    """Who is asked to become owner, and what whoever asks becomes."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("Who becomes owner"),
        queryset=Membership.objects.none(),
        empty_label=gettext_lazy("Choose"),
    )
    afterwards = forms.ChoiceField(
        label=gettext_lazy("What you become then"),
        choices=OwnershipOffer.Afterwards,
        initial=OwnershipOffer.Afterwards.OWNER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = by.organisation.memberships.with_people().exclude(role=Role.OWNER)
        self.fields["to"].queryset = others.filter(user__is_active=True)  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda member: member.user.name  # type: ignore[attr-defined]


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class SuspendForm(forms.Form):
    """Which organisation is suspended, and why: in a word, and for its owners to read."""

    organisation = forms.SlugField(label=gettext_lazy("Organisation, as in its address"), max_length=60)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=Suspension.Reason, widget=forms.RadioSelect
    )
    explanation = _text(
        gettext_lazy("Explanation"),
        gettext_lazy(
            "The organisation reads this: what happened and when, how you came to know it, and on which rule"
            " or term you rest. No names of people who complained."
        ),
    )

    def clean_organisation(self) -> Organisation:
        found = Organisation.objects.active().filter(slug=self.cleaned_data["organisation"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no organisation with this address."), code="unknown")
        return found


class AppealForm(forms.Form):
    """What an organisation says against its suspension."""

    text = _text(
        gettext_lazy("Why you disagree"),
        gettext_lazy("You can appeal once. A person reads it who can lift the suspension."),
    )


class AnswerForm(forms.Form):
    """Whether a suspension stays or is lifted, and why."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    text = _text(gettext_lazy("Why"), gettext_lazy("The organisation reads this."))

    def __init__(self, *args: Any, suspension: Suspension, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("lift", _("Lift it: everything is as it was"))]
        if suspension.waits_for_an_answer:
            choices.append(("uphold", _("Uphold it: the suspension stays")))
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
