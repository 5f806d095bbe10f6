"""A shape says how long a name is, not whose it is."""

import pytest

from tenancy.masking import is_masked, masked, shape


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Sanne de Vries", "S•••• d• V••••"),
        ("sanne@example.org", "s••••@e••••••.org"),
        ("+31201234567", "••••••••••67"),
        ("112", "•••"),
        ("", ""),
    ],
)
def test_shape(value, shown):
    assert shape(value) == shown


def test_masked_only_within_the_block():
    with masked():
        inside = is_masked()

    assert (inside, is_masked()) == (True, False)
