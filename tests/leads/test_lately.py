"""Answers in memory: what is asked for again outlasts what is asked for once."""

from leads.lately import Lately


def test_a_flood_of_new_questions_leaves_what_was_asked_again() -> None:
    lately = Lately(once=3, again=2)
    lately.keep("usual", b"1")
    lately.get("usual")

    for number in range(10):
        lately.keep(number, b"x")

    assert (lately.get("usual"), lately.get(0), lately.get(9), len(lately)) == (b"1", None, b"x", 4)


def test_the_oldest_goes_first() -> None:
    lately = Lately(once=2, again=1)
    for name in ("a", "b"):
        lately.keep(name, name.encode())
        lately.get(name)

    assert (lately.get("a"), lately.get("b")) == (None, b"b")


def test_answers_are_kept_up_to_so_many_bytes_and_the_oldest_goes() -> None:
    lately = Lately(once=9, again=9, room=4)
    for name in ("a", "b", "c"):
        lately.keep(name, b"xx")

    assert [lately.get(name) for name in ("a", "b", "c")] == [None, b"xx", b"xx"]


def test_what_is_asked_again_is_kept_up_to_so_many_bytes_too() -> None:
    lately = Lately(once=9, again=9, room=4)
    for name in ("a", "b", "c"):
        lately.keep(name, b"xx")
        lately.get(name)

    assert [lately.get(name) for name in ("a", "b", "c")] == [None, b"xx", b"xx"]


def test_what_is_asked_again_leaves_its_room_to_what_is_new() -> None:
    lately = Lately(once=9, again=9, room=4)
    lately.keep("usual", b"xxxx")
    lately.get("usual")

    lately.keep("new", b"xxxx")

    assert [lately.get(name) for name in ("usual", "new")] == [b"xxxx", b"xxxx"]


def test_an_answer_that_is_put_again_counts_once() -> None:
    lately = Lately(once=9, again=9, room=4)
    for name in ("a", "a", "b"):
        lately.keep(name, b"xx")

    assert [lately.get(name) for name in ("a", "b")] == [b"xx", b"xx"]


def test_an_answer_larger_than_the_room_is_not_kept() -> None:
    lately = Lately(once=9, again=9, room=4)

    lately.keep("large", b"xxxxx")

    assert (lately.get("large"), len(lately)) == (None, 0)


def test_what_was_cleared_takes_no_room() -> None:
    lately = Lately(once=9, again=9, room=4)
    lately.keep("before", b"xxxx")

    lately.clear()
    lately.keep("after", b"xxxx")

    assert [lately.get(name) for name in ("before", "after")] == [None, b"xxxx"]
