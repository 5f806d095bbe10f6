"""Answers: an object as it is shown, lists with their pages, and ``expand[]``."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from billing.standin.errors import invalid
from billing.standin.parameters import Kind, span, text, whole
from billing.standin.world import Obj, World, visible

#: Attributes that hold an id and give the object when expanded, with its kind.
_IDS: dict[str, str] = {
    "charge": "charge",
    "configuration": "billing_portal.configuration",
    "customer": "customer",
    "default_payment_method": "payment_method",
    "default_price": "price",
    "generated_sepa_debit": "payment_method",
    "generated_sepa_debit_mandate": "mandate",
    "invoice": "invoice",
    "latest_attempt": "setup_attempt",
    "latest_charge": "charge",
    "latest_invoice": "invoice",
    "mandate": "mandate",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "pending_setup_intent": "setup_intent",
    "price": "price",
    "product": "product",
    "refund": "refund",
    "schedule": "subscription_schedule",
    "setup_intent": "setup_intent",
    "subscription": "subscription",
    "test_clock": "test_helpers.test_clock",
}
_DEEPEST = 4
_HOLDS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}

#: Attributes that are there only when asked for: (kind, attribute) to what they hold.
INCLUDED: dict[tuple[str, str], Callable[[World, Obj], Any]] = {}

PAGE: dict[str, Kind] = {
    "limit": whole,
    "starting_after": text,
    "ending_before": text,
    "created": span,
}


def included(kind: str, name: str) -> Callable[[Callable[[World, Obj], Any]], Callable[[World, Obj], Any]]:
    """Declare an attribute that is shown only when it is expanded."""

    def declare(make: Callable[[World, Obj], Any]) -> Callable[[World, Obj], Any]:
        INCLUDED[kind, name] = make
        return make

    return declare


def shown(world: World, obj: Obj, expand: Iterable[str] = ()) -> Obj:
    answer: Obj = visible(obj)
    for path in expand:
        names = path.split(".")
        if len(names) > _DEEPEST:
            raise invalid(
                f"You cannot expand more than {_DEEPEST} levels of a property: {path}", param="expand"
            )
        _expand(world, answer, names, path)
    return answer


def _expand(world: World, found: Any, names: list[str], path: str) -> None:
    if isinstance(found, list):
        for one in found:
            _expand(world, one, names, path)
        return
    if not isinstance(found, dict) or not names:
        return
    name, *rest = names
    make = INCLUDED.get((found.get("object", ""), name))
    if make is not None and name not in found:
        found[name] = visible(make(world, found))
    elif name not in found:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    elif isinstance(found[name], str):
        found[name] = _looked_up(world, name, found[name], path)
    _expand(world, found[name], rest, path)


def _looked_up(world: World, name: str, ref: str, path: str) -> Obj:
    if name not in _IDS:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    found: Obj = visible(world.get(_IDS[name], ref))
    return found


def whole_list(url: str, rows: list[Obj]) -> Obj:
    """A list inside an object, given in full."""
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def page(
    world: World, url: str, rows: list[Obj], given: Mapping[str, Any], *, equal: Iterable[str] = ()
) -> Obj:
    """One page of rows, newest first; ``equal`` names the filters that compare an attribute."""
    rows = [row for row in rows if _wanted(row, given, equal)]
    rows.sort(key=lambda row: -row["_n"])
    limit = 10 if given.get("limit") is None else given["limit"]
    if not 1 <= limit <= 100:
        raise invalid("This value must be between 1 and 100 (inclusive).", param="limit")
    cut, more = _cut(rows, given, limit)
    return {"object": "list", "data": [visible(row) for row in cut], "has_more": more, "url": url}


def _wanted(row: Obj, given: Mapping[str, Any], equal: Iterable[str]) -> bool:
    for name in equal:
        if given.get(name) is not None and row.get(name) != given[name]:
            return False
    at = int(row["created"] if "created" in row else row.get("date") or 0)
    return all(_HOLDS[name](at, limit) for name, limit in (given.get("created") or {}).items())


def _cut(rows: list[Obj], given: Mapping[str, Any], limit: int) -> tuple[list[Obj], bool]:
    if before := given.get("ending_before"):
        rest = rows[: _place(rows, before, "ending_before")]
        return rest[-limit:], len(rest) > limit
    if after := given.get("starting_after"):
        rows = rows[_place(rows, after, "starting_after") + 1 :]
    return rows[:limit], len(rows) > limit


def _place(rows: list[Obj], name: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == name:
            return place
    raise invalid(f"No such object: '{name}'", param=param, code="resource_missing")
