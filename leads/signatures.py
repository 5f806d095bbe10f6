"""The platform's signature over a quote: what it covers, and whether it stands.

It covers what was chosen and what that costs, line by line, and on which version of which configurator that
was reckoned. Words are left out, because the version that it names has them; so are who asked, when, and
under which reference: the same choices on the same version have the same signature, which names nobody.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from audit import signing
from configurators.compiled import canonical_json
from leads.models import Lead
from tenancy.keys import KeyUnreadable, NoKey

FORMAT = "opmaat-quote/1"
Statement = dict[str, Any]

#: What is not signed of a quote and of its lines; whatever else they come to say is.
_LANGUAGE = frozenset({"language"})
_WORDS = frozenset({"label", "group_label", "unit"})
_FINGERPRINT = 32


class Standing(StrEnum):
    """What became of a quote's signature."""

    STANDS = "stands"
    #: Signed before anybody is told of the request, so not before it leaves quarantine, nor without the key.
    NOT_YET = "not yet"
    #: From before quotes were signed.
    NONE = "none"
    BROKEN = "broken"


def statement(quote: Mapping[str, Any], *, configurator: str) -> Statement:
    """What is signed of a stored quote. ``configurator`` is the key in the address of its page.

    Texts, whole numbers, truth values, lists and nulls alone: every JSON library writes the same bytes.
    """
    return {
        **_without(_LANGUAGE, quote),
        "format": FORMAT,
        "configurator": configurator,
        "lines": [_without(_WORDS, line) for line in quote["lines"]],
        "key": {"algorithm": "Ed25519", "public": public_key()},
    }


def _without(left_out: frozenset[str], said: Mapping[str, Any]) -> Statement:
    return {name: value for name, value in said.items() if name not in left_out}


def sign(quote: Mapping[str, Any], *, configurator: str) -> str:
    """The signature that is stored with a quote. Raises NoKey or KeyUnreadable."""
    signature = signing.sign(canonical_json(statement(quote, configurator=configurator)))
    return base64.b64encode(signature).decode()


def is_signed(content: Statement, signature: str) -> bool:
    """Whether this platform signed exactly this statement. Nothing that somebody writes makes it raise."""
    try:
        given = base64.b64decode(signature, validate=True)
        # The last letter has bits that decode to nothing: one signature is written in one way.
        written_so = base64.b64encode(given).decode() == signature
        return written_so and signing.is_signed(canonical_json(content), given)
    except (binascii.Error, ValueError):  # no base64, or characters that no text has
        return False


def standing(lead: Lead) -> Standing:
    """Whether the quote that is stored with a lead is the one that was signed when it came in."""
    if lead.quote_signature is None:
        return Standing.NOT_YET if "schema" in lead.quote else Standing.NONE
    try:
        content = statement(lead.quote, configurator=lead.configurator.public_key)
    except (NoKey, KeyUnreadable):
        return Standing.BROKEN
    return Standing.STANDS if is_signed(content, lead.quote_signature) else Standing.BROKEN


def signed_file(lead: Lead) -> Statement | None:
    """The quote as a file that anybody can check; None where its signature does not stand."""
    if standing(lead) != Standing.STANDS:
        return None
    content = statement(lead.quote, configurator=lead.configurator.public_key)
    return {"statement": content, "signature": lead.quote_signature}


def fingerprint(content: Statement) -> str:
    """By which people compare paper, page and file: the first half of the SHA-256, in groups of four."""
    digest = hashlib.sha256(canonical_json(content)).hexdigest()[:_FINGERPRINT]
    return " ".join(digest[at : at + 4] for at in range(0, _FINGERPRINT, 4))


def public_key() -> str:
    """The public half of the key, 32 bytes in base64, as it is published."""
    return base64.b64encode(signing.public_key()).decode()
