"""Which function answers which request. The modules declare theirs; the server asks here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from billing.standin.parameters import Shape
from billing.standin.world import Obj

Handler = Callable[..., Any]
T = TypeVar("T")
_NAMED = re.compile(r"\{\w+\}")


class Paths(Generic[T]):
    """What is found under a method and a path with names in it: ``/v1/customers/{customer}``."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, re.Pattern[str], T]] = []

    def add(self, method: str, path: str, target: T) -> T:
        self._rows.append((method, re.compile(_NAMED.sub("([^/]+)", path)), target))
        return target

    def find(self, method: str, path: str) -> tuple[T, tuple[str, ...]] | None:
        """What fits best, with what the path names: a fixed word goes before a name in its place."""
        fitting = [
            (target, match.groups())
            for its_method, pattern, target in self._rows
            if its_method == method and (match := pattern.fullmatch(path))
        ]
        return min(fitting, key=lambda one: len(one[1]), default=None)


@dataclass(frozen=True, slots=True)
class Route:
    handler: Handler
    shape: Shape
    needed: tuple[str, ...]


ROUTES: Paths[Route] = Paths()


def api(method: str, path: str, shape: Shape | None = None, *needed: str) -> Callable[[Handler], Handler]:
    """Declare the answer to a request: ``handler(world, given, *what the path names)``."""

    def declare(handler: Handler) -> Handler:
        ROUTES.add(method, path, Route(handler, shape or {}, needed))
        return handler

    return declare


def deleted(obj: Obj) -> Obj:
    return {"id": obj["id"], "object": obj["object"], "deleted": True}
