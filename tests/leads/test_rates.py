"""Counting submissions without remembering whose they are."""

from delivery.buckets import Buckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_bucket_empties_and_refills_evenly() -> None:
    clock = Clock()
    buckets = Buckets(clock=clock)

    taken = [buckets.take("a", per_minute=3) for _ in range(4)]
    clock.now = 20.0
    later = [buckets.take("a", per_minute=3) for _ in range(2)]

    assert (taken, later) == ([True, True, True, False], [True, False])


def test_one_visitor_does_not_use_up_anothers() -> None:
    buckets = Buckets()

    assert [buckets.take(name, per_minute=1) for name in "aabb"] == [True, False, True, False]


def test_what_is_given_back_was_not_taken() -> None:
    buckets = Buckets()
    taken = []
    for _ in range(3):
        taken.append(buckets.take("a", per_minute=1))
        buckets.give_back("a")

    assert taken == [True, True, True]


def test_memory_is_bounded() -> None:
    buckets = Buckets(room=10)
    for number in range(100):
        buckets.take(str(number), per_minute=1)

    assert len(buckets) == 10


def test_no_address_is_kept() -> None:
    buckets = Buckets()
    buckets.take("203.0.113.9 key", per_minute=1)

    assert b"203" not in b"".join(buckets._levels)


def test_what_was_cleared_was_not_taken() -> None:
    buckets = Buckets()
    taken = []
    for _ in range(2):
        taken += [buckets.take("a", per_minute=1) for _ in range(2)]
        buckets.clear()

    assert taken == [True, False, True, False]
