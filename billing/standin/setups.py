"""Setup intents: saving a way of paying without paying."""

from __future__ import annotations

from billing.standin import methods, test_numbers
from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import Kind, flag, group, merged, one_of, pairs, text, texts
from billing.standin.routes import api
from billing.standin.world import Obj, World, visible

_PATH = "/v1/setup_intents"
MANDATE_DATA: Kind = group(
    {
        "customer_acceptance": group(
            {
                "type": one_of("online", "offline"),
                "online": group({"ip_address": text, "user_agent": text}),
                "offline": group({}),
                "accepted_at": text,
            }
        )
    }
)
_CONFIRM: dict[str, Kind] = {"payment_method": text, "return_url": text, "mandate_data": MANDATE_DATA}
_INTENT: dict[str, Kind] = {
    "customer": text,
    "description": text,
    "metadata": pairs,
    "payment_method_types": texts,
}


@api(
    "POST",
    _PATH,
    {
        **_CONFIRM,
        **_INTENT,
        "confirm": flag,
        "usage": one_of("off_session", "on_session"),
        "automatic_payment_methods": group({"enabled": flag, "allow_redirects": text}),
    },
)
def create(world: World, given: Obj) -> Obj:
    if given.get("customer"):
        world.get("customer", given["customer"], param="customer")
    intent = make(world, given)
    if given.get("confirm"):
        return confirm(world, given, intent["id"])
    return intent


def make(world: World, given: Obj) -> Obj:
    intent_id = world.ids.new("setup_intent")
    customer = world.find("customer", given.get("customer"))
    intent = world.add(
        {
            "id": intent_id,
            "object": "setup_intent",
            "application": None,
            "automatic_payment_methods": None,
            "cancellation_reason": None,
            "client_secret": f"{intent_id}_secret_{world.ids.letters(24)}",
            "created": world.now_for(customer),
            "customer": given.get("customer"),
            "customer_account": None,
            "description": given.get("description"),
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": merged(None, given.get("metadata")),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": given.get("payment_method"),
            "payment_method_options": None,
            "payment_method_types": given.get("payment_method_types") or ["card"],
            "single_use_mandate": None,
            "status": "requires_confirmation" if given.get("payment_method") else "requires_payment_method",
            "usage": given.get("usage") or "off_session",
        }
    )
    world.say("setup_intent.created", intent)
    return intent


@api("POST", _PATH + "/{intent}/confirm", _CONFIRM)
def confirm(world: World, given: Obj, intent_id: str) -> Obj:
    intent = world.get("setup_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled"):
        raise _unexpected(intent)
    name = given.get("payment_method") or intent["payment_method"]
    if not name:
        raise invalid(
            "You must provide a payment method to confirm this setup intent.", param="payment_method"
        )
    method = methods.copied(world, name, param="payment_method")
    if decline := methods.refusal_on_saving(method):
        fail(world, intent, method, decline)
        raise methods.declined(decline, setup_intent=visible(intent))
    if asks(method):
        ask(world, intent, method, return_url=given.get("return_url"))
    else:
        succeed(world, intent, method)
    return intent


def asks(method: Obj) -> bool:
    """Whether its holder has to be asked before it can be saved."""
    if method["type"] != "card":
        return method["type"] in test_numbers.BEHIND_BANK
    known = test_numbers.card(method["_number"])
    return bool(known and known.asks != "never" and not method["_authenticated"])


def ask(world: World, intent: Obj, method: Obj, *, return_url: str | None = None) -> None:
    url = f"{world.url}/ask/{intent['id']}"
    with world.changing(intent, "setup_intent.requires_action"):
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": url},
        }


def succeed(world: World, intent: Obj, method: Obj) -> Obj:
    """Save the method; answers the one to charge later, which for a bank's page is the account behind it."""
    customer = world.find("customer", intent["customer"])
    attempt = _attempt(world, intent, method, "succeeded")
    chargeable = method
    method["_authenticated"] = True
    if method["type"] in test_numbers.BEHIND_BANK and customer:
        chargeable = methods.account_behind(world, method, customer, found_by=attempt)
        attempt["payment_method_details"][method["type"]] |= {
            "generated_sepa_debit": chargeable["id"],
            "generated_sepa_debit_mandate": (methods.mandate_for(world, chargeable) or {}).get("id"),
        }
    elif customer:
        methods.keep_with(world, method, customer)
    intent.update(
        {
            "payment_method": method["id"],
            "status": "succeeded",
            "next_action": None,
            "last_setup_error": None,
            "mandate": (methods.mandate_for(world, method) or {}).get("id"),
        }
    )
    world.say("setup_intent.succeeded", intent)
    return chargeable


def fail(world: World, intent: Obj, method: Obj, decline: test_numbers.Decline) -> None:
    _attempt(world, intent, method, "failed")
    code = "setup_intent_authentication_failure" if decline is test_numbers.REFUSED_3DS else decline.code
    intent.update(
        {
            "payment_method": None,
            "status": "requires_payment_method",
            "next_action": None,
            "last_setup_error": error_of(decline, method, code=code),
        }
    )
    world.say("setup_intent.setup_failed", intent)


def error_of(decline: test_numbers.Decline, method: Obj, *, code: str | None = None) -> Obj:
    """The error as an intent remembers it."""
    error: Obj = {
        "code": code or decline.code,
        "message": decline.message,
        "payment_method": visible(method),
        "type": "card_error" if method["type"] == "card" else "invalid_request_error",
    }
    return {**error, "decline_code": decline.decline_code} if decline.decline_code else error


def _attempt(world: World, intent: Obj, method: Obj, status: str) -> Obj:
    kind = method["type"]
    attempt = world.add(
        {
            "object": "setup_attempt",
            "application": None,
            "created": world.now_for(world.find("customer", intent["customer"])),
            "customer": intent["customer"],
            "customer_account": None,
            "flow_directions": None,
            "livemode": False,
            "on_behalf_of": None,
            "payment_method": method["id"],
            "payment_method_details": {"type": kind, kind: {}},
            "setup_error": None,
            "setup_intent": intent["id"],
            "status": status,
            "usage": "off_session",
        }
    )
    intent["latest_attempt"] = attempt["id"]
    return attempt


@api("POST", _PATH + "/{intent}", _INTENT)
def update(world: World, given: Obj, intent_id: str) -> Obj:
    intent = world.get("setup_intent", intent_id)
    intent["metadata"] = merged(intent["metadata"], given.pop("metadata", None))
    intent.update(given)
    return intent


@api("POST", _PATH + "/{intent}/cancel", {"cancellation_reason": text})
def cancel(world: World, given: Obj, intent_id: str) -> Obj:
    intent = world.get("setup_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled"):
        raise _unexpected(intent)
    intent.update(
        {"status": "canceled", "cancellation_reason": given.get("cancellation_reason"), "next_action": None}
    )
    world.say("setup_intent.canceled", intent)
    return intent


def _unexpected(intent: Obj) -> Exception:
    return invalid(
        f"You cannot do this to a SetupIntent that has a status of {intent['status']}.",
        code="setup_intent_unexpected_state",
    )


@api("GET", _PATH, {**PAGE, "customer": text, "payment_method": text})
def list_(world: World, given: Obj) -> Obj:
    return page(world, _PATH, world.all("setup_intent"), given, equal=("customer", "payment_method"))


@api("GET", _PATH + "/{intent}")
def retrieve(world: World, given: Obj, intent_id: str) -> Obj:
    return world.get("setup_intent", intent_id)


@api("GET", "/v1/setup_attempts", {**PAGE, "setup_intent": text}, "setup_intent")
def list_attempts(world: World, given: Obj) -> Obj:
    return page(world, "/v1/setup_attempts", world.all("setup_attempt"), given, equal=("setup_intent",))
