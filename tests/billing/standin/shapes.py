"""Whether an answer has the shape that Stripe's own library says it has.

The classes of the library are generated from Stripe's description of its API. An answer is compared with
their annotations, all the way down: no field that the class does not know, none missing that is not
optional, each of the right type, and of a closed list of words only those.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType
from typing import Any, ClassVar, ForwardRef, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import stripe
from stripe._list_object import ListObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject

_PLAIN = {str: str, int: int, bool: bool}


def mistakes(answer: Any, path: str = "") -> Iterator[str]:
    """What is wrong with an answer of the API, said with where."""
    kind = answer.get("object") if isinstance(answer, dict) else None
    if "error" in answer:
        yield from _of_class(answer["error"], stripe.ErrorObject, f"{path}error")
    elif answer.get("deleted"):
        if set(answer) != {"id", "object", "deleted"}:
            yield f"{path}: a deleted object tells more than that"
    elif kind == "list":
        yield from _of_list(answer, None, path or "list")
    elif kind not in OBJECT_CLASSES:
        yield f"{path}: no class for {kind}"
    else:
        yield from _of_class(answer, class_of(kind), path or str(kind))


@cache
def class_of(kind: str) -> type:
    module, name = OBJECT_CLASSES[kind]
    found: type = getattr(importlib.import_module(module), name)
    return found


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    hints = get_type_hints(cls, localns=_imported_for_types(cls.__module__))
    return {
        name: hint
        for name, hint in hints.items()
        if not name.startswith("_") and get_origin(hint) is not ClassVar
    }


@cache
def _imported_for_types(module: str) -> dict[str, Any]:
    """The names that a module imports under TYPE_CHECKING alone."""
    found: dict[str, Any] = {}
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for line in (one for one in node.body if isinstance(one, ast.ImportFrom)):
                source = importlib.import_module(line.module or "")
                found |= {
                    alias.asname or alias.name: getattr(source, alias.name, Any) for alias in line.names
                }
    return found


def _of_class(value: Any, cls: type, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no {cls.__qualname__}"
        return
    hints = _hints(cls)
    for name, one in value.items():
        if name not in hints:
            yield f"{path}.{name}: {cls.__qualname__} knows no such field"
        else:
            yield from _of_type(one, hints[name], f"{path}.{name}")
    for name, hint in hints.items():
        if name not in value and NoneType not in get_args(hint):
            yield f"{path}.{name}: missing"


def _of_type(value: Any, hint: Any, path: str) -> Iterator[str]:
    origin = get_origin(hint)
    if hint is Any or isinstance(hint, TypeVar | ForwardRef):
        return
    if origin is Union:
        yield from _of_union(value, get_args(hint), path)
    elif origin is Literal:
        if value not in get_args(hint):
            yield f"{path}: {value!r} is none of {', '.join(map(str, get_args(hint)))[:200]}"
    elif origin is list:
        yield from _each(value, get_args(hint)[0], path)
    elif origin is ListObject:
        yield from _of_list(value, get_args(hint)[0], path)
    elif origin is not None:
        yield from _of_map(value, get_args(hint)[0], path)
    elif isinstance(hint, type) and issubclass(hint, StripeObject):
        yield from _of_class(value, hint, path)
    elif not _is_plain(value, hint):
        yield f"{path}: {value!r} is no {getattr(hint, '__name__', hint)}"


def _of_union(value: Any, choices: tuple[Any, ...], path: str) -> Iterator[str]:
    """A list of words with ``str`` beside it is open for words to come; of today's, only those count."""
    if any(get_origin(one) is Literal for one in choices):
        choices = tuple(one for one in choices if one is not str)
    if value is None:
        if NoneType not in choices:
            yield f"{path}: None where something must be"
        return
    fitting = [one for one in choices if one is not NoneType and _is_object(one) == isinstance(value, dict)]
    found = [list(_of_type(value, one, path)) for one in fitting]
    if not found:
        yield f"{path}: {value!r} fits none of the types"
    elif all(found):
        yield from min(found, key=len)


def _is_object(hint: Any) -> bool:
    origin = get_origin(hint) or hint
    return isinstance(origin, type) and issubclass(origin, StripeObject)


def _each(value: Any, hint: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {value!r} is no list"
        return
    for place, one in enumerate(value):
        yield from _of_type(one, hint, f"{path}[{place}]")


def _of_list(value: Any, hint: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("object") != "list":
        yield f"{path}: no list object"
        return
    for name, kind in (("has_more", bool), ("url", str), ("data", list)):
        if not isinstance(value.get(name), kind):
            yield f"{path}.{name}: no {kind.__name__}"
    for place, one in enumerate(value.get("data", [])):
        where = f"{path}[{place}]"
        yield from mistakes(one, where) if hint is None else _of_type(one, hint, where)


def _of_map(value: Any, hint: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no map"
        return
    for name, one in value.items():
        yield from _of_type(one, hint, f"{path}.{name}")


def _is_plain(value: Any, hint: Any) -> bool:
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is Decimal:
        return isinstance(value, str) and _is_decimal(value)
    return type(value) is _PLAIN.get(hint)


def _is_decimal(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def mistakes_in_event(event: dict[str, Any]) -> Iterator[str]:
    """An event and the object that it tells of; the one before a renewal has no id yet."""
    yield from mistakes(event)
    about = event["data"]["object"]
    for mistake in mistakes(about, f"{event['type']}: {about['object']}"):
        if not (event["type"] == "invoice.upcoming" and mistake.endswith("invoice.id: missing")):
            yield mistake


class CheckedClient(stripe.RequestsClient):
    """Stripe's own HTTP client, which looks at each answer before the library does."""

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        content, status, answered = super().request(method, url, headers, post_data, **more)
        answer = json.loads(content)
        found = list(mistakes(answer))
        if answer.get("object") == "list":
            events = [one for one in answer["data"] if one.get("object") == "event"]
            found += [mistake for event in events for mistake in mistakes_in_event(event)]
        assert not found, "\n".join([f"{method} {url}", *found])
        return content, status, answered
