"""A visitor's page follows every choice by itself; where it cannot, the server is asked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home


@pytest.fixture
def address(house: Home) -> str:
    return f"{house.public_url}/c/{house.furnish()['configurators']['live']['key']}/?lang=nl"


def asked_of(tab: Page) -> list[str]:
    """The parts of the server that the page asks, as they come."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if part := re.search(r"/c/\w+/(\w+)/", request.url):
            asked.append(part[1])

    tab.on("request", note)
    return asked


def choose_another(tab: Page) -> tuple[str, str]:
    """The total before and after another choice that costs something more."""
    total = tab.locator(".bar [data-total]")
    before = total.inner_text()
    dearer = tab.locator("[data-option]:not(:has(input:checked)):has(.price:text-matches('^\\\\+'))").first
    dearer.locator("input").check()
    expect(total).not_to_have_text(before)
    return before, total.inner_text()


@pytest.mark.parametrize("width", [1360, 390])
def test_a_choice_changes_the_price_without_asking(
    address: str, open_browser: OpenBrowser, width: int
) -> None:
    tab = open_browser(width=width).new_page()
    asked = asked_of(tab)
    with tab.expect_response("**/definition/**"):
        tab.goto(address)

    choose_another(tab)

    assert (asked.count("definition"), asked.count("price")) == (1, 0)


def test_where_the_definition_does_not_come_the_server_is_asked(
    address: str, open_browser: OpenBrowser
) -> None:
    tab = open_browser().new_page()
    tab.route("**/definition/**", lambda route: route.abort())
    asked = asked_of(tab)
    tab.goto(address)

    choose_another(tab)

    assert asked.count("price") > 0


def test_both_say_the_same_price(address: str, open_browser: OpenBrowser) -> None:
    def after(refuse: bool) -> tuple[str, str]:
        tab = open_browser().new_page()
        if refuse:
            tab.route("**/definition/**", lambda route: route.abort())
        tab.goto(address)
        tab.wait_for_load_state("networkidle")
        return choose_another(tab)

    assert after(refuse=False) == after(refuse=True)


def test_an_answer_that_comes_late_does_not_undo_what_was_reckoned_since(
    address: str, open_browser: OpenBrowser
) -> None:
    tab = open_browser().new_page()
    definitions: list[Route] = []
    prices: list[Route] = []
    tab.route("**/definition/**", lambda route: definitions.append(route))
    tab.route("**/price/**", lambda route: prices.append(route))
    tab.goto(address)
    choices = tab.locator("[data-option]:not(:has(input:checked)) input[type=radio]:enabled")
    with tab.expect_request("**/price/**"):
        choices.first.check()
    with tab.expect_response("**/definition/**"):
        definitions[0].continue_()
    tab.wait_for_timeout(300)
    choices.last.check()
    reckoned = tab.locator(".bar [data-total]").inner_text()

    for route in prices:
        route.continue_()
    tab.wait_for_timeout(1_000)

    assert tab.locator(".bar [data-total]").inner_text() == reckoned
    expect(tab.locator("form.stale")).to_have_count(0)


@pytest.mark.parametrize("width", [1360, 390])
def test_an_option_that_cannot_be_chosen_says_with_what_it_can(
    address: str, open_browser: OpenBrowser, width: int
) -> None:
    tab = open_browser(width=width).new_page()
    with tab.expect_response("**/definition/**"):
        tab.goto(address)
    tab.get_by_label("Polycarbonaat").check()
    wooden = tab.locator("[data-option='voorkant.hout']")
    expect(wooden.locator("input")).to_be_disabled()

    remedy = wooden.get_by_role("button", name=re.compile("Kies dit met Helder glas"))
    remedy.focus()
    tab.keyboard.press("Enter")

    expect(wooden.locator("input")).to_be_checked()
    expect(wooden.locator("input")).to_be_focused()
    expect(tab.get_by_label("Polycarbonaat")).not_to_be_checked()
    expect(tab.locator("[data-remedy]")).to_have_count(1)
