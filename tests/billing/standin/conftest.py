"""Nothing here needs the database; the stand-in keeps everything itself."""

from collections.abc import Iterator

import pytest

from billing.standin.server import StandIn
from tests.billing.standin.house import House, Receiver, at


@pytest.fixture
def house() -> Iterator[House]:
    """A stand-in whose clock stands at noon on Thursday 1 January 2026."""
    with StandIn(at=at(2026, 1, 1)) as standin:
        yield House(standin)


@pytest.fixture
def receiver(house: House) -> Iterator[Receiver]:
    """Registered for everything."""
    receiver = Receiver()
    server = receiver.open()
    endpoint = house.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    receiver.secret = endpoint.secret
    yield receiver
    server.shutdown()
    server.server_close()
