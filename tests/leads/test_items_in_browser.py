"""A visitor with a real browser, before windows of their own and a day to choose."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from configurators.models import Configurator
from leads.models import Lead
from leads.quotes import Quote
from tenancy.context import tenant
from tests.cast import Member
from tests.configurators.definitions import group, texts
from tests.configurators.repeats import house
from tests.leads.conftest import open_for_visitors
from tests.leads.test_visitor_in_browser import chromium, pytestmark

__all__ = ["chromium", "pytestmark"]

#: Where pictures of the page are kept, if anywhere.
PICTURES = os.environ.get("PICTURES", "")


def asked() -> dict[str, Any]:
    document = house(
        group("day", "date", label=texts("Levering", "Delivery"), earliest=1, latest=60),
        group("person", "contact", label=texts("Offerte", "Offer")),
        lines=[{"key": "base", "label": texts("Basis", "Base"), "price": {"kind": "fixed", "amount": "100"}}],
    )
    first, (repeat, *others) = document["steps"][0], document["steps"][0]["groups"]
    repeat["label"], repeat["help"] = (
        texts("Ramen", "Windows"),
        texts("Hoeveel ramen wil je?", "How many windows?"),
    )
    for each, name in zip(
        repeat["groups"], ("Breedte", "Hoogte", "Oppervlakte", "Glas", "Roede"), strict=True
    ):
        each["label"] = texts(name, each["label"]["en"])
    return document | {
        "steps": [first | {"groups": [repeat]}, {"key": "rest", "title": texts("Offerte", "Offer"), "groups": others}]
    }  # fmt: skip


@pytest.fixture
def shop(transactional_db: None, alice: Member) -> Configurator:
    return open_for_visitors(alice, asked())


@pytest.fixture
def address(live_server, shop: Configurator) -> str:
    return f"{live_server.url}/c/{shop.public_key}/?lang=nl"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)


def wrong_for_anybody(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_as_many_windows_are_shown_as_there_are(page: Page, address: str) -> None:
    page.goto(address)
    windows = page.locator("fieldset.item:visible")
    more = page.get_by_role("button", name="Ramen: meer")

    expect(windows).to_have_count(1)
    more.click()
    more.click()
    expect(windows).to_have_count(3)
    expect(
        page.get_by_role("group", name="Raam 3", exact=True).get_by_role("textbox", name="Breedte")
    ).to_have_value("120")
    page.get_by_role("button", name="Ramen: minder").click()
    expect(windows).to_have_count(2)


def test_price_follows_each_window(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Ramen: meer").click()
    second = page.get_by_role("group", name="Raam 2", exact=True)

    second.get_by_role("radio", name="Triple").check()

    expect(page.locator(".bar [data-total]")).to_have_text("€\u00a0172,00")
    expect(second.get_by_role("checkbox", name="Roede")).to_be_visible()
    expect(page.locator("[data-lines]")).to_contain_text("Raam 2: Triple")


@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("count", [1, 3])
def test_one_and_three_windows_are_for_everybody(page: Page, address: str, count: int, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)

    for _ in range(count - 1):
        page.get_by_role("button", name="Ramen: meer").click()
    expect(page.locator("fieldset.item:visible")).to_have_count(count)

    picture(page, f"windows-{count}-{width}")
    assert wrong_for_anybody(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_request_arrives_with_the_names_of_its_windows(
    page: Page, address: str, shop: Configurator
) -> None:
    page.goto(address)
    page.get_by_role("button", name="Ramen: meer").click()
    page.get_by_role("group", name="Raam 2", exact=True).get_by_role("radio", name="Triple").check()
    page.locator("#field-contact-name").fill("Sanne de Vries")
    page.locator("#field-contact-email").fill("sanne@devries.example")
    page.wait_for_timeout(2100)
    page.locator(".bar .button").click()
    expect(page.locator("#done-title")).to_be_focused()

    with tenant(shop.organisation_id):
        [lead] = Lead.objects.select_related("version")
        quote = Quote.of(lead)
        assert [line.label for line in quote.lines] == ["Basis", "Raam 2: Triple"]
        assert ("Raam 2: Glas", "Triple") in [(choice.label, choice.value) for choice in quote.choices]


def test_a_day_outside_the_bounds_is_told_at_once(page: Page, address: str) -> None:
    page.goto(address)
    day = page.get_by_label("Levering")

    day.fill("2020-01-01")
    day.blur()
    said = page.locator("#error-day")
    expect(said).to_be_visible()
    picture(page, "date-390")
    page.get_by_role("button", name="Ramen: meer").click()
    expect(said).to_be_visible()  # a new price takes nothing back
    day.fill(day.get_attribute("min") or "")
    expect(said).to_be_hidden()


def test_without_javascript_the_server_shows_so_many(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    expect(page.locator("fieldset.item:visible")).to_have_count(1)

    page.locator("#field-windows").fill("3")
    page.locator("[name='form.action'][value='price']").first.click()

    expect(page.locator("fieldset.item:visible")).to_have_count(3)
    expect(page.locator("#field-windows_3_width")).to_have_value("120")
    expect(page.locator("#option-windows_3_glass-double")).to_be_checked()
    picture(page, "no-script-390")
    context.close()
