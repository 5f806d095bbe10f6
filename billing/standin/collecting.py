"""Taking the money for an invoice: the first try, the next ones, and what each leads to."""

from __future__ import annotations

from billing.standin import invoices, methods, payments, standing
from billing.standin.errors import invalid
from billing.standin.periods import DAY, business_days_later
from billing.standin.test_numbers import Decline
from billing.standin.world import Obj, World, due, visible

#: Business days between the tries of a direct debit.
_BETWEEN_DEBITS = 3
_ASKS_FIRST = Decline(
    "invoice_payment_intent_requires_action",
    None,
    "This payment requires additional user action before it can be completed successfully.",
)
_NO_METHOD = Decline(
    "missing", None, "This customer has no attached payment source or default payment method."
)


@due("invoice.finalize")
def finalize_when_due(world: World, invoice_id: str) -> None:
    invoice = world.get("invoice", invoice_id)
    invoices.finalize(world, invoice)
    collect_if_automatic(world, invoice)


def collect_if_automatic(world: World, invoice: Obj) -> None:
    """After finalising: one that came to nothing is paid already, a sent one waits for its reader."""
    if invoice["status"] == "paid":
        standing.after_paid(world, invoice)
    elif invoice["collection_method"] == "charge_automatically":
        collect(world, invoice)


def method_for(world: World, invoice: Obj) -> Obj | None:
    own = world.find("payment_method", invoice["default_payment_method"])
    customer = world.get("customer", invoice["customer"])
    return own or methods.default_for(world, invoices.subscription_of(world, invoice), customer)


def collect(
    world: World, invoice: Obj, *, method: Obj | None = None, return_url: str | None = None
) -> Decline | None:
    """Try once. Answers the refusal, if it was one; a question to the holder is none yet."""
    intent = invoices.intent_of(world, invoice)
    assert intent is not None
    method = method or method_for(world, invoice)
    if intent["status"] == "processing":
        return None
    if method is None:
        _failed(world, invoice, None, _NO_METHOD)
        return _NO_METHOD
    status = payments.attempt(world, intent, method, return_url=return_url)
    return after_attempt(world, invoice, status, method)


def after_attempt(world: World, invoice: Obj, status: str, method: Obj | None) -> Decline | None:
    """What an invoice makes of the status that its payment intent has come to."""
    if status in ("succeeded", "processing"):
        _remember_method(world, invoice, method)
    if status == "succeeded":
        _count_try(world, invoice)
        paid(world, invoice)
        return None
    if status == "processing":
        _count_try(world, invoice)
        standing.after_paid(world, invoice) if _is_first(world, invoice) else None
        return None
    if status == "requires_action":
        _failed(world, invoice, method, None)
        return None
    intent = invoices.intent_of(world, invoice)
    assert intent is not None
    refusal = payments.last_refusal(intent)
    _failed(world, invoice, method, refusal)
    return refusal


def _remember_method(world: World, invoice: Obj, method: Obj | None) -> None:
    """What pays becomes the subscription's own, where it was asked so."""
    subscription = invoices.subscription_of(world, invoice)
    if subscription is None or method is None or subscription["default_payment_method"]:
        return
    if subscription["payment_settings"]["save_default_payment_method"] == "on_subscription":
        customer = world.get("customer", invoice["customer"])
        methods.keep_with(world, method, customer)
        with world.changing(subscription, standing.UPDATED):
            subscription["default_payment_method"] = method["id"]


def _is_first(world: World, invoice: Obj) -> bool:
    subscription = invoices.subscription_of(world, invoice)
    return subscription is not None and subscription["status"] == "incomplete"


def paid(world: World, invoice: Obj) -> None:
    invoices.mark_paid(world, invoice)
    standing.after_paid(world, invoice)


def _count_try(world: World, invoice: Obj) -> None:
    with world.changing(invoice, "invoice.updated"):
        invoice.update({"attempted": True, "attempt_count": invoice["attempt_count"] + 1})


def _failed(world: World, invoice: Obj, method: Obj | None, refusal: Decline | None) -> None:
    """``refusal`` is None where the holder has to be asked first."""
    with world.changing(invoice, "invoice.updated"):
        invoice.update({"attempted": True, "attempt_count": invoice["attempt_count"] + 1})
        _plan_next_try(world, invoice, method, refusal)
    if refusal is None:
        world.say("invoice.payment_action_required", invoice)
    world.say("invoice.payment_failed", invoice)
    standing.after_failed(world, invoice)


def debit_failed(world: World, invoice: Obj, method: Obj, refusal: Decline) -> None:
    """A direct debit that was under way came back; its try was counted when it began."""
    with world.changing(invoice, "invoice.updated"):
        _plan_next_try(world, invoice, method, refusal)
    world.say("invoice.payment_failed", invoice)
    standing.after_failed(world, invoice)


def _plan_next_try(world: World, invoice: Obj, method: Obj | None, refusal: Decline | None) -> None:
    """Nothing tries a first invoice again by itself, nor one whose change waits to be paid."""
    if not _is_retried(world, invoice):
        return
    now = world.now_for(invoice)
    invoice["_first_failed_at"] = invoice["_first_failed_at"] or now
    at = _next_try(world, invoice, method, refusal, now)
    invoice["next_payment_attempt"] = at
    if at is not None:
        world.plan("invoice.retry", invoice, at)
        return
    last = invoice["_first_failed_at"] + max(world.settings["card_retry_days"], default=0) * DAY
    world.plan("invoice.exhaust", invoice, max(now, last))


def _is_retried(world: World, invoice: Obj) -> bool:
    subscription = invoices.subscription_of(world, invoice)
    if not invoice["auto_advance"] or subscription is None:
        return False
    waits = (subscription.get("_pending") or {}).get("invoice") == invoice["id"]
    return subscription["status"] not in ("incomplete", "paused", *standing.ENDED) and not waits


def _next_try(
    world: World, invoice: Obj, method: Obj | None, refusal: Decline | None, now: int
) -> int | None:
    tries = invoice["_retries"]
    if method is not None and method["type"] == "sepa_debit":
        again = refusal is not None and refusal.code == "insufficient_funds"
        more = again and tries < world.settings["sepa_retries"]
        return business_days_later(now, _BETWEEN_DEBITS) if more else None
    days = world.settings["card_retry_days"]
    if tries >= len(days):
        return None
    return max(int(invoice["_first_failed_at"]) + days[tries] * DAY, now + 1)


@due("invoice.retry")
def retry(world: World, invoice_id: str) -> None:
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] == "open":
        invoice["_retries"] += 1
        collect(world, invoice)


@due("invoice.exhaust")
def exhaust(world: World, invoice_id: str) -> None:
    """The last try has failed."""
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] == "open":
        standing.after_last_try(world, invoice)


@due("invoice.overdue")
def overdue(world: World, invoice_id: str) -> None:
    """A sent invoice was not paid in time."""
    invoice = world.get("invoice", invoice_id)
    if invoice["status"] == "open" and invoice["amount_remaining"]:
        world.say("invoice.overdue", invoice)
        standing.after_failed(world, invoice)


def pay_on_request(world: World, invoice: Obj, given: Obj) -> None:
    """Pay by hand: a refusal is an error of the request, and yet it counts as a try."""
    if invoice["status"] == "draft":
        invoices.finalize(world, invoice)
    if invoice["status"] in ("paid", "void"):
        raise invalid(
            "Invoice is already paid" if invoice["status"] == "paid" else "You can't pay a void invoice."
        )
    if given.get("paid_out_of_band"):
        invoices.mark_paid(world, invoice, outside=True)
        standing.after_paid(world, invoice)
        return
    customer, name = world.get("customer", invoice["customer"]), given.get("payment_method")
    method = methods.of_customer(world, name, customer, param="payment_method") if name else None
    if not method and method_for(world, invoice) is None:
        raise invalid(_NO_METHOD.message, code="resource_missing")
    if refusal := collect(world, invoice, method=method):
        raise methods.declined(refusal, payment_intent=visible(invoices.intent_of(world, invoice)))
    intent = invoices.intent_of(world, invoice)
    if intent is not None and intent["status"] == "requires_action":
        raise methods.declined(_ASKS_FIRST, payment_intent=visible(intent))


def answered(world: World, intent: Obj, *, accepted: bool) -> None:
    """The holder was asked about a payment and has answered."""
    invoice = world.find("invoice", intent.get("_invoice"))
    if intent["status"] != "requires_action":
        return
    method = world.get("payment_method", intent["payment_method"])
    if accepted:
        intent["_authenticated"] = True
        status = payments.attempt(world, intent, method)
    else:
        payments.refuse(world, intent)
        status = intent["status"]
    if invoice is None or invoice["status"] != "open":
        return
    if status in ("succeeded", "processing"):
        after_attempt(world, invoice, status, method)
    else:
        world.say("invoice.payment_failed", invoice)
