"""What the details of the record are called on a page, and the values that are words themselves."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

#: Names of details, as they follow an act in a list.
DETAILS: dict[str, Promise] = {
    "after": _("After"),
    "afterwards": _("Who hands over becomes"),
    "before": _("Before"),
    "case": _("Request"),
    "change": _("May change"),
    "country": _("Country"),
    "document": _("Document"),
    "fields": _("Fields"),
    "first": _("Stay on line first"),
    "from": _("From"),
    "ground": _("Ground"),
    "interval": _("Paid per"),
    "invitation": _("Invitation"),
    "new": _("New account"),
    "number": _("No."),
    "object": _("What"),
    "page": _("Page"),
    "plan": _("Plan"),
    "planned": _("Planned publication"),
    "reason": _("Reason"),
    "reference": _("Reference"),
    "role": _("Role"),
    "rows": _("Rows"),
    "scope": _("Scope"),
    "sha256": _("Checksum"),
    "table": _("Part of the data"),
    "to": _("To"),
    "told_on": _("Told on"),
    "unmasked": _("With names and addresses"),
    "version": _("Version"),
}

#: What an act was about, before its identifier.
KINDS: dict[str, Promise] = {
    "api_key": _("Key"),
    "configurator": _("Configurator"),
    "erasure": _("Erasure"),
    "export": _("Export"),
    "image": _("Image"),
    "invitation": _("Invitation"),
    "invoice": _("Invoice"),
    "lead": _("Request for an offer"),
    "legal_hold": _("Legal hold"),
    "membership": _("Member"),
    "notice": _("Message to a recipient"),
    "organisation": _("Organisation"),
    "ownership_offer": _("Handing over"),
    "parcel": _("Copy of everything"),
    "price": _("Price"),
    "price_book": _("Price book"),
    "purchase": _("Purchase"),
    "record": _("Record"),
    "request": _("Privacy request"),
    "support_grant": _("Support visit"),
    "suspension": _("Suspension"),
    "webhook": _("Webhook"),
}


def name_of(detail: str) -> str:
    """The name of a detail in words; its key where nobody has written any."""
    return _in_words(DETAILS, detail)


def kind_of(kind: str) -> str:
    return _in_words(KINDS, kind)


def value_of(value: str | int | bool, known: Mapping[str, object]) -> str:
    """Yes and no for what is true or not, a word that stands in ``known``, anything else as it is."""
    if isinstance(value, bool):
        return _t("Yes") if value else _t("No")
    return _in_words(known, str(value))


def _in_words(known: Mapping[str, object], key: str) -> str:
    return str(known.get(key, key))
