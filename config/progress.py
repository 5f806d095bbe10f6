"""One line per step on the terminal: what it is, then how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_WIDTH = 34


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done, and when it is done, in how many seconds."""
    began = time.monotonic()
    say(f"  {name} {'.' * max(3, _WIDTH - len(name))} ", end="")
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - began:5.1f} s")


def say(text: str = "", *, end: str = "\n") -> None:
    """Print at once, also into a pipe; a terminal that went away is no reason to fail."""
    try:
        sys.stdout.write(text + end)
        sys.stdout.flush()
    except OSError:
        pass
