"""Payment intents and charges: trying to take money, and what came of it.

What an invoice makes of it is told in ``collecting.py``; nothing here knows of invoices.
"""

from __future__ import annotations

from billing.standin import disputes, methods, setups, test_numbers
from billing.standin.answers import PAGE, included, page, whole_list
from billing.standin.parameters import text
from billing.standin.periods import business_days_later
from billing.standin.routes import api
from billing.standin.test_numbers import Decline
from billing.standin.world import Obj, World


def make_intent(world: World, customer: Obj, *, amount: int, currency: str, description: str | None) -> Obj:
    intent_id = world.ids.new("payment_intent")
    intent = world.add(
        {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic",
            "client_secret": f"{intent_id}_secret_{world.ids.letters(24)}",
            "confirmation_method": "automatic",
            "created": world.now_for(customer),
            "currency": currency,
            "customer": customer["id"],
            "customer_account": None,
            "description": description,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": {},
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_options": None,
            "payment_method_types": ["card", "sepa_debit", "ideal", "bancontact"],
            "processing": None,
            "receipt_email": customer["email"],
            "review": None,
            "setup_future_usage": "off_session",
            "shipping": None,
            "source": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": None,
            "_authenticated": False,
        }
    )
    world.say("payment_intent.created", intent)
    return intent


def prospect(method: Obj, *, authenticated: bool) -> str | Decline:
    """What would come of charging a method: succeeded, processing, requires_action, or a refusal."""
    if method["type"] == "sepa_debit":
        return "processing"
    if method["type"] in test_numbers.BEHIND_BANK:
        return "succeeded" if authenticated else "requires_action"
    known = test_numbers.card(method["_number"]) or test_numbers.Card(on_charge=test_numbers.GENERIC)
    first_time = known.asks == "once" and not method["_authenticated"]
    if not authenticated and (known.asks == "always" or first_time):
        return "requires_action"
    return known.on_charge or "succeeded"


def attempt(world: World, intent: Obj, method: Obj, *, return_url: str | None = None) -> str:
    """Try to take the money once; answers the status of the intent afterwards."""
    outcome = prospect(method, authenticated=intent["_authenticated"])
    if isinstance(outcome, Decline):
        fail(world, intent, method, outcome)
    elif outcome == "requires_action":
        _ask(world, intent, method, return_url)
    elif outcome == "processing":
        _process(world, intent, method)
    else:
        _succeed(world, intent, _charge(world, intent, method, "succeeded"))
    return str(intent["status"])


def _ask(world: World, intent: Obj, method: Obj, return_url: str | None) -> None:
    url = f"{world.url}/ask/{intent['id']}"
    intent.update(
        {
            "payment_method": method["id"],
            "status": "requires_action",
            "next_action": {
                "type": "redirect_to_url",
                "redirect_to_url": {"return_url": return_url, "url": url},
            },
        }
    )
    world.say("payment_intent.requires_action", intent)


def _process(world: World, intent: Obj, method: Obj) -> None:
    charge = _charge(world, intent, method, "pending")
    intent.update(
        {
            "payment_method": method["id"],
            "latest_charge": charge["id"],
            "status": "processing",
            "next_action": None,
            "last_payment_error": None,
        }
    )
    world.say("payment_intent.processing", intent)
    world.say("charge.pending", charge)
    at = business_days_later(world.now_for(intent), world.settings["sepa_days"])
    world.plan("debit.known", intent, at, rank=2)


def settle(world: World, intent: Obj, *, refused: Decline | None) -> str:
    """A direct debit becomes known to have been paid or not."""
    world.unplan("debit.known", intent)
    charge = world.get("charge", intent["latest_charge"])
    if refused:
        charge.update({"status": "failed", "failure_code": refused.code, "failure_message": refused.message})
        world.say("charge.failed", charge)
        _note_failure(world, intent, world.get("payment_method", intent["payment_method"]), refused)
    else:
        charge.update(
            {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
        )
        _succeed(world, intent, charge)
    return str(intent["status"])


def refusal_of_account(method: Obj) -> Decline | None:
    """What the bank will say of a direct debit."""
    known = test_numbers.account(method["_number"])
    return known.fails if known else test_numbers.GENERIC


def _is_disputed_at_once(method: Obj) -> bool:
    known = (
        test_numbers.card(method["_number"])
        if method["type"] == "card"
        else test_numbers.account(method["_number"])
    )
    return bool(known and known.disputed)


def _succeed(world: World, intent: Obj, charge: Obj) -> None:
    method = world.get("payment_method", charge["payment_method"])
    method["_authenticated"] = True
    intent.update(
        {
            "amount_received": intent["amount"],
            "payment_method": method["id"],
            "latest_charge": charge["id"],
            "status": "succeeded",
            "next_action": None,
            "last_payment_error": None,
        }
    )
    world.say("charge.succeeded", charge)
    world.say("payment_intent.succeeded", intent)
    if _is_disputed_at_once(method):
        disputes.begin(world, charge)


def fail(world: World, intent: Obj, method: Obj, decline: Decline) -> None:
    """The charge is refused, and there is a failed charge to show for it."""
    charge = _charge(world, intent, method, "failed")
    charge.update({"failure_code": decline.code, "failure_message": decline.message})
    charge["outcome"] = {
        **charge["outcome"],
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": decline.message,
        "type": "issuer_declined",
    }
    world.say("charge.failed", charge)
    intent["latest_charge"] = charge["id"]
    _note_failure(world, intent, method, decline)


def refuse(world: World, intent: Obj) -> None:
    """The holder said no when asked; no charge was made."""
    method = world.get("payment_method", intent["payment_method"])
    _note_failure(world, intent, method, test_numbers.REFUSED_3DS)


def _note_failure(world: World, intent: Obj, method: Obj, decline: Decline) -> None:
    error = setups.error_of(decline, method)
    if intent["latest_charge"]:
        error["charge"] = intent["latest_charge"]
    intent.update(
        {
            "payment_method": None,
            "status": "requires_payment_method",
            "next_action": None,
            "last_payment_error": error,
            "_authenticated": False,
        }
    )
    world.say("payment_intent.payment_failed", intent)


def cancel(world: World, intent: Obj, reason: str) -> None:
    if intent["status"] in ("succeeded", "canceled"):
        return
    world.unplan("debit.known", intent)
    intent.update(
        {
            "status": "canceled",
            "canceled_at": world.now_for(intent),
            "cancellation_reason": reason,
            "next_action": None,
        }
    )
    world.say("payment_intent.canceled", intent)


def last_refusal(intent: Obj) -> Decline:
    error = intent["last_payment_error"]
    return Decline(error["code"], error.get("decline_code"), error["message"])


# --- Charges -------------------------------------------------------------------------------------


def _charge(world: World, intent: Obj, method: Obj, status: str) -> Obj:
    paid = status == "succeeded"
    charge = world.add(
        {
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if paid else 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": None,
            "billing_details": dict(method["billing_details"]),
            "calculated_statement_descriptor": None,
            "captured": paid,
            "created": world.now_for(intent),
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "fraud_details": {},
            "livemode": False,
            "metadata": {},
            "on_behalf_of": None,
            "outcome": {
                "network_status": "approved_by_network",
                "reason": None,
                "risk_level": "normal",
                "seller_message": "Payment complete.",
                "type": "authorized",
            },
            "paid": paid,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": _details(world, method),
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": None,
            "status": status,
            "transfer_data": None,
            "transfer_group": None,
        }
    )
    if paid and method["type"] in test_numbers.BEHIND_BANK:
        _find_account_behind(world, charge, method)
    return charge


def _find_account_behind(world: World, charge: Obj, method: Obj) -> None:
    customer = world.get("customer", charge["customer"])
    account = methods.account_behind(world, method, customer, found_by=charge)
    charge["payment_method_details"][method["type"]] |= {
        "generated_sepa_debit": account["id"],
        "generated_sepa_debit_mandate": (methods.mandate_for(world, account) or {}).get("id"),
    }


def _details(world: World, method: Obj) -> Obj:
    kind = method["type"]
    if kind == "card":
        names = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
        details = {name: method["card"][name] for name in names}
        three_d_secure = _three_d_secure() if method["_authenticated"] else None
        details |= {"network": method["card"]["brand"], "three_d_secure": three_d_secure}
        return {"type": kind, kind: details}
    if kind == "sepa_debit":
        mandate = methods.mandate_for(world, method)
        account = {name: value for name, value in method[kind].items() if name != "generated_from"}
        return {"type": kind, kind: {**account, "mandate": mandate and mandate["id"]}}
    return {"type": kind, kind: dict(method[kind])}


def _three_d_secure() -> Obj:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "result": "authenticated",
        "result_reason": None,
        "version": "2.2.0",
    }


@included("charge", "refunds")
def refunds_of(world: World, charge: Obj) -> Obj:
    rows = world.all("refund", charge=charge["id"])
    return whole_list(f"/v1/charges/{charge['id']}/refunds", rows[::-1])


@api("GET", "/v1/charges", {**PAGE, "customer": text, "payment_intent": text})
def list_charges(world: World, given: Obj) -> Obj:
    return page(world, "/v1/charges", world.all("charge"), given, equal=("customer", "payment_intent"))


@api("GET", "/v1/charges/{charge}")
def retrieve_charge(world: World, given: Obj, charge_id: str) -> Obj:
    return world.get("charge", charge_id)


@api("GET", "/v1/payment_intents", {**PAGE, "customer": text})
def list_intents(world: World, given: Obj) -> Obj:
    return page(world, "/v1/payment_intents", world.all("payment_intent"), given, equal=("customer",))


@api("GET", "/v1/payment_intents/{intent}")
def retrieve_intent(world: World, given: Obj, intent_id: str) -> Obj:
    return world.get("payment_intent", intent_id)
