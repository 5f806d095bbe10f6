"""What must be answered under a condition: the mark beside each kind of question follows the other answers."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from leads import embed
from leads.models import Lead
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.leads.definitions import veranda

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
KINDS = ("single", "multi", "number", "boolean", "text", "date", "file")
OPTIONS = [{"key": key, "label": {"nl": key.title()}} for key in ("rood", "blauw")]
#: By kind: what is said to a screen reader; of several choices the words beside the question say it.
PLACES = {
    "single": "#field-q_single[role=radiogroup]",
    "number": "#field-q_number",
    "boolean": "#field-q_boolean",
    "text": "#field-q_text",
    "date": "#field-q_date",
    "file": "#field-q_file",
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(embed._path() is None, reason="the front end is not built: make assets"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def question(kind: str) -> dict[str, Any]:
    options = {"options": OPTIONS} if kind in ("single", "multi") else {}
    asked = {
        "key": f"q_{kind}",
        "kind": kind,
        "label": {"nl": f"Vraag {kind}"},
        "required_if": "ledspots > 8",
    }
    return asked | options


@pytest.fixture
def address(transactional_db: None, live_server: Any, alice: Member) -> str:
    document = veranda()
    document["steps"][3]["groups"] += [question(kind) for kind in KINDS]
    shop = open_for_visitors(alice, document)
    return f"{live_server.url}/c/{shop.public_key}/?lang=nl"


def opened(chromium: Browser, address: str, **more: Any) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, **more)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    yield from opened(chromium, address)


@pytest.fixture
def plain(chromium: Browser, address: str) -> Iterator[Page]:
    """Without JavaScript."""
    yield from opened(chromium, address, java_script_enabled=False)


def marks(page: Page) -> list[bool]:
    """Whether each question is said to be optional; a box to tick never is."""
    return [
        page.locator(f'[data-group="q_{kind}"] .optional').is_visible() for kind in KINDS if kind != "boolean"
    ]


def told(page: Page) -> set[str | None]:
    return {page.locator(place).get_attribute("aria-required") for place in PLACES.values()}


def test_the_mark_follows_the_answers(page: Page) -> None:
    assert (marks(page), told(page)) == ([True] * 6, {"false"})

    page.locator("#field-ledspots").fill("10")
    expect(page.locator(PLACES["text"])).to_have_attribute("aria-required", "true")
    assert (marks(page), told(page)) == ([False] * 6, {"true"})

    page.locator("#field-ledspots").fill("8")
    expect(page.locator(PLACES["text"])).to_have_attribute("aria-required", "false")
    assert (marks(page), told(page)) == ([True] * 6, {"false"})


def test_the_mark_follows_where_the_server_is_asked(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.route("**/definition/**", lambda route: route.abort())
    page.goto(address)

    page.locator("#field-ledspots").fill("10")

    expect(page.locator(PLACES["text"])).to_have_attribute("aria-required", "true")
    context.close()


@pytest.mark.parametrize("spots", ["8", "10"])
def test_either_way_the_page_is_accessible(page: Page, spots: str) -> None:
    page.locator("#field-ledspots").fill(spots)
    expect(page.locator(PLACES["text"])).to_have_attribute(
        "aria-required", "true" if spots == "10" else "false"
    )

    assert [found["id"] for found in Axe().run(page).response["violations"]] == []


def test_without_a_script_the_server_says_what_is_missing(plain: Page, alice: Member) -> None:
    plain.locator("#field-ledspots").fill("10")
    plain.locator("#field-contact-name").fill("Sanne de Vries")
    plain.locator("#field-contact-email").fill("sanne@devries.example")
    plain.locator(".bar .button").click()

    assert plain.locator(".summary li").all_inner_texts() == [
        "Kies een optie.",
        "Kies minstens één optie.",
        "Vul een getal in.",
        "Vink dit vakje aan om verder te gaan.",
        "Vul dit veld in.",
        "Kies een datum.",
        "Kies een bestand.",
    ]
    assert (marks(plain), told(plain)) == ([False] * 6, {"true"})
    with tenant(alice.organisation.pk):
        assert Lead.objects.count() == 0


def test_without_a_script_and_a_price_a_button_updates_the_questions(
    chromium: Browser, transactional_db: None, live_server: Any, alice: Member
) -> None:
    document = veranda() | {"price_display": {"kind": "none"}}
    document["steps"][3]["groups"] += [question("text")]
    shop = open_for_visitors(alice, document)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/c/{shop.public_key}/?lang=nl")
    page.locator("#field-ledspots").fill("10")
    page.locator(".update").first.click()

    expect(page.locator(PLACES["text"])).to_have_attribute("aria-required", "true")
    context.close()


def test_without_a_script_the_mark_follows_a_new_price(plain: Page) -> None:
    plain.locator("#field-ledspots").fill("10")
    plain.locator(".update").first.click()

    assert (marks(plain), told(plain)) == ([False] * 6, {"true"})
