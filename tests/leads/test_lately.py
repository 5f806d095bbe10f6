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
