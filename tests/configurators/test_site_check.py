"""What would keep a configurator from a customer's page is found, and how to mend it is said."""

from collections.abc import Iterator
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse

from configurators import site_check
from configurators.models import Configurator
from configurators.pasted_snippets import LONGEST, MOST, Pasted, pasted
from configurators.site_check import PER_MINUTE, SECONDS, Finding, NoPage, NotListed, Page, fetch, findings
from delivery import outbound
from delivery.buckets import Buckets
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


@pytest.fixture(autouse=True)
def nobody_has_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the minute does not pass, however slow the machine."""
    monkeypatch.setattr(site_check, "_looks", Buckets(clock=lambda: 0.0))


def found(body: str, *policies: str, on_line: bool = True, images: bool = False) -> list[Finding]:
    page = Page(ADDRESS, policies, f"<!doctype html><html><head></head><body>{body}</body></html>")
    return findings(page, public_key=KEY, on_line=on_line, images=images)


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


def test_images_of_ones_own_must_be_let_through_for_the_element_alone() -> None:
    policy = f"default-src 'self'; script-src {OURS}; connect-src {OURS}; frame-src {OURS}"

    assert pasted_of(found(ELEMENT, policy, images=True)) == [("error", f"img-src 'self' {OURS}")]
    assert [one.severity for one in found(FRAME, policy, images=True)] == ["success"]


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


# --- A page that is no honest one ----------------------------------------------------------------------


def test_links_below_a_long_address_are_not_kept() -> None:
    """Each would carry that address along."""
    base = f'<base href="https://www.acme.example/c/{"a" * 20_000}/">'
    read = pasted(base + '<a href="more/">x</a>' * 50 + f'<a href="/c/{KEY}/">x</a>', address=ADDRESS)

    assert [link for link in read.links if len(link) > LONGEST] == []


def test_a_link_of_a_long_address_is_not_kept() -> None:
    read = pasted(f'<a href="/c/{KEY}/?{"a" * LONGEST}">x</a>', address=ADDRESS)

    assert read.links == []


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        ("links", f'<a href="/c/{KEY}/">x</a>'),
        ("frames", f'<iframe src="/c/{KEY}/"></iframe>'),
        ("scripts", SCRIPT),
        ("policies", '<meta http-equiv="Content-Security-Policy" content="img-src *">'),
        ("elements", f'<opmaat-configurator key="{KEY}"></opmaat-configurator>'),
    ],
    ids=["links", "frames", "scripts", "policies", "elements"],
)
def test_only_so_many_of_a_kind_are_kept(kind: str, tag: str) -> None:
    read = pasted(tag * 500, address=ADDRESS)

    assert len(getattr(read, kind)) == MOST


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


def test_all_hops_together_get_so_many_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes three; the last is hardly waited for."""
    clock = count(0, 3)
    given: list[float] = []

    def lead_on(address: str, *, seconds: float) -> outbound.Page:
        given.append(seconds)
        return outbound.Page(302, {"location": "/again/"}, b"")

    monkeypatch.setattr(outbound, "get", lead_on)
    monkeypatch.setattr(site_check, "monotonic", lambda: next(clock))

    with pytest.raises(NoPage):
        fetch(ADDRESS, listed=["www.acme.example"])
    assert given == [SECONDS - 3, SECONDS - 6, 0.1, 0.1]


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


def look_often(client: Client, member: Member, shop: Configurator, site: Receiver) -> list[int]:
    """As often as may be, and once more: how each was answered."""
    address = f"http://{host_of(site)}/"
    return [check(client, member, shop, address).status_code for _ in range(PER_MINUTE + 1)]


def test_who_looks_too_often_is_told_at_the_field(
    client: Client, alice: Member, shop: Configurator, site: Receiver
) -> None:
    look_often(client, alice, shop, site)

    response = check(client, alice, shop, f"http://{host_of(site)}/")

    assert response.status_code == 422
    assert response.context["form"].errors == {"address": ["That is often. Try again in a minute."]}


def test_a_site_is_not_asked_more_than_so_often(
    client: Client, alice: Member, shop: Configurator, site: Receiver
) -> None:
    answers = look_often(client, alice, shop, site)

    assert (answers, len(site.got)) == ([200] * PER_MINUTE + [422], PER_MINUTE)


def test_bases_do_not_add_up() -> None:
    many = "".join(f'<base href="{"a" * 1_000}/">' for _ in range(50))

    found = pasted(f'{many}<a href="/c/key/">x</a><a href="c">y</a>', address="https://shop.example/")

    assert found.links == ["https://shop.example/c/key/"]


@pytest.mark.parametrize("tag", ["note", "whole", "decl-otherchars", "keep"])
def test_a_tag_of_a_strange_name_is_nothing_of_ours(tag: str) -> None:
    assert pasted(f"<{tag} a=b>", address="https://shop.example/") == Pasted()


def test_a_redirect_to_no_address_leads_to_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    away = outbound.Page(302, {"location": "https://[x"}, b"")
    monkeypatch.setattr(outbound, "get", lambda url, **_: away)

    with pytest.raises(NoPage):
        fetch("https://shop.example/", listed=["shop.example"])
