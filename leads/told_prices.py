"""The price that the confirmation is the first to tell.

The page after a form was sent is opened by its address alone. So the price stands in that address, signed: it
was reckoned for this very request, and nothing is looked up for whoever guesses a reference.
"""

from decimal import Decimal, InvalidOperation

from django.core.signing import BadSignature, Signer

from configurators.evaluation import Evaluation
from configurators.indications import tells_at_last
from configurators.money import money


def told_at_last(evaluation: Evaluation) -> Decimal | None:
    """What somebody who has just sent this may know now; None where they knew it before, or never do."""
    return evaluation.gross if tells_at_last(evaluation.compiled) else None


def sealed(price: Decimal, currency: str, *, public_key: str, reference: str) -> str:
    """For the address of the page that follows."""
    return _signer(public_key, reference).sign(f"{price} {currency}")


def opened(text: str, *, public_key: str, reference: str | None, language: str) -> str:
    """In words; '' for what we did not say of this request."""
    try:
        amount, currency = _signer(public_key, reference or "").unsign(text).split(" ")
        return money(Decimal(amount), currency, language)
    except (BadSignature, ValueError, InvalidOperation):
        return ""


def _signer(public_key: str, reference: str) -> Signer:
    return Signer(salt=f"leads.told_prices {public_key} {reference}")
