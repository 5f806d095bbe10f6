"""What an officer types about a breach."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.models import EntryKind
from tenancy.encryption import normalise_email

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
_LONGEST = 10_000


class MomentField(forms.DateTimeField):
    """A moment that is over: what is said of a breach lies behind us."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": MOMENT, "input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs}
        )

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and moment > timezone.now():
            raise ValidationError(_("This moment is still to come."), code="future")
        return moment


class BreachForm(forms.Form):
    title = forms.CharField(
        label=_("Short name"), help_text=_("Names no person; it stands in lists."), max_length=120
    )
    suspected_at = MomentField(label=_("First suspected"))
    what_happened = forms.CharField(
        label=_("What happened"),
        help_text=_(
            "Every organisation that is concerned reads this: name no person and no other organisation."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=_LONGEST,
    )
    actor = forms.CharField(
        label=_("Whose doings to look for"),
        help_text=_("The e-mail address of an account, or the identifier of an API key."),
        max_length=254,
        required=False,
    )
    since = MomentField(label=_("From"), required=False)
    until = MomentField(label=_("Until"), required=False)
    everybody = forms.BooleanField(label=_("Every organisation is concerned"), required=False)

    def clean_actor(self) -> UUID | None:
        typed: str = self.cleaned_data["actor"].strip()
        if not typed:
            return None
        try:
            return UUID(typed)
        except ValueError:
            found = User.objects.filter(email=normalise_email(typed)).first()
        if found is None:
            raise ValidationError(_("There is no such account or key."), code="unknown")
        return found.pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        return cleaned


class EntryForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What you add"),
        choices=[(kind.value, kind.label) for kind in EntryKind if kind != EntryKind.CLOSED],
    )
    moment = MomentField(label=_("When it was"))
    text = forms.CharField(
        label=_("In words"), widget=forms.Textarea(attrs={"rows": 4}), max_length=_LONGEST, required=False
    )

    #: What is nothing without words. That we became aware, and whom we told, may stand by itself.
    _NEEDS_WORDS = frozenset(EntryKind) - {EntryKind.AWARE, EntryKind.AUTHORITY_TOLD, EntryKind.PEOPLE_TOLD}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") in self._NEEDS_WORDS and not cleaned.get("text", "").strip():
            self.add_error("text", _("Say it in words."))
        return cleaned


class CloseForm(forms.Form):
    text = forms.CharField(
        label=_("What was learned"), widget=forms.Textarea(attrs={"rows": 3}), max_length=_LONGEST
    )
