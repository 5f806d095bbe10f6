"""Dying at enumerated points: a process that is gone in the middle of a deed, and what it can no longer do.

A crash is raised where the point lies, and from then on the thread's database and Stripe are out of reach, so
that no ``finally`` and no handler tidies up what a killed process would have left.
"""

from __future__ import annotations

import importlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from random import Random
from typing import Any
from unittest.mock import patch

from django.db import connection, connections

#: Where a process may die: the function, and whether before or after it has done its work.
POINTS = (
    # A message: before it is stored, between its row and its job, and between both and the 200.
    ("billing.webhooks:take_in", "before"),
    ("billing.webhooks:_keep", "after"),
    ("billing.webhooks:take_in", "after"),
    # The mirror: between Stripe's answer and the row, between the row and its mark, and before the job is off.
    ("billing.news:apply", "before"),
    ("billing.mirror:store_subscription", "after"),
    ("billing.mirror:store_invoice", "after"),
    ("billing.mirror:recompute", "before"),
    ("billing.news:apply", "after"),
    # A month: between its closing and its job, and between Stripe's item and our note of it.
    ("billing.metering:_close", "after"),
    ("billing.gateway:add_overage", "before"),
    ("billing.gateway:add_overage", "after"),
    # A document: between its number and its row, between its row and its files, and before the job is off.
    ("billing.invoices.issuing:take", "after"),
    ("billing.invoices.issuing:_store", "after"),
    ("billing.invoices.filing:keep", "before"),
    ("billing.invoices.filing:keep", "after"),
    # Buying and changing: between Stripe's deed and our note of it.
    ("billing.gateway:make_customer", "after"),
    ("billing.gateway:start_checkout", "after"),
    ("billing.gateway:upgrade", "after"),
    ("billing.gateway:downgrade_at_end", "after"),
    # VAT: between the rate at Stripe or the credit note there and our own rows.
    ("billing.gateway:set_tax_rate", "after"),
    ("billing.gateway:credit_vat", "after"),
    # A lead: stored, and the visitor never hears so.
    ("leads.capture:capture_lead", "after"),
)

Point = tuple[str, str]


def _eager(point: Point, passed: int) -> float:
    """How likely one strikes that never did: surely at the third passing, and where few pass at the first.
    Not surely at the first everywhere, or a job that passes several would be killed five times and given up."""
    return 1.0 if ".gateway:" in point[0] or passed >= 3 else 0.4


class Killed(BaseException):
    """Nothing catches this but whoever starts the process again."""


class Crashes:
    """Strikes at each point soon after it is first passed, and seldom later."""

    def __init__(self, chance: Random, *, rate: float) -> None:
        self.chance, self.rate = chance, rate
        self.hits: Counter[Point] = Counter()
        self.passed: Counter[Point] = Counter()
        self._lock, self._thread = threading.Lock(), threading.local()
        self.armed = True

    @contextmanager
    def lying_in_wait(self) -> Iterator[None]:
        with ExitStack() as stack:
            for target in dict.fromkeys(target for target, _ in POINTS):
                module, _, name = target.partition(":")
                owner = importlib.import_module(module)
                stack.enter_context(patch.object(owner, name, self._trapped(target, getattr(owner, name))))
            gateway = importlib.import_module("billing.gateway")
            stack.enter_context(patch.object(gateway, "_ask", self._alive(gateway._ask)))
            yield

    @contextmanager
    def process(self) -> Iterator[None]:
        """What runs in the block runs in a process that may die; raises Killed if it did."""
        outside = getattr(self._thread, "dead", None)
        self._thread.dead = False
        try:
            with connection.execute_wrapper(self._alive_execute):
                yield
        finally:
            died, self._thread.dead = self._dead(), outside
            if died:
                connections["default"].close()

    def _trapped(self, target: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def passing(*given: Any, **named: Any) -> Any:
            self._maybe_die((target, "before"))
            answer = original(*given, **named)
            self._maybe_die((target, "after"))
            return answer

        return passing

    def _maybe_die(self, point: Point) -> None:
        if point not in POINTS or not self.armed or getattr(self._thread, "dead", None) is None:
            return
        with self._lock:
            self.passed[point] += 1
            rate = self.rate if self.hits[point] else _eager(point, self.passed[point])
            if self.chance.random() >= rate:
                return
            self.hits[point] += 1
        self._thread.dead = True
        raise Killed(point)

    def _dead(self) -> bool:
        return bool(getattr(self._thread, "dead", False))

    def _alive(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def asking(*given: Any, **named: Any) -> Any:
            if self._dead():
                raise Killed
            return ask(*given, **named)

        return asking

    def _alive_execute(self, execute: Any, statement: Any, parameters: Any, many: Any, context: Any) -> Any:
        if self._dead():
            raise Killed
        return execute(statement, parameters, many, context)
