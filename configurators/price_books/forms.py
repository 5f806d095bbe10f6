"""Forms of the price books."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from configurators.definition import MINOR_UNITS
from configurators.messages import number_text
from configurators.models import PriceEntry
from configurators.price_books.books import Line
from configurators.price_books.days import today
from configurators.price_books.numbers import FIRST_YEAR, LAST_YEAR, amount_in, decimal_sign
from configurators.price_books.pasting import AMOUNT_WANTED, LONGEST_LABEL, SKU_WANTED, TWO_WAYS
from configurators.price_books.resolving import KEY_PATTERN, LONGEST_NAME, SKU_PATTERN

_ENDS_FORMER = _("End the price before it on the day before")
_ENDS_FORMER_HELP = _("For a price that has no last day yet.")
#: Of a pasted list; thousands of rows are less.
_LONGEST_SHEET = 1_000_000


class RenameBookForm(forms.Form):
    """What the organisation calls the book."""

    name = forms.CharField(label=_("Name"), max_length=120)


class BookForm(RenameBookForm):
    """A new book."""

    key = forms.CharField(
        label=_("Key"),
        max_length=LONGEST_NAME,
        required=False,
        validators=[
            RegexValidator(
                rf"^{KEY_PATTERN}\Z", _("A key starts with a letter and has small letters, digits, - and _.")
            )
        ],
        help_text=_("How formulas call it. It stays as it is; left empty, it is made from the name."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in MINOR_UNITS])

    def clean(self) -> dict[str, Any]:
        """A name of other letters gives no key."""
        cleaned = super().clean() or {}
        if "key" in cleaned and "name" in cleaned:
            cleaned["key"] = cleaned["key"] or slugify(cleaned["name"])[:LONGEST_NAME].lstrip("-_0123456789")
            if not cleaned["key"]:
                self.add_error("key", _("Fill in a key: none can be made from this name."))
        return cleaned


class _DayField(forms.DateField):
    """A day of this age."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            text = _("Choose a day from %(first)s to %(last)s.")
            raise forms.ValidationError(text, params={"first": FIRST_YEAR, "last": LAST_YEAR})
        return day


class EntryForm(forms.Form):
    """One price."""

    sku = forms.CharField(
        label=_("Article"),
        max_length=LONGEST_NAME,
        validators=[RegexValidator(rf"^{SKU_PATTERN}\Z", SKU_WANTED)],
        help_text=_("How configurators call it, such as glass-44.2."),
    )
    label = forms.CharField(
        label=_("Description"), max_length=LONGEST_LABEL, required=False, help_text=_("For your colleagues.")
    )
    amount = forms.CharField(
        label=_("Amount"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    valid_from = _DayField(label=_("First day"))
    valid_until = _DayField(
        label=_("Last day"), required=False, help_text=_("Left empty, it holds until further notice.")
    )

    @classmethod
    def of(cls, entry: PriceEntry) -> dict[str, Any]:
        """How an entry is written in the form."""
        written = {name: getattr(entry, name) for name in ("sku", "label", "valid_from", "valid_until")}
        return written | {"amount": number_text(entry.amount)}

    def clean_amount(self) -> Decimal:
        typed = self.cleaned_data["amount"]
        sign = decimal_sign([typed])
        if sign is None:
            raise forms.ValidationError(TWO_WAYS)
        amount = amount_in(typed, sign)
        if amount is None:
            raise forms.ValidationError(AMOUNT_WANTED)
        return amount

    def clean(self) -> dict[str, Any]:
        """The days follow each other."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day lies before the first."))
        return cleaned

    @property
    def line(self) -> Line:
        """What was typed, once it is valid."""
        return Line(**{name: self.cleaned_data[name] for name in Line.__dataclass_fields__})


class NewEntryForm(EntryForm):
    """Another price, perhaps in place of one that has no last day."""

    ends_former = forms.BooleanField(label=_ENDS_FORMER, help_text=_ENDS_FORMER_HELP, required=False)


class PasteForm(forms.Form):
    """A list of prices."""

    sheet = forms.CharField(
        label=_("The list"),
        max_length=_LONGEST_SHEET,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off", "class": "font-mono"}
        ),
        help_text=_(
            "Copy the rows in your spreadsheet and paste them here: article, description, amount, first day,"
            " last day. A row of headings is left out, and the last two may be empty."
        ),
    )
    starting = _DayField(label=_("First day, where a row has none"))
    ends_former = forms.BooleanField(label=_ENDS_FORMER, help_text=_ENDS_FORMER_HELP, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"starting": today()})
        super().__init__(*args, **kwargs)
