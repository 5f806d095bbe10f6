"""The sites where configurators may be embedded."""

import pytest
from django.core.exceptions import ValidationError

from organisations.domains import origins, parse_domain


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("www.example.org", "www.example.org"),
        (" WWW.Example.ORG ", "www.example.org"),
        ("example.org:8443", "example.org:8443"),
        ("example.org:08443", "example.org:8443"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a-b.c1.example", "a-b.c1.example"),
        ("localhost:8001", "localhost:8001"),
        ("127.0.0.1:8001", "127.0.0.1:8001"),
    ],
)
def test_a_host_name(settings, typed, stored):
    settings.EMBEDDED = True

    assert parse_domain(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.example.org",
        "www.example.org/shop",
        "www.example.org?x",
        "user@example.org",
        "*.example.org",
        "*",
        "example",
        "10.0.0.1",
        "[::1]",
        "example.org:",
        "example.org:0",
        "example.org:65536",
        "example.org:8x",
        "example.org:²",
        "example.org 'self'",
        "example.org; script-src *",
        "-example.org",
        "example-.org",
        "exa_mple.org",
        "example..org",
        ".example.org",
        "a" * 64 + ".org",
        ".".join(["a" * 60] * 5),
        "exa\x00mple.org",
        "example.123",
    ],
)
def test_not_a_host_name(typed):
    with pytest.raises(ValidationError):
        parse_domain(typed)


def test_the_own_machine_only_where_everything_runs_on_it(settings):
    settings.EMBEDDED = False

    with pytest.raises(ValidationError):
        parse_domain("localhost:8001")


def test_origins_are_secure_except_on_the_own_machine():
    assert origins(["www.example.org", "example.org:8443", "localhost:8001"]) == [
        "https://www.example.org",
        "https://example.org:8443",
        "http://localhost:8001",
    ]
