"""What people do in the builder on more than one journey."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Page]
#: Autosave waits a moment after the last change.
SAVED = re.compile(r"^saved \d\d:\d\d$")


def saved(page: Page) -> dict[str, Any]:
    """The definition as the server has it, once the builder says that it is saved."""
    page.wait_for_timeout(100)
    expect(page.locator(".b-saving")).to_have_text(SAVED)
    state: dict[str, Any] = page.evaluate(
        """async () => {
          const { urls } = JSON.parse(document.getElementById("builder-state").textContent);
          return (await fetch(urls.draft)).json();
        }"""
    )
    return state


def part(page: Page, *path: str | int) -> Locator:
    """The button in the structure that stands for this place."""
    return page.locator(f"#row-{'-'.join(str(one) for one in path)}")


class Keyboard:
    """A person without a mouse: what is reached by Tab and arrows, and what is pressed there."""

    #: More stops than any page has between two places.
    FARTHEST = 250

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, place: Locator) -> None:
        """Press Tab until the place has the focus; fails when it cannot be reached so."""
        for _ in range(self.FARTHEST):
            if place.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{place} is out of the keyboard's reach.")

    def press(self, place: Locator, key: str = "Enter") -> None:
        self.to(place)
        self.page.keyboard.press(key)

    def write(self, place: Locator, text: str) -> None:
        self.to(place)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
