"""A site's policy is read as browsers read it."""

import pytest

from configurators.host_policies import policies

OURS = "https://public.opmaat.example"
SCRIPT = f"{OURS}/e/v1/element.js"
PAGE = "https://www.acme.example/veranda/"


def lets_through(
    text: str, directive: str = "script-src", address: str = SCRIPT, page: str = PAGE, nonce: str = ""
) -> bool:
    return all(policy.lets_through(directive, address, page=page, nonce=nonce) for policy in policies([text]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "img-src 'none'",
        "script-src *",
        "script-src https:",
        f"script-src {OURS}",
        f"script-src 'self' {OURS}/e/",
        f"script-src {SCRIPT}",
        "script-src public.opmaat.example",
        "script-src *.opmaat.example",
        "script-src http://public.opmaat.example",
        "script-src https://public.opmaat.example:*",
        f"SCRIPT-SRC {OURS}; script-src 'none'",
        f"default-src {OURS}",
        f"script-src 'none'; script-src-elem {OURS}",
    ],
)
def test_what_lets_our_script_through(text: str) -> None:
    assert lets_through(text)


@pytest.mark.parametrize(
    "text",
    [
        "default-src 'none'",
        "default-src 'self'",
        "script-src",
        "script-src 'self' 'unsafe-inline'",
        "script-src https://elsewhere.example",
        "script-src opmaat.example",
        "script-src *.public.opmaat.example",
        f"script-src {OURS}:8443",
        f"script-src {OURS}:99999",
        f"script-src {OURS}/other/",
        f"script-src 'strict-dynamic' 'nonce-abc' {OURS}",
        f"script-src {OURS}, default-src 'self'",
        f"script-src {OURS}; script-src-elem 'self'",
    ],
)
def test_what_does_not(text: str) -> None:
    assert not lets_through(text)


def test_a_nonce_on_the_tag_lets_it_through() -> None:
    assert lets_through("script-src 'strict-dynamic' 'nonce-abc'", nonce="abc")
    assert not lets_through("script-src 'strict-dynamic' 'nonce-abc'", nonce="other")


@pytest.mark.parametrize(
    ("text", "directive", "mended"),
    [
        ("default-src 'none'", "connect-src", f"connect-src {OURS}"),
        ("default-src 'self'", "connect-src", f"connect-src 'self' {OURS}"),
        ("connect-src https://api.example", "connect-src", f"connect-src https://api.example {OURS}"),
        ("default-src 'self'; child-src 'none'", "frame-src", f"frame-src {OURS}"),
    ],
)
def test_a_directive_is_mended_without_losing_anything(text: str, directive: str, mended: str) -> None:
    [policy] = policies([text])

    assert policy.mended(directive, OURS) == mended


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("require-trusted-types-for 'script'", True),
        ("require-trusted-types-for 'script'; trusted-types opmaat dompurify", True),
        ("require-trusted-types-for 'script'; trusted-types dompurify", False),
        ("trusted-types dompurify", True),
    ],
)
def test_trusted_types_count_where_they_are_demanded(text: str, named: bool) -> None:
    [policy] = policies([text])

    assert policy.names_type_policy("opmaat") is named


@pytest.mark.parametrize("source", ["capacitor://public.opmaat.example", "public.opmaat.example"])
@pytest.mark.parametrize(("port", "let_through"), [("", True), (":8443", False), (":*", True)])
def test_a_page_of_a_scheme_without_a_usual_port_is_read(source: str, port: str, let_through: bool) -> None:
    """Apps show pages of their own so."""
    address, page = "capacitor://public.opmaat.example/e/v1.js", "capacitor://www.acme.example/"

    assert lets_through(f"script-src {source}{port}", address=address, page=page) is let_through


@pytest.mark.parametrize("port", ["99999", "9" * 5_000])
def test_a_port_that_there_is_not_lets_nothing_through(port: str) -> None:
    assert lets_through(f"script-src https://public.opmaat.example:{port}") is False


def test_an_address_with_a_port_that_there_is_not_is_not_let_through() -> None:
    address = "https://public.opmaat.example:99999/e/v1.js"

    assert lets_through("script-src https://public.opmaat.example", address=address) is False
