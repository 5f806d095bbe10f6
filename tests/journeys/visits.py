"""What people with an account do on every journey: come in, show once more that it is them."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.home import Home
from tests.journeys.making import PASSWORD


def come_in(context: BrowserContext, house: Home, who: dict[str, Any]) -> Page:
    """A tab of somebody who signed in some time ago."""
    context.add_cookies([{"name": "session", "value": who["session"], "url": house.site_url}])
    return context.new_page()


def show_that_it_is_you(tab: Page) -> None:
    """The page that stands before whatever cannot be taken back."""
    expect(tab).to_have_url(re.compile("/account/step-up/"))
    tab.locator("[name=password]").fill(PASSWORD)
    with tab.expect_navigation():
        tab.get_by_role("button", name="Continue").click()


def press(tab: Page, button: str | re.Pattern[str]) -> None:
    """Press what sends a form, and wait for the page that answers."""
    with tab.expect_navigation():
        tab.get_by_role("button", name=button, exact=True).click()


def says(tab: Page, text: str) -> None:
    """The page says what came of it."""
    expect(tab.locator(".alert, [role=status], [role=alert]").filter(has_text=text).first).to_be_visible()
