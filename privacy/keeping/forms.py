"""What an officer types: a hold, and a day to look at."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy import holds, registry
from privacy.declarations import Declaration, Subject
from privacy.models import LegalHold
from tenancy.planes import TABLES

#: A hold is looked at again within this time; it may be prolonged as often as it is needed.
LONGEST = timedelta(days=366)
Scope = LegalHold.Scope


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """What is no day is left out: a browser shows nothing for it, and complains."""
        shown = super().format_value(value)
        return shown if shown and re.fullmatch(r"\d{4}-\d\d-\d\d", shown) else None


def _can_be_held(declaration: Declaration, table: str) -> bool:
    """Its rows, or those that take them along, can lose their date; what the product only adds to cannot."""
    dated = {swept.table: swept for swept in registry.swept()}
    swept = dated.get(table) or dated.get(registry.whole_of(declaration) or "")
    return swept is not None and swept.rule.hold and "UPDATE" in TABLES[swept.table].app


def kinds() -> list[tuple[str, str]]:
    """What of an organisation's data can be held as one kind, by its name."""
    found = []
    for declaration in registry.declarations().values():
        table = registry.table_of(declaration)
        is_own = declaration.role == "processor" and declaration.is_personal
        if (
            table in TABLES
            and TABLES[table].plane == "tenant"
            and is_own
            and _can_be_held(declaration, table)
        ):
            found.append((declaration.label, str(declaration.called)))
    return sorted(found, key=lambda pair: pair[1])


class ReviewForm(forms.Form):
    """Until when a hold stands before somebody looks at it again."""

    review_on = forms.DateField(label=gettext_lazy("Look at it again on"), widget=Day())

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        today = timezone.localdate()
        if not today < day <= today + LONGEST:
            raise forms.ValidationError(_("Choose a day within a year from now."), code="review_on")
        return day


class HoldForm(ReviewForm):
    """A hold, as narrow as it can be said."""

    scope = forms.ChoiceField(
        label=gettext_lazy("What is held"),
        choices=[(each.value, each.label) for each in (Scope.PERSON, Scope.CATEGORY, Scope.ORGANISATION)],
        widget=forms.RadioSelect,
        initial=Scope.PERSON,
    )
    email = forms.EmailField(
        label=gettext_lazy("The person's e-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("For one person: every request with this address is held."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of data"), required=False, help_text=gettext_lazy("For one kind of data.")
    )
    ground = forms.ChoiceField(label=gettext_lazy("Ground"), choices=LegalHold.Ground.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example the file number. It is stored encrypted."),
    )
    field_order = ("scope", "email", "kind", "ground", "reason", "review_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *kinds()]  # type: ignore[attr-defined]
        self.found: list[UUID] = []

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if "\x00" in reason:
            raise forms.ValidationError(_("Leave out invisible characters."), code="invisible")
        return reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("scope") == Scope.PERSON and "email" not in self.errors:
            self._find(cleaned.get("email", ""))
        if cleaned.get("scope") == Scope.CATEGORY and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Choose what is held."))
        return cleaned

    def _find(self, email: str) -> None:
        if not email:
            self.add_error("email", _("Whose data is held?"))
            return
        self.found = holds.roots_with(email, root_label=root_label())
        if not self.found:
            self.add_error("email", _("Nothing is kept here under this address."))


def root_label() -> str:
    """The table with one row per request that somebody made to an organisation."""
    return registry.root_of(Subject.LEAD).label


class DayForm(forms.Form):
    """The day of a forecast."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=Day())

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=3660):
            raise forms.ValidationError(_("Choose a day from today, at most ten years ahead."), code="on")
        return day
