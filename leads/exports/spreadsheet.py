"""A lead as one line of a spreadsheet.

Two ways of writing: for people, with headings and numbers in their language; for programs, with fixed names,
commas and decimal points. Nothing of what a visitor wrote is ever a formula to a spreadsheet program.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from configurators.compiled import Compiled
from leads.consents import SIMILAR_PRODUCTS, Ground, Standing, may_mail
from leads.models import Lead
from leads.quotes import Choice, Quote
from leads.sealed import Contact

#: Excel takes a file without it for the code page of the machine, and garbles every accent.
BYTE_ORDER_MARK = "\ufeff"

_NOBODY = Contact(name="", email="", phone="", answers={})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written: its separator, its decimal mark, and whether its headings are fixed names."""

    separator: str
    decimal_mark: str
    fixed_names: bool

    @classmethod
    def of(cls, language: str, *, for_programs: bool) -> "Writing":
        """Spreadsheet programs set to Dutch or French expect a semicolon and a decimal comma."""
        if for_programs or language == "en":
            return cls(",", ".", for_programs)
        return cls(";", ",", False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A lead with everything that its line is made of."""

    lead: Lead
    configurator: str
    contact: Contact
    compiled: Compiled
    standing: Standing

    @property
    def quote(self) -> Quote:
        quote = Quote.of(self.lead)
        quote.compiled = self.compiled
        return quote

    @property
    def may_mail(self) -> tuple[bool, Ground]:
        return may_mail(self.standing, SIMILAR_PRODUCTS)


Cell = str | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its fixed name, its heading and what stands in it."""

    name: str
    heading: str | Promise
    value: Callable[[Entry], Cell]


COLUMNS = (
    Column("reference", gettext_lazy("Reference"), lambda entry: entry.lead.reference),
    Column("submitted_at", gettext_lazy("Asked on"), lambda entry: _moment(entry.lead)),
    Column("status", gettext_lazy("Status"), lambda entry: str(entry.lead.get_status_display())),
    Column("configurator", gettext_lazy("Configurator"), lambda entry: entry.configurator),
    Column("language", gettext_lazy("Language"), lambda entry: entry.lead.language),
    Column("name", gettext_lazy("Name"), lambda entry: entry.contact.name),
    Column("email", gettext_lazy("E-mail"), lambda entry: entry.contact.email),
    Column("phone", gettext_lazy("Phone"), lambda entry: entry.contact.phone),
    Column("configuration", gettext_lazy("Configuration"), lambda entry: _listed(entry.quote.choices)),
    Column(
        "answers", gettext_lazy("Answers"), lambda entry: _listed(entry.quote.answers(entry.contact.answers))
    ),
    Column("net", gettext_lazy("Price without VAT"), lambda entry: entry.quote.net),
    Column("vat", gettext_lazy("VAT"), lambda entry: entry.quote.vat),
    Column("gross", gettext_lazy("Price with VAT"), lambda entry: entry.quote.gross),
    Column("currency", gettext_lazy("Currency"), lambda entry: entry.lead.currency),
    Column("marketing", gettext_lazy("May get offers by mail"), lambda entry: _yes_or_no(entry.may_mail[0])),
    Column("marketing_ground", gettext_lazy("On what ground"), lambda entry: str(entry.may_mail[1].label)),
    Column(
        "marketing_consent",
        gettext_lazy("Consent to news and offers"),
        lambda entry: str(entry.standing.consent.label),
    ),
    Column(
        "unsubscribe_url",
        gettext_lazy("Address to unsubscribe, for every offer"),
        lambda entry: entry.standing.unsubscribe_url,
    ),
    Column("id", pgettext_lazy("of a request", "Identifier"), lambda entry: str(entry.lead.pk)),
)
#: What stands in a column for programs where people read a word of their language.
_FIXED: Mapping[str, Callable[[Entry], str]] = {
    "submitted_at": lambda entry: entry.lead.submitted_at.isoformat(timespec="seconds"),
    "status": lambda entry: entry.lead.status,
    "marketing": lambda entry: "true" if entry.may_mail[0] else "false",
    "marketing_ground": lambda entry: entry.may_mail[1].value,
    "marketing_consent": lambda entry: entry.standing.consent.value,
}


def heading(writing: Writing) -> str:
    """The first line."""
    return _line([column.name if writing.fixed_names else str(column.heading) for column in COLUMNS], writing)


def line(entry: Entry, writing: Writing) -> str:
    """The line of one lead, in the language in force."""
    return _line([_cell(_value(column, entry, writing), writing) for column in COLUMNS], writing)


def harmless(text: str) -> str:
    """Text that no spreadsheet program runs: what could begin a formula gets an apostrophe before it."""
    if text.lstrip(" \u00a0\u200b\ufeff").startswith(_FORMULA) and not _PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text


def _value(column: Column, entry: Entry, writing: Writing) -> Cell:
    if writing.fixed_names and column.name in _FIXED:
        return _FIXED[column.name](entry)
    return column.value(entry)


def _cell(value: Cell, writing: Writing) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", writing.decimal_mark)
    return harmless((value or "").replace("\x00", ""))


def _line(cells: Sequence[str], writing: Writing) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=writing.separator, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _moment(lead: Lead) -> str:
    return f"{timezone.localtime(lead.submitted_at):%Y-%m-%d %H:%M}"


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def _listed(choices: Iterable[Choice]) -> str:
    return "; ".join(f"{choice.label}: {choice.value}" for choice in choices)


def entry_of(
    lead: Lead, *, names: Mapping[UUID, str], contact: Contact | None, compiled: Compiled, standing: Standing
) -> Entry:
    """A lead with its parts; one without a contact was erased to the point of having none."""
    return Entry(lead, names.get(lead.configurator_id, ""), contact or _NOBODY, compiled, standing)
