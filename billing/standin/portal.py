"""Portal sessions and their configuration."""

from __future__ import annotations

from billing.standin.answers import PAGE, page
from billing.standin.errors import missing_parameter
from billing.standin.parameters import Kind, flag, group, merged, one_of, pairs, text, texts
from billing.standin.routes import api
from billing.standin.world import Obj, World

_CONFIGURATION = "billing_portal.configuration"
_SESSIONS = "/v1/billing_portal/sessions"
_CONFIGURATIONS = "/v1/billing_portal/configurations"
FLOWS = ("payment_method_update", "subscription_cancel")
_ON: Kind = group({"enabled": flag}, "enabled")
_FEATURES: Kind = group(
    {
        "customer_update": group({"enabled": flag, "allowed_updates": texts}),
        "invoice_history": _ON,
        "payment_method_update": _ON,
        "subscription_cancel": group(
            {
                "enabled": flag,
                "mode": one_of("at_period_end", "immediately"),
                "proration_behavior": one_of("none", "create_prorations", "always_invoice"),
                "cancellation_reason": group({"enabled": flag, "options": texts}),
            },
            "enabled",
        ),
        "subscription_update": _ON,
    }
)
_GIVEN: dict[str, Kind] = {
    "business_profile": group({"headline": text, "privacy_policy_url": text, "terms_of_service_url": text}),
    "default_return_url": text,
    "features": _FEATURES,
    "metadata": pairs,
    "name": text,
}


@api("POST", _CONFIGURATIONS, _GIVEN, "features")
def create_configuration(world: World, given: Obj) -> Obj:
    return _make_configuration(world, given, is_default=False)


def _make_configuration(world: World, given: Obj, *, is_default: bool) -> Obj:
    configuration = world.add(
        {
            "object": _CONFIGURATION,
            "active": True,
            "application": None,
            "business_profile": _profile(given),
            "created": world.now(),
            "default_return_url": given.get("default_return_url"),
            "features": _features(given.get("features") or {}),
            "is_default": is_default,
            "livemode": False,
            "login_page": {"enabled": False, "url": None},
            "metadata": merged(None, given.get("metadata")),
            "name": given.get("name"),
            "updated": world.now(),
        }
    )
    world.say("billing_portal.configuration.created", configuration)
    return configuration


def _profile(given: Obj) -> Obj:
    nothing = dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url"))
    return {**nothing, **(given.get("business_profile") or {})}


def _features(given: Obj) -> Obj:
    """What is not asked for is off."""
    cancel = given.get("subscription_cancel") or {}
    reason = {"enabled": False, "options": [], **(cancel.get("cancellation_reason") or {})}
    return {
        "customer_update": {"allowed_updates": [], "enabled": False, **(given.get("customer_update") or {})},
        "invoice_history": given.get("invoice_history") or {"enabled": False},
        "payment_method_update": {
            "enabled": False,
            "payment_method_configuration": None,
            **(given.get("payment_method_update") or {}),
        },
        "subscription_cancel": {
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
            **cancel,
            "cancellation_reason": reason,
        },
        "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


@api("GET", _CONFIGURATIONS, {**PAGE, "active": flag, "is_default": flag})
def list_configurations(world: World, given: Obj) -> Obj:
    return page(world, _CONFIGURATIONS, world.all(_CONFIGURATION), given, equal=("active", "is_default"))


@api("GET", _CONFIGURATIONS + "/{configuration}")
def retrieve_configuration(world: World, given: Obj, configuration_id: str) -> Obj:
    return world.get(_CONFIGURATION, configuration_id)


@api("POST", _CONFIGURATIONS + "/{configuration}", {**_GIVEN, "active": flag})
def update_configuration(world: World, given: Obj, configuration_id: str) -> Obj:
    configuration = world.get(_CONFIGURATION, configuration_id)
    with world.changing(configuration, "billing_portal.configuration.updated"):
        if "features" in given:
            configuration["features"] = _features(given.pop("features") or {})
        if "metadata" in given:
            configuration["metadata"] = merged(configuration["metadata"], given.pop("metadata"))
        if "business_profile" in given:
            configuration["business_profile"] = _profile(given)
            del given["business_profile"]
        configuration.update(given)
        configuration["updated"] = world.now()
    return configuration


_OF: Kind = group({"subscription": text}, "subscription")


@api(
    "POST",
    _SESSIONS,
    {
        "configuration": text,
        "customer": text,
        "flow_data": group(
            {
                "type": one_of(*FLOWS),
                "subscription_cancel": _OF,
                "after_completion": group(
                    {
                        "type": one_of("hosted_confirmation", "portal_homepage", "redirect"),
                        "redirect": group({"return_url": text}, "return_url"),
                        "hosted_confirmation": group({"custom_message": text}),
                    },
                    "type",
                ),
            },
            "type",
        ),
        "locale": one_of("auto", "nl", "en", "en-GB", "fr", "de"),
        "return_url": text,
    },
    "customer",
)
def create_session(world: World, given: Obj) -> Obj:
    customer = world.get("customer", given["customer"], param="customer")
    session_id = world.ids.new("billing_portal.session")
    session = world.add(
        {
            "id": session_id,
            "object": "billing_portal.session",
            "configuration": _configuration(world, given)["id"],
            "created": world.now_for(customer),
            "customer": customer["id"],
            "customer_account": None,
            "flow": _flow(world, given.get("flow_data")),
            "livemode": False,
            "locale": given.get("locale"),
            "on_behalf_of": None,
            "return_url": given.get("return_url"),
            "url": f"{world.url}/portal/{session_id}",
        }
    )
    world.say("billing_portal.session.created", session)
    return session


def _configuration(world: World, given: Obj) -> Obj:
    if given.get("configuration"):
        return world.get(_CONFIGURATION, given["configuration"], param="configuration")
    for known in world.all(_CONFIGURATION, is_default=True):
        return known
    features = {
        name: {"enabled": True}
        for name in ("invoice_history", "payment_method_update", "subscription_cancel")
    }
    return _make_configuration(world, {"features": features}, is_default=True)


def _flow(world: World, given: Obj | None) -> Obj | None:
    if given is None:
        return None
    kind = given["type"]
    if kind == "subscription_cancel":
        if not given.get(kind):
            raise missing_parameter(f"flow_data[{kind}]")
        world.get("subscription", given[kind]["subscription"], param=f"flow_data[{kind}][subscription]")
    after = given.get("after_completion") or {"type": "portal_homepage"}
    nothing = {"hosted_confirmation": None, "redirect": None}
    details = given.get("subscription_cancel")
    return {
        "after_completion": {**nothing, **after},
        "subscription_cancel": details and {"retention": None, **details},
        "type": kind,
    }
