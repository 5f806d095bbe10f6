"""Each listed way to smuggle personal data past the declarations is tried, and caught."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.architecture import test_plaintext
from tests.cast import Member
from tests.factories import make_lead
from tests.privacy.smuggling import WAYS, Way

TRIED = [way for way in WAYS if way.attempt]
PLANTED = [way for way in WAYS if way.planted]


@pytest.mark.promise("H2", "H14")
@pytest.mark.parametrize("way", TRIED, ids=str)
def test_it_is_caught(transactional_db: None, alice: Member, way: Way) -> None:
    make_lead(alice.organisation)
    assert way.attempt is not None

    assert way.attempt()


@pytest.mark.parametrize("way", PLANTED, ids=str)
def test_a_sweep_looks_for_it(way: Way) -> None:
    assert way.planted in {plant.__name__ for plant in test_plaintext.PLANTED}


def test_the_list_is_long_and_each_store_has_four() -> None:
    stores = Counter(way.store for way in WAYS)

    assert len(WAYS) >= 40
    assert [store for store, ways in stores.items() if ways < 4] == []
