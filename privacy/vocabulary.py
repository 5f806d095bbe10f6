"""The words that declarations use, and what the documents say for each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from privacy.declarations import Text

#: The first part of a category.
CATEGORIES: dict[str, Text] = {
    "lead": _("A request for an offer"),
    "account": _("An account"),
    "contact": _("Contact details"),
    "identity": _("Name and account"),
    "credential": _("Means of signing in"),
    "technical": _("Technical data"),
    "content": _("What somebody wrote, chose or asked for"),
    "communication": _("Mail"),
    "consent": _("Consents and acceptances"),
    "activity": _("What somebody did, and when"),
    "contract": _("Agreement and payment"),
    "request": _("A privacy request"),
}

PURPOSES: dict[str, Text] = {
    "lead_handling": _("Answering somebody who asked for an offer, on behalf of the organisation asked"),
    "sign_in": _("Letting people sign in, and nobody else"),
    "account": _("Carrying out the agreement with the people who use the product"),
    "security": _("Keeping the product and its users safe from abuse"),
    "accountability": _("Being able to show who did what with personal data"),
    "mail": _("Sending the mails that belong to an account or to a request"),
    "consent": _("Being able to show what somebody consented to"),
    "marketing": _("Sending offers to those who consented to it"),
    "rights": _("Answering people who use their rights, and being able to show it"),
    "billing": _("Charging for the product and keeping the books"),
}

BASES: dict[str, Text] = {
    "6(1)(a)": _("Consent, Art. 6(1)(a) GDPR"),
    "6(1)(b)": _("Agreement, or steps asked for before one, Art. 6(1)(b) GDPR"),
    "6(1)(c)": _("Legal obligation, Art. 6(1)(c) GDPR"),
    "6(1)(f)": _("Legitimate interest, Art. 6(1)(f) GDPR"),
    "controller": _("As instructed by the organisation, Art. 28 GDPR"),
}
