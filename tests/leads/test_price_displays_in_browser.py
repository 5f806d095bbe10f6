"""Each way of telling the price, in a real browser: what follows the choices, and what only the server says."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from leads import embed, rates
from tests.cast import Member
from tests.leads.conftest import open_for_visitors
from tests.leads.definitions import veranda

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DISPLAYS: dict[str, dict[str, str]] = {
    "exact": {"kind": "exact"},
    "range": {"kind": "range", "step": "250"},
    "from": {"kind": "from", "step": "50"},
    "after": {"kind": "after"},
    "none": {"kind": "none"},
}
#: Of the veranda as it opens, and with two lamps more.
OPENING = {"range": "tussen €\u00a09.500 en €\u00a09.750", "from": "vanaf €\u00a09.650"}
MORE = {"range": "tussen €\u00a09.750 en €\u00a010.000", "from": "vanaf €\u00a09.800"}
rounded = pytest.mark.parametrize("kind", ["range", "from"])
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(embed._path() is None, reason="the front end is not built: make assets"),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser, transactional_db: None, live_server: Any, alice: Member) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def new(kind: str, *, width: int = 390, **more: Any) -> Page:
        shop = open_for_visitors(alice, veranda() | {"price_display": DISPLAYS[kind]})
        context = chromium.new_context(viewport={"width": width, "height": 844}, **more)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/c/{shop.public_key}/?lang=nl")
        return page

    yield new
    for context in contexts:
        context.close()


def total(page: Page) -> Any:
    return page.locator(".bar [data-total]")


def fill_in(page: Page) -> None:
    page.locator("#field-contact-name").fill("Sanne de Vries")
    page.locator("#field-contact-email").fill("sanne@devries.example")


@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("kind", DISPLAYS)
def test_every_way_is_accessible_and_fits(open_page: Open, kind: str, width: int) -> None:
    page = open_page(kind, width=width)

    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@rounded
def test_about_how_much_follows_the_choices(open_page: Open, kind: str) -> None:
    page = open_page(kind)
    assert total(page).inner_text() == OPENING[kind]

    page.locator("#field-ledspots").fill("10")

    expect(total(page)).to_have_text(MORE[kind])
    expect(page.locator("[data-spoken]")).to_have_text(f"Totaal inclusief btw: {MORE[kind]}")
    expect(page.locator("form.stale")).to_have_count(0)
    assert page.locator(".card .price").count() == 0


@rounded
def test_what_needs_no_price_does_not_wait_for_the_server(open_page: Open, kind: str) -> None:
    page = open_page(kind)
    page.wait_for_load_state("networkidle")
    page.route("**/price/**", lambda route: route.abort())

    page.locator("#field-ledspots").fill("0")

    expect(page.locator('[data-group="dimmer"]')).to_be_hidden()
    expect(page.locator("form.stale")).to_have_count(1)
    assert total(page).inner_text() == OPENING[kind]


def test_the_way_to_an_option_says_no_difference(open_page: Open) -> None:
    page = open_page("range")

    remedy = page.locator('[data-option="dak.geisoleerd"] [data-remedy]')
    page.locator("#field-ledspots").fill("10")

    expect(remedy).to_have_text("Kies dit met Breedte 490 cm")


def test_a_price_that_is_asked_for_too_often_follows_in_a_moment(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "PRICES_PER_MINUTE", 0)
    monkeypatch.setattr("leads.refusals.RETRY_AFTER_SECONDS", 1)
    page = open_page("range")
    page.locator("#field-ledspots").fill("10")
    expect(page.locator("form.stale")).to_have_count(1)

    monkeypatch.setattr(rates, "PRICES_PER_MINUTE", 120)
    rates.forget_everything()

    expect(total(page)).to_have_text(MORE["range"])
    expect(page.locator("form.stale")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_confirmation_says_what_nobody_knew_before(open_page: Open, scripts: bool) -> None:
    page = open_page("after", java_script_enabled=scripts)
    fill_in(page)
    page.locator(".bar .button").click()

    expect(page.locator("[data-told-price]")).to_have_text("€\u00a09.685,00")
    expect(page.locator("[data-told]")).to_be_visible()
    if scripts:
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("kind", ["exact", "range", "from", "none"])
def test_the_other_confirmations_say_nothing_of_it(open_page: Open, kind: str) -> None:
    page = open_page(kind)
    fill_in(page)
    page.locator(".bar .button").click()

    expect(page.locator("#done-title")).to_be_focused()
    assert page.locator("[data-told]").count() == 0


@rounded
def test_without_a_script_a_button_asks(open_page: Open, kind: str) -> None:
    page = open_page(kind, java_script_enabled=False)
    page.locator("#field-ledspots").fill("10")
    page.locator(".update").first.click()

    assert total(page).inner_text() == MORE[kind]
