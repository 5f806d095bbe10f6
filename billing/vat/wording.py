"""What an invoice has to say of its VAT, in the reader's language (Directive 2006/112/EC, art. 226(11a))."""

from __future__ import annotations

from billing.vat.deciding import Category, Treatment

#: Fixed by law in each language: not for translators.
_REVERSE_CHARGE = {"nl": "Btw verlegd", "en": "Reverse charge", "fr": "Autoliquidation"}
_OUTSIDE = {
    "nl": "Niet aan EU-btw onderworpen",
    "en": "Not subject to EU VAT",
    "fr": "Non soumis à la TVA de l'UE",
}
_OSS = {
    "nl": "Btw van het land van de afnemer, via het éénloketsysteem (OSS)",
    "en": "VAT of the customer's country, by the One Stop Shop (OSS)",
    "fr": "TVA du pays du client, par le guichet unique (OSS)",
}


def wording(treatment: Treatment, language: str) -> str:
    """Empty where the law asks for none. Raises KeyError for a language that the house does not speak."""
    if treatment.category is Category.REVERSE_CHARGE:
        return _REVERSE_CHARGE[language]
    if treatment.category is Category.OUTSIDE:
        return _OUTSIDE[language]
    return _OSS[language] if treatment.oss else ""
