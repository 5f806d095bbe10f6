"""Every promise is kept by a test, or is said to be open, with the reason."""

from __future__ import annotations

from tests.promises.register import carriers, kept_by, promises
from tests.promises.switching import Switch, switches


def test_every_promise_is_kept_by_a_test() -> None:
    without = [each.id for each in promises() if each.stance == "kept" and not carriers(each)]

    assert without == []


def test_what_is_not_adopted_is_tested_for_what_the_law_asks_instead() -> None:
    without = [each.id for each in promises() if each.stance == "not adopted" and not carriers(each)]

    assert without == []


def test_no_promise_is_open() -> None:
    assert [each.id for each in promises() if each.stance == "open"] == []


def test_no_test_carries_a_promise_that_is_not_in_the_register() -> None:
    known = {each for promise in promises() for each in promise.ids}

    assert set(kept_by()) - known == set()


def test_every_kept_promise_names_a_switch() -> None:
    switched = {each for switch in switches() for each in switch.promises}
    without = [each.id for each in promises() if each.stance == "kept" and not each.ids & switched]

    assert without == []


def test_every_switch_is_still_where_it_says() -> None:
    """Found here within a second rather than by ``make prove`` after an hour."""
    assert [str(switch) for switch in switches() if not _is_there(switch)] == []


def _is_there(switch: Switch) -> bool:
    try:
        switch.target()
    except (AttributeError, ImportError):
        return False
    return True


def test_every_switch_is_about_a_test_that_carries_its_promise() -> None:
    carried = kept_by()
    astray = [
        f"{switch.test} does not carry {each}"
        for switch in switches()
        for each in switch.promises
        if switch.test.partition("[")[0] not in carried.get(each, [])
    ]

    assert astray == []
