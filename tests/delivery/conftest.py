from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from audit import events
from audit.models import AccessEvent
from delivery import jobs
from delivery.jobs import JobCall
from tenancy.context import tenant


@pytest.fixture
def handle() -> Iterator[Callable]:
    """Register handlers for the length of one test."""
    before = dict(jobs._handlers)
    yield jobs.handler
    jobs._handlers.clear()
    jobs._handlers.update(before)


def leave_mark(call: JobCall) -> None:
    """An effect that can be counted: one event in the organisation's record."""
    events.record("tests.done", actor_id=None, object_id=UUID(call.ids["thing"]))


def marks(organisation_id: UUID) -> list[UUID]:
    """What ``leave_mark`` left."""
    with tenant(organisation_id):
        events_left = AccessEvent.objects.filter(action="tests.done")
        return [event.object_id for event in events_left if event.object_id]
