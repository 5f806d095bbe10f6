"""Webhook endpoints: where events are sent, and the secrets under which they are signed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from billing.standin.answers import PAGE, page
from billing.standin.errors import invalid
from billing.standin.parameters import flag, merged, pairs, text, texts
from billing.standin.routes import api, deleted
from billing.standin.world import API_VERSION, Obj, World

_PATH = "/v1/webhook_endpoints"
_CHANGEABLE = {"url": text, "enabled_events": texts, "description": text, "metadata": pairs}


@api("POST", _PATH, {**_CHANGEABLE, "api_version": text}, "url", "enabled_events")
def create(world: World, given: Obj) -> Obj:
    """The one answer that tells the secret."""
    _check_url(given["url"])
    if given.get("api_version") not in (None, API_VERSION):
        raise invalid(f"This stand-in speaks {API_VERSION} alone.", param="api_version")
    secret = world.ids.new("secret")
    endpoint = world.add(
        {
            "object": "webhook_endpoint",
            "api_version": given.get("api_version"),
            "application": None,
            "created": world.now(),
            "description": given.get("description"),
            "enabled_events": given["enabled_events"],
            "livemode": False,
            "metadata": merged(None, given.get("metadata")),
            "status": "enabled",
            "url": given["url"],
            "_secrets": [{"secret": secret, "until": None}],
        }
    )
    return {**endpoint, "secret": secret}


def _check_url(url: str | None) -> None:
    try:
        parts = urlsplit(url or "")
        complete = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        complete = False
    if not complete:
        raise invalid(f"Invalid URL: {url}", param="url", code="url_invalid")


@api("GET", _PATH, PAGE)
def list_(world: World, given: Obj) -> Obj:
    return page(world, _PATH, world.all("webhook_endpoint"), given)


@api("GET", _PATH + "/{endpoint}")
def retrieve(world: World, given: Obj, endpoint_id: str) -> Obj:
    return world.get("webhook_endpoint", endpoint_id)


@api("POST", _PATH + "/{endpoint}", {**_CHANGEABLE, "disabled": flag})
def update(world: World, given: Obj, endpoint_id: str) -> Obj:
    endpoint = world.get("webhook_endpoint", endpoint_id)
    if "url" in given:
        _check_url(given["url"])
    if "disabled" in given:
        endpoint["status"] = "disabled" if given.pop("disabled") else "enabled"
    if "metadata" in given:
        endpoint["metadata"] = merged(endpoint["metadata"], given.pop("metadata"))
    endpoint.update(given)
    return endpoint


@api("DELETE", _PATH + "/{endpoint}")
def delete(world: World, given: Obj, endpoint_id: str) -> Any:
    endpoint = world.get("webhook_endpoint", endpoint_id)
    world.remove(endpoint)
    return deleted(endpoint)


def rotate(world: World, endpoint: Obj, *, overlap: int) -> str:
    """A new secret; the old one goes on signing beside it for so many seconds."""
    until = world.now() + overlap
    for one in endpoint["_secrets"]:
        one["until"] = until if one["until"] is None else min(one["until"], until)
    secret = world.ids.new("secret")
    endpoint["_secrets"].append({"secret": secret, "until": None})
    return secret


def secrets_of(world: World, endpoint: Obj) -> list[str]:
    now = world.now()
    return [one["secret"] for one in endpoint["_secrets"] if one["until"] is None or one["until"] > now]
