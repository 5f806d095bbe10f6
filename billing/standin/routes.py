"""Which function answers which request. The modules declare theirs; the server asks here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from billing.standin.parameters import Shape
from billing.standin.world import Obj

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    shape: Shape
    needed: tuple[str, ...]


ROUTES: list[Route] = []


def api(method: str, path: str, shape: Shape | None = None, *needed: str) -> Callable[[Handler], Handler]:
    """Declare the answer to a request: ``handler(world, given, *what the path names)``."""
    pattern = re.compile("^" + re.sub(r"\{\w+\}", r"([^/]+)", path) + "$")

    def declare(handler: Handler) -> Handler:
        ROUTES.append(Route(method, pattern, handler, shape or {}, needed))
        return handler

    return declare


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route that fits best: a fixed word before a name in its place."""
    fitting = [
        (route, match.groups())
        for route in ROUTES
        if route.method == method and (match := route.pattern.match(path))
    ]
    return min(fitting, key=lambda one: len(one[1]), default=None)


def deleted(obj: Obj) -> Obj:
    return {"id": obj["id"], "object": obj["object"], "deleted": True}
