"""A stored quote on paper, in the visitor's words. Nothing is reckoned: it says what was stored."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.templatetags import looks
from delivery import typesetting
from leads.models import Lead
from leads.quotes import Quote, QuoteLine
from leads.signatures import fingerprint, signed_file
from organisations.models import Organisation

TEMPLATE = Path(__file__).with_name("quote.typ")
#: It is made within a transaction, which may not wait longer than ten.
SECONDS = 8
Row = list[str]


def as_pdf(lead: Lead, *, for_visitor: bool = False) -> bytes:
    """PDF/UA-1, in the language in which the request came in. Raises typesetting.NotSet.

    ``for_visitor`` says no more of the price than they may know.
    """
    with translation.override(lead.language):
        words = in_words(lead, for_visitor=for_visitor)
        return typesetting.pdf(TEMPLATE, words, for_everybody=True, seconds=SECONDS)


def in_words(lead: Lead, *, for_visitor: bool = False) -> dict[str, Any]:
    """What the template shows: ready texts in rows, and nothing that it would have to work out."""
    quote, business = Quote.of(lead), Organisation.objects.get(pk=lead.organisation_id)
    about = quote.indication if for_visitor else ""
    exactly = lead.gross is not None and not about
    return {
        "language": lead.language,
        "title": quote.title,
        "business": _business(business),
        "words": {
            "quote": _("Quote"),
            "choices": _("Your choices"),
            "price": _("About what it costs") if about else _("Price, line by line"),
            "what": _("What"),
            "amount": _("Amount"),
            "check": _("How to check this"),
            "drawing": _("A drawing of your choices"),
        },
        "facts": _facts(lead),
        "choices": [[choice.label, choice.value] for choice in quote.choices],
        "lines": [_line(line, quote.currency) for line in quote.lines] if exactly else [],
        "sums": _sums(quote) if exactly else [[_("Total including VAT"), about]] if about else [],
        "drawing": str(quote.drawing or ""),
        # To check it takes the signed file, which has every figure.
        "check": None if about else _check(lead),
    }


def _business(organisation: Organisation) -> list[str]:
    name = organisation.controller_name or organisation.name
    return [name, *organisation.controller_address.splitlines(), organisation.controller_email]


def _facts(lead: Lead) -> list[Row]:
    return [
        [_("Reference"), lead.reference],
        [_("Date"), date_format(timezone.localtime(lead.submitted_at), "DATE_FORMAT")],
        [_("Version"), str(lead.version.number)],
    ]


def _line(line: QuoteLine, currency: str) -> Row:
    amount = looks.money(line.amount, currency) if line.amount else _("included")
    return [line.label, line.detail, amount]


def _sums(quote: Quote) -> list[Row]:
    return [
        [_("Total excluding VAT"), looks.money(quote.net, quote.currency)],
        [_("VAT"), looks.money(quote.vat, quote.currency)],
        [_("Total including VAT"), looks.money(quote.gross, quote.currency)],
    ]


def _check(lead: Lead) -> dict[str, str] | None:
    """Where anybody can look whether it is as it was made; nothing where its signature does not stand."""
    document = signed_file(lead)
    if document is None:
        return None
    return {
        "how": _(
            "On this page anybody can see whether the quote is as it was made. It asks for the signed file,"
            " which you get from the business or by “My request” in your confirmation mail, and shows this"
            " fingerprint:"
        ),
        "address": settings.PUBLIC_URL + reverse("public:verify"),
        "fingerprint": fingerprint(document["statement"]),
    }
