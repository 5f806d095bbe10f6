"""The visitor's page as it is served: the same bytes for everybody but the token, and no cookie."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.http import HttpResponse

from configurators import public_page
from configurators.public_page import content_security_policy
from tests.leads.conftest import Visitor

TOKEN = re.compile(rb'name="form.token" value="([^"]+)"')
VOID = {"meta", "link", "input", "br"}


def get(window: Visitor, query: str = "?lang=nl") -> HttpResponse:
    return window.client.get(f"/c/{window.key}/{query}")


def test_two_pages_differ_by_their_token_alone(window: Visitor) -> None:
    first, second = get(window).content, get(window).content

    [one], [other] = TOKEN.findall(first), TOKEN.findall(second)
    assert one != other
    assert first.replace(one, b"") == second.replace(other, b"")


def test_page_is_rendered_once(window: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    get(window)
    monkeypatch.setattr(public_page, "render_page", None)

    assert get(window).status_code == 200


def test_page_sets_no_cookie_and_is_not_stored(window: Visitor) -> None:
    for path in ("", "thanks/"):
        response = window.client.get(f"/c/{window.key}/{path}")
        assert not response.cookies
        assert response.headers["Cache-Control"] == "no-store"
        assert "Vary" not in response.headers


def test_page_is_compressed_for_whoever_unpacks(window: Visitor) -> None:
    packed = window.client.get(window.address, headers={"Accept-Encoding": "gzip, br"})
    page = gzip.decompress(packed.content)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert TOKEN.sub(b"", page) == TOKEN.sub(b"", get(window).content)


def test_form_posts_carry_our_origin(window: Visitor) -> None:
    """Under no-referrer a browser sends "Origin: null" with a form, and we would refuse our own page."""
    assert get(window).headers["Referrer-Policy"] == "same-origin"


def test_plain_page_may_not_be_framed(window: Visitor) -> None:
    assert "frame-ancestors 'none'" in get(window).headers["Content-Security-Policy"]


def test_embedded_page_may_be_framed_by_listed_sites(window: Visitor) -> None:
    response = get(window, "?embed=1")

    assert "frame-ancestors https://www.acme.example" in response.headers["Content-Security-Policy"]
    assert b'data-parents="https://www.acme.example"' in response.content


def test_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = content_security_policy([])

    assert "unsafe" not in policy
    assert re.findall(r"https?:", policy) == []
    assert policy.startswith("default-src 'none'")


class Page(HTMLParser):
    """What a page loads, what it styles in place, and whether its elements close."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "img", "iframe"):
            self.loads.append(found.get("src") or "inline")
        if tag == "link":
            self.loads.append(found["href"] or "")
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        self.ids += [found["id"] or ""] if "id" in found else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("query", ["?lang=nl", "?lang=fr&embed=1"])
def test_page_is_whole_and_loads_from_here(window: Visitor, query: str) -> None:
    page = Page(get(window, query).content)

    assert page.open == []
    assert [address for address in page.loads if not address.startswith("/static/")] == []
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))
    assert b"<c-" not in get(window, query).content


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("?lang=nl", "nl", "Welk dak kies je?"),
        ("?lang=en", "en", "Which roof do you choose?"),
        ("?lang=fr", "fr", "Quel toit choisissez-vous ?"),
        ("", "nl", "Welk dak kies je?"),
        ("?lang=de", "nl", "Welk dak kies je?"),
        ("?lang=%00%ff", "nl", "Welk dak kies je?"),
        ("?" + "a=1&" * 100, "nl", "Welk dak kies je?"),
    ],
)
def test_page_speaks_the_language_asked_for(window: Visitor, query: str, language: str, title: str) -> None:
    body = get(window, query).content.decode()

    assert f'<html lang="{language}"' in body
    assert title in body


def test_page_shows_the_price_of_its_defaults(window: Visitor) -> None:
    assert "€\u00a09.685,00" in get(window).content.decode()


def test_choice_that_cannot_be_made_says_why(window: Visitor) -> None:
    body = get(window).content.decode()
    card = body[body.index('data-option="dak.geisoleerd"') :]

    assert "disabled" in card[: card.index("<label")]
    assert "Deze panelen zijn op zijn langst 500 cm." in card[: card.index("</label>")]


def test_notice_stands_before_the_button_and_consent_is_not_ticked(window: Visitor) -> None:
    body = get(window).content.decode()
    box = body[body.index('name="form.marketing"') :]

    assert body.index('class="notice"') < body.index('value="submit"')
    assert "checked" not in box[: box.index(">")]


def test_head_has_the_headers_of_the_page(window: Visitor) -> None:
    response = window.client.head(f"/c/{window.key}/")

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")


def test_texts_of_the_organisation_are_never_markup(window: Visitor) -> None:
    from leads.visits import published

    publication = published(window.key)
    publication.organisation.name = "<script>alert(1)</script>"
    publication.version.compiled.title["nl"] = "<img src=x>"

    body = get(window).content
    assert b"<script>alert" not in body
    assert b"<img" not in body
