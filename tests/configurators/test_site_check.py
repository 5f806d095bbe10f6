"""What would keep a configurator from a customer's page is found, and how to mend it is said."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from configurators.models import Configurator
from configurators.site_check import Finding, NoPage, NotListed, Page, fetch, findings
from delivery import outbound
from organisations.models import Organisation
from tests.cast import Member
from tests.delivery.receiver import Receiver, receiving
from tests.factories import sign_in
from tests.leads.conftest import open_for_visitors

KEY = "2fTgK7pQ"
OURS = "https://public.opmaat.example"
ADDRESS = "https://www.acme.example/veranda/"
SCRIPT = f'<script type="module" src="{OURS}/e/v1/element.js"></script>'
ELEMENT = f'{SCRIPT}<opmaat-configurator key="{KEY}"><a href="{OURS}/c/{KEY}/">x</a></opmaat-configurator>'
FRAME = f'<script src="{OURS}/e/v1.js" data-configurator="{KEY}" async></script>'


@pytest.fixture(autouse=True)
def our_host(settings) -> None:
    settings.PUBLIC_URL = OURS


def found(body: str, *policies: str, on_line: bool = True) -> list[Finding]:
    page = Page(ADDRESS, policies, f"<!doctype html><html><head></head><body>{body}</body></html>")
    return findings(page, public_key=KEY, on_line=on_line)


def pasted_of(problems: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.paste) for one in problems]


@pytest.mark.parametrize(
    ("body", "policy"),
    [
        (ELEMENT, ""),
        (ELEMENT, f"default-src 'none'; script-src {OURS}; connect-src {OURS}"),
        (FRAME, f"default-src 'self'; script-src {OURS}; frame-src {OURS}"),
        (f'<iframe src="{OURS}/c/{KEY}/?embed=1"></iframe>', f"default-src 'none'; frame-src {OURS}"),
        (f'<a href="{OURS}/c/{KEY}/?lang=nl">x</a>', "default-src 'none'"),
    ],
)
def test_nothing_is_said_of_what_works(body: str, policy: str) -> None:
    assert [one.severity for one in found(body, policy)] == ["success"]


def test_each_directive_that_is_missing_is_given_mended() -> None:
    assert pasted_of(found(ELEMENT, "default-src 'self'")) == [
        ("error", f"script-src 'self' {OURS}"),
        ("error", f"connect-src 'self' {OURS}"),
    ]


def test_a_policy_in_the_page_counts_too() -> None:
    meta = '<meta http-equiv="Content-Security-Policy" content="connect-src \'none\'">'
    [problem] = found(meta + ELEMENT)

    assert problem.paste == f"connect-src {OURS}"
    assert "<meta>" in problem.mend


def test_an_element_without_its_script_gets_the_line() -> None:
    assert pasted_of(found(ELEMENT.removeprefix(SCRIPT))) == [("error", SCRIPT)]


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT.replace('type="module"', 'type="text/plain"'),
        SCRIPT.replace('type="module"', ""),
        SCRIPT.replace(" src=", " data-src="),
    ],
)
def test_a_script_that_is_held_back_is_found(script: str) -> None:
    [problem] = found(script + ELEMENT.removeprefix(SCRIPT))

    assert problem.severity == "error"
    assert "consent" in problem.mend


def test_a_script_from_elsewhere_is_found() -> None:
    [problem] = found(ELEMENT.replace(f"{OURS}/e/", "https://cdn.example/e/"))

    assert problem.paste == f"{OURS}/e/v1/element.js"


def test_another_key_is_told_from_nothing() -> None:
    assert pasted_of(found(ELEMENT.replace(KEY, "9zzzzzzz"))) == [("error", KEY)]
    assert pasted_of(found("<h1>Veranda</h1>")) == [("error", "")]


@pytest.mark.parametrize("body", [f"<!-- {ELEMENT} -->", ELEMENT.replace("<", "&lt;")])
def test_what_is_no_markup_does_not_count(body: str) -> None:
    assert pasted_of(found(body)) == [("error", "")]


def test_trusted_types_that_do_not_name_ours_are_found() -> None:
    policy = "require-trusted-types-for 'script'; trusted-types dompurify"

    assert pasted_of(found(ELEMENT, policy)) == [("error", "trusted-types opmaat")]


def test_a_configurator_that_is_off_line_is_said() -> None:
    assert [one.severity for one in found(ELEMENT, on_line=False)] == ["warning"]


@pytest.mark.parametrize(
    "body", ["<", "<opmaat-configurator", "<base href='http://[x'><a href='//[::1'>", "\0" * 9]
)
def test_any_page_can_be_read(body: str) -> None:
    assert found(body)


# --- Getting the page ----------------------------------------------------------------------------------


@pytest.fixture
def site(settings) -> Iterator[Receiver]:
    """Acme's own web server."""
    with receiving() as receiver:
        settings.EMBEDDED = True
        settings.WEBHOOK_LOOPBACK_PORTS = frozenset({receiver.port})
        receiver.headers = {"Content-Type": "text/html; charset=utf-8"}
        receiver.body = ELEMENT.encode()
        yield receiver


def host_of(site: Receiver) -> str:
    return f"127.0.0.1:{site.port}"


def test_a_page_comes_with_its_policy(site: Receiver) -> None:
    site.headers["Content-Security-Policy"] = "default-src 'self'"

    page = fetch(f"http://{host_of(site)}/", listed=[host_of(site)])

    assert (page.policies, page.text) == (("default-src 'self'",), ELEMENT)


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "http://localhost/", "https://www.acme.example.evil.example/"]
)
def test_only_listed_sites_are_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(outbound, "get", None)

    with pytest.raises(NotListed):
        fetch(address, listed=["www.acme.example"])


def test_a_listed_name_that_leads_within_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door that webhooks leave by looks at what a name leads to."""
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.7", 443))])

    with pytest.raises(NoPage):
        fetch(ADDRESS, listed=["www.acme.example"])


def test_a_page_that_leads_elsewhere_is_not_followed(site: Receiver) -> None:
    site.status, site.headers = 302, {"Location": "https://elsewhere.example/"}

    with pytest.raises(NoPage) as none:
        fetch(f"http://{host_of(site)}/", listed=[host_of(site)])
    assert "elsewhere.example" in none.value.finding.title


def test_a_page_that_leads_to_itself_ends(site: Receiver) -> None:
    site.status, site.headers = 302, {"Location": "/again/"}

    with pytest.raises(NoPage):
        fetch(f"http://{host_of(site)}/", listed=[host_of(site)])


@pytest.mark.parametrize(("status", "kind"), [(404, "text/html"), (200, "application/pdf")])
def test_what_is_no_page_is_said(site: Receiver, status: int, kind: str) -> None:
    site.status, site.headers["Content-Type"] = status, kind

    with pytest.raises(NoPage):
        fetch(f"http://{host_of(site)}/", listed=[host_of(site)])


# --- The page in the app -------------------------------------------------------------------------------


@pytest.fixture
def shop(transactional_db: None, alice: Member, site: Receiver) -> Configurator:
    """Acme's configurator, and its site listed."""
    configurator = open_for_visitors(alice)
    Organisation.objects.filter(pk=alice.organisation.pk).update(embed_domains=[host_of(site)])
    return configurator


def check(client: Client, member: Member, shop: Configurator, address: str):
    sign_in(client, member)
    url = reverse(
        "configurators:check-site", kwargs={"organisation": member.organisation.slug, "pk": shop.pk}
    )
    return client.post(url, {"address": address})


def test_an_owner_reads_what_to_mend(
    client: Client, alice: Member, shop: Configurator, site: Receiver
) -> None:
    site.headers["Content-Security-Policy"] = "default-src 'self'"
    site.body = ELEMENT.replace(KEY, shop.public_key).encode()

    response = check(client, alice, shop, f"http://{host_of(site)}/")

    assert response.status_code == 200
    assert f"connect-src &#x27;self&#x27; {OURS}" in response.content.decode()


def test_a_site_that_is_not_listed_is_refused_at_its_field(
    client: Client, alice: Member, shop: Configurator
) -> None:
    response = check(client, alice, shop, "https://elsewhere.example/")

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["address"])


def test_a_stranger_finds_nothing(client: Client, charlie: Member, shop: Configurator) -> None:
    assert check(client, charlie, shop, "https://elsewhere.example/").status_code == 404
