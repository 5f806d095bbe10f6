"""A form that asks for a sketch and for a paper, and whoever hands some in."""

import pytest

from configurators.models import Configurator
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.leads.files.giving import Giver, with_files


@pytest.fixture
def shop(transactional_db: None, alice: Member) -> Configurator:
    """Acme's veranda configurator, which asks for files."""
    return open_for_visitors(alice, with_files())


@pytest.fixture
def visitor(shop: Configurator) -> Giver:
    return Giver(shop.public_key)
