"""Durable jobs: written in the caller's transaction, done by the drain at least a second later."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from delivery import doorbell
from tenancy.ids import uuid7


@dataclass(frozen=True, slots=True)
class JobCall:
    """What a handler is told: whose job it is, the rows it is about, and which try this is (from 1)."""

    organisation_id: UUID | None
    ids: dict[str, str] = field(default_factory=dict)
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Handler:
    """How a task is done. *External*: its effect lies outside the database and comes first."""

    task: str
    run: Callable[[JobCall], None]
    external: bool


class TryLater(Exception):
    """Raised by a handler that cannot know yet: the job comes back after a while, and no try is counted."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__("The job asks to be tried later.")
        self.delay = delay


class UnknownTask(LookupError):
    """No handler is registered under this name: an older worker, or a task that was renamed."""


_handlers: dict[str, Handler] = {}


def handler(
    task: str, *, external: bool = False
) -> Callable[[Callable[[JobCall], None]], Callable[[JobCall], None]]:
    """Register the function that does a task; its module is imported by the app's ``ready()``.

    Internal (the usual kind): runs inside the organisation's transaction that also strikes off the
    job, so it happens exactly once. External: runs outside any transaction and may run again when
    the process dies, so it must bear that.
    """

    def register(run: Callable[[JobCall], None]) -> Callable[[JobCall], None]:
        known = _handlers.get(task)
        if known is not None and known.run.__qualname__ != run.__qualname__:
            raise ValueError(f"Two handlers want the task {task}.")
        _handlers[task] = Handler(task, run, external)
        return run

    return register


def find_handler(task: str) -> Handler:
    """The handler of a task. Raises UnknownTask."""
    try:
        return _handlers[task]
    except KeyError:
        raise UnknownTask(task) from None


#: The name of a kind or state, a date, a short number; never seven digits on end, as a phone has.
_WORD = re.compile(r"(?!.*\d{7})[a-z0-9][a-z0-9_.:-]{0,63}\Z")

_INSERT = """
INSERT INTO delivery_job (id, task, organisation_id, ids, due_at, attempts, dedupe_key, created_at)
VALUES (%s, %s, %s, %s::jsonb, coalesce(%s, now()), 0, %s, now())
ON CONFLICT DO NOTHING
"""


def enqueue(
    task: str,
    *,
    organisation_id: UUID | None,
    ids: dict[str, str] | None = None,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
    using: str = "default",
) -> None:
    """Write a job in the caller's transaction, and ring the doorbell once that has committed.

    Who writes over another connection than the usual one, ``using``, rings for nobody.

    A second job with the same task, organisation and ``dedupe_key`` is dropped while the first one
    waits. For an external task that includes the moments in which it is being done, so the key must
    name the very effect (with a version, say), not only the thing it is about.
    """
    with connections[using].cursor() as cursor:
        values: list[Any] = [uuid7(), task, organisation_id, json.dumps(_only_names(ids)), due_at, dedupe_key]
        cursor.execute(_INSERT, values)
    if due_at is None and using == "default":
        doorbell.ring_on_commit()


def _only_names(ids: dict[str, str] | None) -> dict[str, str]:
    """Refuse what is plainly no identifier: a job outlives nobody's erasure."""
    for key, value in (ids or {}).items():
        if not isinstance(value, str) or not (_is_key(value) or _WORD.match(value)):
            raise ValueError(f"The job's {key} is not an identifier.")
    return ids or {}


def _is_key(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
