"""Whether whoever reads now may see who a person is. Support looks at shapes, not at names."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_masked: ContextVar[bool] = ContextVar("masked", default=False)


def is_masked() -> bool:
    return _masked.get()


@contextmanager
def masked(yes: bool = True) -> Iterator[None]:
    """Within the block what is opened of a person shows its shape alone."""
    token = _masked.set(yes)
    try:
        yield
    finally:
        _masked.reset(token)


def shape(value: str) -> str:
    """The first sign of each word, and of an address of each of its parts: ``S•••• d• V••••``.

    What has no letters, a phone number, shows its last two digits.
    """
    if "@" in value:
        name, _, host = value.partition("@")
        return f"{_word(name)}@{_word(host.partition('.')[0])}.{host.rpartition('.')[2]}"
    if not any(each.isalpha() for each in value):
        return "•" * max(0, len(value) - 2) + value[-2:] if len(value) > 4 else "•" * len(value)
    return " ".join(map(_word, value.split()))


def _word(word: str) -> str:
    return word[:1] + "•" * (len(word) - 1)
