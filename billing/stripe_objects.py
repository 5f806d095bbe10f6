"""Stripe's objects as this house reads them: plain, typed, and with our words for what we ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Obj = Mapping[str, Any]

#: How we mark at Stripe whose an object is.
ORGANISATION = "organisation"
#: How we mark which purchase an object came from.
PURCHASE = "purchase"
#: How we mark what bills a month of requests beyond the plan.
OVERAGE = "overage"
#: How we mark a credit note that takes back the VAT alone.
OF_VAT = "of_vat"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedSubscription:
    """A subscription with one item. ``next_price`` is what its schedule changes it to, if it has one."""

    id: str
    customer: str
    organisation_id: UUID | None
    purchase_id: UUID | None
    status: str
    item: str
    price: str
    period_start: datetime
    period_end: datetime
    anchor: datetime
    trial_end: datetime | None
    cancel_at: datetime | None
    ended_at: datetime | None
    schedule: str
    next_price: str
    method: str
    tax_rate: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedLine:
    """A line of an invoice; amounts in cents, without VAT. ``price``: its name at Stripe, if it has one."""

    text: str
    quantity: int
    net_cents: int
    starts_at: datetime
    ends_at: datetime
    price: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedInvoice:
    """An invoice with its newest payment. ``refused`` is true when an attempt to collect it failed or nothing
    is there to collect from; a debit that is under way (``processing``) was not refused.

    ``reversed_at``: a bank took the money back and that is not won. ``hosted_url`` opens it to everybody who
    has the address: to be handed to its reader, not to be kept.
    """

    id: str
    customer: str
    organisation_id: UUID | None
    subscription: str
    number: str
    status: str
    reason: str
    net_cents: int
    tax_cents: int
    total_cents: int
    due_cents: int
    paid_cents: int
    credited_cents: int
    starts_at: datetime
    ends_at: datetime
    created: datetime
    finalized_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    processing: bool
    action_required: bool
    refused: bool
    next_attempt_at: datetime | None
    reversed_at: datetime | None
    method: str
    tax_rate: str
    vat_ids: tuple[str, ...]
    hosted_url: str
    lines: tuple[FetchedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedCreditNote:
    """``of_vat``: it takes back the VAT alone, as one line without VAT."""

    id: str
    customer: str
    invoice: str
    number: str
    status: str
    reason: str
    net_cents: int
    tax_cents: int
    total_cents: int
    of_vat: bool
    created: datetime
    lines: tuple[FetchedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedSession:
    """A Checkout session. Only ``subscription`` says that something was bought."""

    id: str
    status: str
    url: str
    customer: str
    subscription: str
    organisation_id: UUID | None
    purchase_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would be invoiced at now, in cents; ``lines`` as Stripe would write them."""

    net_cents: int
    tax_cents: int
    total_cents: int
    due_cents: int
    lines: tuple[FetchedLine, ...]


def subscription(data: Obj) -> FetchedSubscription:
    item = data["items"]["data"][0]
    schedule = data.get("schedule") or ""
    return FetchedSubscription(
        id=data["id"],
        customer=id_of(data["customer"]),
        organisation_id=_key(data, ORGANISATION),
        purchase_id=_key(data, PURCHASE),
        status=data["status"],
        item=item["id"],
        price=item["price"]["id"],
        period_start=_moment(item["current_period_start"]),
        period_end=_moment(item["current_period_end"]),
        anchor=_moment(data["billing_cycle_anchor"]),
        trial_end=_maybe(data.get("trial_end")),
        cancel_at=_leaves_at(data, item),
        ended_at=_maybe(data.get("ended_at")),
        schedule=id_of(schedule),
        next_price=_next_price(schedule, item["price"]["id"]),
        method=kind_of_method(data.get("default_payment_method")) or _method_of_customer(data["customer"]),
        tax_rate=_first_id(data.get("default_tax_rates")),
        created=_moment(data["created"]),
    )


def _method_of_customer(customer: Any) -> str:
    """What is charged where the subscription names no method of its own."""
    chosen = (customer.get("invoice_settings") or {}) if isinstance(customer, Mapping) else {}
    return kind_of_method(chosen.get("default_payment_method"))


def _leaves_at(data: Obj, item: Obj) -> datetime | None:
    if data.get("cancel_at"):
        return _moment(data["cancel_at"])
    return _moment(item["current_period_end"]) if data.get("cancel_at_period_end") else None


def _next_price(schedule: Any, price: str) -> str:
    """The price of the phase after the present one."""
    if not isinstance(schedule, Mapping) or schedule["status"] not in ("active", "not_started"):
        return ""
    begins = (schedule.get("current_phase") or {}).get("end_date")
    for phase in schedule["phases"]:
        if begins is not None and phase["start_date"] >= begins:
            later = id_of(phase["items"][0]["price"])
            return later if later != price else ""
    return ""


def invoice(data: Obj, *, method: str, failed_charge: bool, dispute: Obj | None) -> FetchedInvoice:
    """``method``: of its newest payment; ``failed_charge``: a charge for it was refused; ``dispute``: about
    the charge that paid it."""
    payment = _newest_intent(data)
    asks = payment.get("status") == "requires_action"
    processing = payment.get("status") == "processing"
    unpaid = data["status"] in ("open", "uncollectible")
    tried = bool(data.get("attempted")) or bool(payment.get("last_payment_error"))
    transitions = data["status_transitions"]
    parent = (data.get("parent") or {}).get("subscription_details") or {}
    return FetchedInvoice(
        id=data["id"],
        customer=id_of(data["customer"]),
        organisation_id=_key(parent, ORGANISATION) or _key(data, ORGANISATION),
        subscription=id_of(parent.get("subscription")),
        number=data.get("number") or "",
        status=data["status"],
        reason=data.get("billing_reason") or "",
        net_cents=data["total_excluding_tax"] or 0,
        tax_cents=data["total"] - (data["total_excluding_tax"] or 0),
        total_cents=data["total"],
        due_cents=data["amount_due"],
        paid_cents=data["amount_paid"],
        credited_cents=data["pre_payment_credit_notes_amount"] + data["post_payment_credit_notes_amount"],
        starts_at=_moment(data["period_start"]),
        ends_at=_moment(data["period_end"]),
        created=_moment(data["created"]),
        finalized_at=_maybe(transitions.get("finalized_at")),
        due_at=_maybe(data.get("due_date")),
        paid_at=_maybe(transitions.get("paid_at")),
        processing=unpaid and processing,
        action_required=unpaid and asks,
        refused=unpaid and not processing and (tried or failed_charge or asks),
        next_attempt_at=_maybe(data.get("next_payment_attempt")),
        reversed_at=_reversed(dispute),
        method=method,
        tax_rate=_tax_rate_of(data),
        vat_ids=tuple(one["value"] for one in data.get("customer_tax_ids") or ()),
        hosted_url=data.get("hosted_invoice_url") or "",
        lines=_lines(data["lines"]["data"]),
    )


def _newest_intent(data: Obj) -> Obj:
    """The payment intent of the invoice's newest payment, or nothing."""
    payments = (data.get("payments") or {}).get("data") or []
    for one in payments:
        found = (one.get("payment") or {}).get("payment_intent")
        if isinstance(found, Mapping):
            return found
    return {}


#: A bank that only asks (``warning``) has taken nothing.
_KEPT_BY_US = ("won", "warning_needs_response", "warning_under_review", "warning_closed")


def _reversed(dispute: Obj | None) -> datetime | None:
    if dispute is None or dispute["status"] in _KEPT_BY_US:
        return None
    return _moment(dispute["created"])


def _tax_rate_of(data: Obj) -> str:
    for line in data["lines"]["data"]:
        for tax in line.get("taxes") or ():
            details = tax.get("tax_rate_details") or {}
            if details.get("tax_rate"):
                return id_of(details["tax_rate"])
    return _first_id(data.get("default_tax_rates"))


def _lines(rows: Any) -> tuple[FetchedLine, ...]:
    return tuple(
        FetchedLine(
            text=row.get("description") or "",
            quantity=row.get("quantity") or 1,
            net_cents=row["amount"],
            starts_at=_moment((row.get("period") or {}).get("start") or 0),
            ends_at=_moment((row.get("period") or {}).get("end") or 0),
            price=_price_of(row),
        )
        for row in rows
    )


def _price_of(row: Obj) -> str:
    details = (row.get("pricing") or {}).get("price_details") or {}
    return id_of(details.get("price"))


def credit_note(data: Obj) -> FetchedCreditNote:
    return FetchedCreditNote(
        id=data["id"],
        customer=id_of(data["customer"]),
        invoice=id_of(data["invoice"]),
        number=data["number"],
        status=data["status"],
        reason=data.get("reason") or "",
        net_cents=data["total_excluding_tax"] or 0,
        tax_cents=data["total"] - (data["total_excluding_tax"] or 0),
        total_cents=data["total"],
        of_vat=OF_VAT in (data.get("metadata") or {}),
        created=_moment(data["created"]),
        lines=_lines(data["lines"]["data"]),
    )


def session(data: Obj) -> FetchedSession:
    return FetchedSession(
        id=data["id"],
        status=data["status"],
        url=data.get("url") or "",
        customer=id_of(data.get("customer")),
        subscription=id_of(data.get("subscription")),
        organisation_id=_key(data, ORGANISATION),
        purchase_id=_key(data, PURCHASE),
    )


def preview(data: Obj) -> Preview:
    return Preview(
        net_cents=data["total_excluding_tax"] or 0,
        tax_cents=data["total"] - (data["total_excluding_tax"] or 0),
        total_cents=data["total"],
        due_cents=data["amount_due"],
        lines=_lines(data["lines"]["data"]),
    )


# --- Pieces ---------------------------------------------------------------------------------------


def id_of(found: Any) -> str:
    """The id of a reference, whether it was expanded or not."""
    if isinstance(found, Mapping):
        return str(found["id"])
    return str(found) if found else ""


def _first_id(found: Any) -> str:
    return id_of(found[0]) if found else ""


def kind_of_method(found: Any) -> str:
    return str(found["type"]) if isinstance(found, Mapping) else ""


def _key(data: Obj, name: str) -> UUID | None:
    try:
        return UUID((data.get("metadata") or {}).get(name) or "")
    except ValueError:
        return None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _maybe(seconds: int | None) -> datetime | None:
    return _moment(seconds) if seconds else None
