"""What a message from Stripe is about, and which object that we mirror it leads to: one table, nothing else.

A message is only a hint to look again: what it says of the object may be old by the time it is read, and
messages come late, twice and in any order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What may be heard of. A payment and a customer lead on to what we mirror, once Stripe is asked."""

    SUBSCRIPTION = "subscription"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    CUSTOMER = "customer"


def _all(family: str, words: str, kind: Kind, name: str = "id") -> dict[str, tuple[Kind, str]]:
    return {f"{family}.{word}": (kind, name) for word in words.split()}


#: By type: what it leads to, and which attribute of the object in the message names that.
LEADS_TO: dict[str, tuple[Kind, str]] = {
    **_all(
        "customer.subscription",
        "created updated deleted paused resumed trial_will_end pending_update_applied pending_update_expired",
        Kind.SUBSCRIPTION,
    ),
    **_all(
        "subscription_schedule",
        "created updated completed canceled aborted expiring",
        Kind.SUBSCRIPTION,
        "subscription",
    ),
    **_all("subscription_schedule", "released", Kind.SUBSCRIPTION, "released_subscription"),
    **_all(
        "checkout.session",
        "completed async_payment_succeeded async_payment_failed expired",
        Kind.SUBSCRIPTION,
        "subscription",
    ),
    **_all(
        "invoice",
        "created finalized paid payment_succeeded payment_failed payment_action_required updated sent voided "
        "marked_uncollectible overdue will_be_due overpaid deleted finalization_failed",
        Kind.INVOICE,
    ),
    **_all("invoice_payment", "paid", Kind.INVOICE, "invoice"),
    **_all("credit_note", "created updated voided", Kind.CREDIT_NOTE),
    **_all(
        "payment_intent",
        "created processing succeeded payment_failed requires_action canceled",
        Kind.PAYMENT,
    ),
    **_all(
        "charge", "succeeded pending failed updated refunded captured expired", Kind.PAYMENT, "payment_intent"
    ),
    **_all(
        "charge.dispute",
        "created updated closed funds_withdrawn funds_reinstated",
        Kind.PAYMENT,
        "payment_intent",
    ),
    **_all("charge.refund", "updated", Kind.PAYMENT, "payment_intent"),
    **_all("refund", "created updated failed", Kind.PAYMENT, "payment_intent"),
    **_all("customer", "created updated deleted", Kind.CUSTOMER),
    **_all("customer.tax_id", "created updated deleted", Kind.CUSTOMER, "customer"),
    **_all("payment_method", "attached updated automatically_updated detached", Kind.CUSTOMER, "customer"),
}
#: From these it is known when an invoice was asked to be paid in vain.
FAILURES = ("invoice.payment_failed", "invoice.payment_action_required")

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_TYPE = re.compile(r"[a-z0-9_.]{1,80}\Z")


class NotAnEvent(ValueError):
    """Signed, but not what Stripe's messages look like."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message. ``leads_to`` is None where it is about nothing of ours."""

    id: str
    type: str
    object_id: str
    created: datetime
    leads_to: tuple[Kind, str] | None

    @property
    def known(self) -> bool:
        return self.type in LEADS_TO


def read(data: Any) -> Told:
    """Raises NotAnEvent."""
    try:
        about: Mapping[str, Any] = data["data"]["object"]
        what, created = _matched(_TYPE, data["type"]), datetime.fromtimestamp(data["created"], UTC)
        return Told(
            id=_matched(_ID, data["id"]),
            type=what,
            object_id=_name(about, "id"),
            created=created,
            leads_to=_leads_to(what, about),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
        raise NotAnEvent from None


def _matched(shape: re.Pattern[str], text: Any) -> str:
    if not shape.match(text):
        raise NotAnEvent
    return str(text)


def _leads_to(what: str, about: Mapping[str, Any]) -> tuple[Kind, str] | None:
    if what not in LEADS_TO:
        return None
    kind, attribute = LEADS_TO[what]
    found = _name(about, attribute)
    return (kind, found) if found else None


def _name(about: Mapping[str, Any], attribute: str) -> str:
    """The id of an object or a reference, expanded or not; none where Stripe gives none."""
    found = about.get(attribute)
    if isinstance(found, Mapping):
        found = found.get("id")
    return found if isinstance(found, str) and _ID.match(found) else ""
