"""Stripe: the one place that speaks to it, over HTTP with its own library.

Nothing here may run inside a tenant's transaction: an answer takes up to ten seconds. What is asked for
twice with the same key is done once; Stripe remembers keys for a day, so whoever retries later reads first.
Nothing here was ever verified against the live Stripe: only against ``billing.standin``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

import stripe
from django.conf import settings
from django.utils.module_loading import import_string

from billing import stripe_events
from billing import stripe_objects as read
from billing.stripe_events import Told
from billing.stripe_objects import (
    OF_VAT,
    ORGANISATION,
    OVERAGE,
    PURCHASE,
    FetchedCreditNote,
    FetchedInvoice,
    FetchedSession,
    FetchedSubscription,
    Obj,
    Preview,
)

TIMEOUT_SECONDS = 10
#: How often and how long is waited for the same request of another, besides what the library waits.
MOMENTS, MOMENT_SECONDS = 3, 0.5
#: The version of the API that the library is made for, and that webhooks are rendered in.
API_VERSION = stripe.api_version
#: How long after its time a signed webhook is still believed, in seconds.
TOLERANCE = 300

Answer = TypeVar("Answer")
Given = Mapping[str, Any]


class StripeDown(RuntimeError):
    """No answer, or one that says to come back later: nothing is known, and asking again is safe."""


class StripeRefused(ValueError):
    """Stripe understood and said no. ``code`` is its word for why; the message is for developers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CardDeclined(StripeRefused):
    """The bank said no to a payment; nothing was changed."""


class NotThere(StripeRefused):
    """No such object at Stripe."""


class Forged(ValueError):
    """A webhook that Stripe did not sign, or not just now."""


def is_set_up() -> bool:
    """Whether this installation sells anything. Without it everybody has everything."""
    return bool(settings.STRIPE_SECRET_KEY)


@cache
def _made(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _v1() -> Any:
    """Nothing leaves for a company that is not in the register with its contract (Art. 28 GDPR, H15)."""
    try:
        import_string(settings.COMPANY_GUARD)(settings.STRIPE_API_URL)
    except PermissionError:
        raise StripeRefused("not_engaged", "Stripe is not in the register of companies.") from None
    return _made(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL).v1


def _ask(call: Callable[[], Any]) -> dict[str, Any]:
    """Stripe's answer as plain data, or one of the errors above."""
    try:
        answer = _when_free(call)
    except stripe.CardError as error:
        raise CardDeclined(error.code or "card_declined", str(error)) from None
    except stripe.InvalidRequestError as error:
        refused = NotThere if error.code == "resource_missing" else StripeRefused
        raise refused(error.code or "invalid_request", str(error)) from None
    except stripe.IdempotencyError as error:
        raise StripeRefused("idempotency", str(error)) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeRefused("not_allowed", type(error).__name__) from None
    except stripe.StripeError as error:
        raise StripeDown(type(error).__name__) from None
    found: dict[str, Any] = answer.to_dict()
    return found


def _when_free(call: Callable[[], Any]) -> Any:
    """Who presses at the same moment as another asks the same, and gets the same answer a little later."""
    for _ in range(MOMENTS):
        try:
            return call()
        except stripe.APIError as error:  # the library knows no name for this status
            if error.http_status != HTTPStatus.CONFLICT:
                raise
            time.sleep(MOMENT_SECONDS)
    return call()


def _once(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


# --- Reading --------------------------------------------------------------------------------------


def fetch_subscription(subscription_id: str) -> FetchedSubscription:
    expand = {
        "expand": [
            "customer.invoice_settings.default_payment_method",
            "default_payment_method",
            "schedule",
        ]
    }
    return read.subscription(_ask(lambda: _v1().subscriptions.retrieve(subscription_id, expand)))


def fetch_invoice(invoice_id: str) -> FetchedInvoice:
    """With all its lines, its newest payment, and the dispute about the charge that paid it, if any."""
    expand = {"expand": ["payments.data.payment.payment_intent"]}
    data = _ask(lambda: _v1().invoices.retrieve(invoice_id, expand))
    if data["lines"]["has_more"]:
        data["lines"]["data"] = list(_all(lambda more: _v1().invoices.line_items.list(invoice_id, more)))
    intents = list(_intents_of(data))
    method = _method_of(intents[0]) if intents else ""
    failed, dispute = False, None
    if data["status"] == "paid":
        dispute = next(filter(None, map(_dispute_about, intents)), None)
    else:
        failed = any(map(_has_failed_charge, intents))
    return read.invoice(data, method=method, failed_charge=failed, dispute=dispute)


def _intents_of(data: Obj) -> Iterator[str]:
    for payment in (data.get("payments") or {}).get("data") or []:
        intent = (payment.get("payment") or {}).get("payment_intent")
        if isinstance(intent, Mapping):
            yield intent["id"]


def _method_of(intent: str) -> str:
    """Its own question: Stripe expands four levels and no more."""
    found = _ask(lambda: _v1().payment_intents.retrieve(intent, {"expand": ["payment_method"]}))
    return read.kind_of_method(found.get("payment_method"))


def _has_failed_charge(intent: str) -> bool:
    charges = _ask(lambda: _v1().charges.list({"payment_intent": intent, "limit": 100}))["data"]
    return any(charge["status"] == "failed" for charge in charges)


def _dispute_about(intent: str) -> Obj | None:
    found = _ask(lambda: _v1().disputes.list({"payment_intent": intent, "limit": 1}))["data"]
    return found[0] if found else None


def invoice_of(intent: str) -> str:
    """The invoice that a payment intent pays, or ``""``."""
    given = {"payment": {"type": "payment_intent", "payment_intent": intent}, "limit": 1}
    found = _ask(lambda: _v1().invoice_payments.list(given))["data"]
    return read.id_of(found[0]["invoice"]) if found else ""


def fetch_credit_note(note_id: str) -> FetchedCreditNote:
    return read.credit_note(_ask(lambda: _v1().credit_notes.retrieve(note_id)))


def fetch_session(session_id: str) -> FetchedSession:
    return read.session(_ask(lambda: _v1().checkout.sessions.retrieve(session_id)))


def events_since(moment: datetime) -> Iterator[Told]:
    """What happened since then, newest first. Stripe tells of the last thirty days."""
    given = {"created": {"gte": int(moment.timestamp())}}
    for event in _all(lambda more: _v1().events.list({**given, **more})):
        yield stripe_events.read(event)


def open_invoices_of(customer: str) -> Iterator[str]:
    given = {"customer": customer, "status": "open"}
    for one in _all(lambda more: _v1().invoices.list({**given, **more})):
        yield one["id"]


def subscriptions_of(customer: str) -> Iterator[str]:
    given = {"customer": customer, "status": "all"}
    for one in _all(lambda more: _v1().subscriptions.list({**given, **more})):
        yield one["id"]


def _all(ask: Callable[[Given], Any]) -> Iterator[dict[str, Any]]:
    """Every row of a list, page by page."""
    more: dict[str, Any] = {"limit": 100}
    while True:
        page = _ask(lambda: ask(more))  # noqa: B023  asked at once
        yield from page["data"]
        if not page["has_more"]:
            return
        more = {"limit": 100, "starting_after": page["data"][-1]["id"]}


def note_paid_outside(invoice_id: str) -> None:
    """Nothing is collected for it any more: the money came another way. Twice is once."""
    try:
        _ask(lambda: _v1().invoices.pay(invoice_id, {"paid_out_of_band": True}))
    except StripeRefused:
        if fetch_invoice(invoice_id).status != "paid":
            raise


# --- The price list -------------------------------------------------------------------------------


def make_product(*, code: str, name: str) -> str:
    """The product of a plan, whose id we choose, so that there is one however often this is asked."""
    product = f"plan_{code}"
    try:
        _ask(lambda: _v1().products.retrieve(product))
    except NotThere:
        _ask(lambda: _v1().products.create({"id": product, "name": name}, _once(f"product:{code}")))
    return product


def make_price(*, key: str, product: str, cents: int, interval: str) -> str:
    """The price that goes by this key at Stripe. Raises StripeRefused where that has another amount."""
    found = _ask(lambda: _v1().prices.list({"lookup_keys": [key], "limit": 1}))["data"]
    if found and (found[0]["unit_amount"], found[0]["product"]) != (cents, product):
        raise StripeRefused("price_differs", f"The price {key} at Stripe is not the one of the list.")
    if found:
        return str(found[0]["id"])
    given = {
        "product": product,
        "currency": "eur",
        "unit_amount": cents,
        "recurring": {"interval": interval},
        "tax_behavior": "exclusive",
        "lookup_key": key,
    }
    return str(_ask(lambda: _v1().prices.create(given, _once(f"price:{key}")))["id"])


def make_tax_rate(*, key: str, name: str, percentage: str, country: str) -> str:
    given = {"display_name": name, "percentage": percentage, "inclusive": False, "country": country}
    return str(_ask(lambda: _v1().tax_rates.create(given, _once(f"tax_rate:{key}")))["id"])


# --- Buying ---------------------------------------------------------------------------------------


def make_customer(organisation_id: UUID, *, given: Given) -> str:
    """A customer, once per organisation within a day; afterwards the caller knows its id."""
    whole = {**given, "metadata": {ORGANISATION: str(organisation_id)}}
    return str(_ask(lambda: _v1().customers.create(whole, _once(f"org:{organisation_id}:customer")))["id"])


def change_customer(customer: str, *, given: Given) -> None:
    _ask(lambda: _v1().customers.update(customer, dict(given)))


def start_checkout(
    *,
    organisation_id: UUID,
    purchase_id: UUID,
    customer: str,
    price: str,
    tax_rate: str,
    trial_end: datetime | None,
    methods: tuple[str, ...],
    language: str,
    success_url: str,
    cancel_url: str,
) -> FetchedSession:
    """A page at Stripe on which a subscription is bought. The same purchase answers the same session."""
    marks = {ORGANISATION: str(organisation_id), PURCHASE: str(purchase_id)}
    given: dict[str, Any] = {
        "mode": "subscription",
        "customer": customer,
        "line_items": [{"price": price, "quantity": 1}],
        "payment_method_collection": "always",
        "payment_method_types": list(methods),
        "locale": language,
        "metadata": marks,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "subscription_data": {
            "metadata": marks,
            "default_tax_rates": [tax_rate],
            **({"trial_end": int(trial_end.timestamp())} if trial_end else {}),
        },
    }
    key = f"org:{organisation_id}:checkout:{purchase_id}"
    return read.session(_ask(lambda: _v1().checkout.sessions.create(given, _once(key))))


def sessions_of(customer: str, purchase_id: UUID) -> list[FetchedSession]:
    """The pages on which a customer can, or could lately, pay for a purchase."""
    found = _ask(lambda: _v1().checkout.sessions.list({"customer": customer, "limit": 100}))["data"]
    return [one for one in map(read.session, found) if one.purchase_id == purchase_id]


def end_checkout(session_id: str) -> FetchedSession:
    """Close a page on which nothing was bought; answers what came of it. One that is closed is left alone."""
    try:
        return read.session(_ask(lambda: _v1().checkout.sessions.expire(session_id)))
    except StripeRefused:
        found = fetch_session(session_id)
        if found.status == "open":
            raise
        return found


def open_portal(customer: str, *, return_url: str, language: str, flow: str = "") -> str:
    """The address of Stripe's page for ways of paying; ``flow`` leads straight to one thing there."""
    given: dict[str, Any] = {"customer": customer, "return_url": return_url, "locale": language}
    if flow:
        given["flow_data"] = {"type": flow}
    return str(_ask(lambda: _v1().billing_portal.sessions.create(given))["url"])


def preview_change(subscription: FetchedSubscription, *, price: str, at: datetime) -> Preview:
    """Exactly what changing to another price at that moment would be invoiced at."""
    given = {
        "subscription": subscription.id,
        "subscription_details": {
            "items": [{"id": subscription.item, "price": price}],
            "proration_behavior": "always_invoice",
            "proration_date": int(at.timestamp()),
        },
    }
    return read.preview(_ask(lambda: _v1().invoices.create_preview(given)))


def upgrade(
    subscription: FetchedSubscription, *, price: str, at: datetime, purchase_id: UUID
) -> FetchedSubscription:
    """Change now and charge the difference now. A card that fails changes nothing; a debit is believed."""
    given: dict[str, Any] = {
        "items": [{"id": subscription.item, "price": price}],
        "proration_behavior": "always_invoice",
        "proration_date": int(at.timestamp()),
    }
    if subscription.method != "sepa_debit":
        given["payment_behavior"] = "pending_if_incomplete"
    key = f"change:{purchase_id}"
    _ask(lambda: _v1().subscriptions.update(subscription.id, given, _once(key)))
    return fetch_subscription(subscription.id)


def downgrade_at_end(subscription: FetchedSubscription, *, price: str, purchase_id: UUID) -> None:
    """Change when the period that is paid for is over."""
    schedule = subscription.schedule
    if not schedule:
        given = {"from_subscription": subscription.id}
        made = _ask(lambda: _v1().subscription_schedules.create(given, _once(f"schedule:{purchase_id}")))
        schedule = made["id"]
    rates = [subscription.tax_rate] if subscription.tax_rate else []
    now = {
        "items": [{"price": subscription.price, "quantity": 1}],
        "start_date": int(subscription.period_start.timestamp()),
        "end_date": int(subscription.period_end.timestamp()),
        "default_tax_rates": rates,
    }
    later = {"items": [{"price": price, "quantity": 1}], "default_tax_rates": rates}
    phases = {"phases": [now, later], "end_behavior": "release", "proration_behavior": "none"}
    _ask(lambda: _v1().subscription_schedules.update(schedule, phases, _once(f"phases:{purchase_id}")))


def keep_plan(subscription: FetchedSubscription) -> None:
    """Take back a change that was to come at the end of the period."""
    if subscription.schedule:
        _ask(lambda: _v1().subscription_schedules.release(subscription.schedule))


def cancel_at_end(subscription: FetchedSubscription, *, cancel: bool) -> None:
    """End with the period, or go on after all."""
    keep_plan(subscription)
    _ask(lambda: _v1().subscriptions.update(subscription.id, {"cancel_at_period_end": cancel}))


def cancel_now(subscription_id: str) -> None:
    """End at once, without charging for what began: for an organisation that is deactivated."""
    _unless_ended(subscription_id, lambda: _v1().subscriptions.cancel(subscription_id))


def set_tax_rate(subscription_id: str, tax_rate: str) -> None:
    """The VAT of the next invoices; none follow where it has ended."""
    given = {"default_tax_rates": [tax_rate]}
    _unless_ended(subscription_id, lambda: _v1().subscriptions.update(subscription_id, given))


def _unless_ended(subscription_id: str, call: Callable[[], Any]) -> None:
    """Ask; a refusal says nothing where the subscription has ended, of which we may not have heard yet."""
    try:
        _ask(call)
    except StripeRefused:
        if fetch_subscription(subscription_id).ended_at is None:
            raise


# --- Usage and corrections ------------------------------------------------------------------------


def add_overage(
    *, customer: str, key: str, cents: int, quantity: int, text: str,
    starts_at: datetime, ends_at: datetime, subscription: str = "", invoice: str = "",
) -> str:  # fmt: skip
    """An item on the next invoice of a subscription, or on a draft. The caller reads before it asks again
    after a day."""
    place = {"invoice": invoice} if invoice else {"subscription": subscription}
    given = {
        "customer": customer,
        **place,
        "currency": "eur",
        "quantity": quantity,
        "unit_amount_decimal": str(cents),
        "description": text,
        "period": {"start": int(starts_at.timestamp()), "end": int(ends_at.timestamp())},
        "metadata": {OVERAGE: key},
    }
    once = _once(f"overage:{key}:{invoice}" if invoice else f"overage:{key}")
    return str(_ask(lambda: _v1().invoice_items.create(given, once))["id"])


def find_overage(customer: str, *, key: str) -> str:
    """The item that was added under a key, or ``""``."""
    for item in _all(lambda more: _v1().invoice_items.list({"customer": customer, **more})):
        if (item.get("metadata") or {}).get(OVERAGE) == key:
            return str(item["id"])
    return ""


def find_overage_invoice(customer: str, *, key: str) -> str:
    """The invoice that was drafted for a key alone, or ``""``."""
    for one in _all(lambda more: _v1().invoices.list({"customer": customer, **more})):
        if (one.get("metadata") or {}).get(OVERAGE) == key:
            return str(one["id"])
    return ""


def draft_overage(*, organisation_id: UUID, customer: str, key: str, tax_rate: str, paid_by: str) -> str:
    """A draft without lines, to be collected the way in which a subscription was paid, if there was one. It
    stays a draft until it is finalised."""
    given: dict[str, Any] = {
        "customer": customer,
        "currency": "eur",
        "auto_advance": False,
        "pending_invoice_items_behavior": "exclude",
        "default_tax_rates": [tax_rate],
        "metadata": {ORGANISATION: str(organisation_id), OVERAGE: key},
    }
    if paid_by and (method := _own_method(paid_by)):
        given["default_payment_method"] = method
    return str(_ask(lambda: _v1().invoices.create(given, _once(f"overage_invoice:{key}")))["id"])


def _own_method(subscription: str) -> str:
    """A subscription keeps its method to itself; without one the customer's is charged."""
    return read.id_of(_ask(lambda: _v1().subscriptions.retrieve(subscription)).get("default_payment_method"))


def finalize(invoice_id: str) -> None:
    """Give a draft its number and collect it. One that has a number is left alone."""
    if fetch_invoice(invoice_id).status == "draft":
        given = {"auto_advance": True}
        _ask(lambda: _v1().invoices.finalize_invoice(invoice_id, given, _once(f"finalize:{invoice_id}")))


def credit_notes_of(invoice_id: str) -> list[FetchedCreditNote]:
    """The newest hundred, oldest first."""
    found = _ask(lambda: _v1().credit_notes.list({"invoice": invoice_id, "limit": 100}))["data"]
    return [read.credit_note(one) for one in reversed(found)]


def credit_vat(invoice: FetchedInvoice, *, text: str) -> FetchedCreditNote:
    """Take back the VAT of an invoice and nothing else; what was paid of it is refunded. Twice is once."""
    if known := next((note for note in credit_notes_of(invoice.id) if note.of_vat), None):
        return known
    line = {"type": "custom_line_item", "quantity": 1, "unit_amount": invoice.tax_cents, "description": text}
    given: dict[str, Any] = {"invoice": invoice.id, "lines": [line], "metadata": {OF_VAT: "yes"}}
    if invoice.status == "paid":
        given["refund_amount"] = invoice.tax_cents
    return read.credit_note(_ask(lambda: _v1().credit_notes.create(given, _once(f"vat:{invoice.id}"))))


# --- Webhooks -------------------------------------------------------------------------------------


def verified(payload: bytes, signature: str) -> None:
    """Raise Forged unless one of our secrets signed these very bytes within the last minutes."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(payload.decode(), signature, secret, TOLERANCE)
        except (stripe.SignatureVerificationError, TypeError, ValueError):
            continue  # not a signature at all, also one that is no ASCII; or a body that is no text
        return
    raise Forged
