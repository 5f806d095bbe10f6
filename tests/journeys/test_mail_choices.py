"""Somebody with a phone confirms that they want offers, and stops them again, from the links in their mail."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.looks import Watcher


@pytest.mark.promise("E3", "E6")
def test_confirming_and_stopping_is_one_press_each(house: Home, open_browser: OpenBrowser) -> None:
    tokens = house.furnish()["tickets"]
    phone = open_browser(width=390, locale="nl", has_touch=True, is_mobile=True).new_page()
    watcher = Watcher(phone, own=house.origins())

    phone.goto(f"{house.public_url}/privacy/confirm/{tokens['consent-waiting']}/?lang=nl")
    phone.get_by_role("button", name="Ja, ik bevestig").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Je hebt het bevestigd")

    phone.get_by_role("link", name="Bekijken of stoppen").click()
    expect(phone.get_by_text("Bevestigd per e-mail")).to_be_visible()
    phone.get_by_role("button", name="Stop deze mail").click()
    expect(phone.get_by_role("status")).to_contain_text("Gestopt.")
    assert phone.get_by_role("button").count() == 0

    assert (watcher.said, watcher.foreign, phone.context.cookies()) == ([], [], [])
