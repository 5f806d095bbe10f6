"""A price list goes from a file into a price book, and from there into a configurator."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.journeys.building import Open, saved
from tests.journeys.conftest import RECORDS, recording
from tests.journeys.home import Home
from tests.journeys.looks import Watcher

LIST = """\
Article;Description;Amount;From
louvre-3;Louvre, 3 m;1.249,50;1-1-2026
louvre-4;Louvre, 4 m;1.549,00;
"""


def test_a_list_from_a_file_prices_a_configurator(
    house: Home, enter: Callable[..., BrowserContext], build: Open, tmp_path: Path
) -> None:
    page = enter().new_page()
    books = f"{house.site_url}/o/{house.furnish()['organisations']['acme']}/configurators/price-books/"
    file = tmp_path / "louvres.csv"
    file.write_text(LIST)

    page.goto(f"{books}new/")
    page.get_by_label("Name").fill("Louvres")
    page.get_by_role("button", name="Make the price book").click()
    page.get_by_role("link", name="Paste a list").click()
    page.get_by_label("Or choose a file").set_input_files(file)
    expect(page.get_by_label("The list")).to_have_value(re.compile("louvre-4"))
    page.get_by_role("button", name="Add these prices").click()
    expect(page.get_by_text("2 prices were added.")).to_be_visible()

    watchers: list[Watcher] = []
    page = build("veranda", watchers=watchers)
    page.get_by_role("button", name="Add a price line").click()
    page.keyboard.type("Louvre")
    page.get_by_text("From a price book", exact=True).click()
    page.get_by_label("Price book", exact=True).select_option("louvres")
    page.get_by_label("Article", exact=True).fill("louvre-3")
    expect(page.get_by_text("Today €1,249.50.")).to_be_visible()

    state = saved(page)
    assert state["definition"]["lines"][-1]["price"] == {
        "kind": "fixed", "from_book": {"book": "louvres", "sku": "louvre-3"},
    }  # fmt: skip
    assert [one["message"] for one in state["problems"] if one["severity"] == "error"] == []
    watchers[0].settle()
    if recording():
        page.screenshot(path=RECORDS / "builder-book-1360.png")
        page.set_viewport_size({"width": 390, "height": 844})
        page.screenshot(path=RECORDS / "builder-book-390.png")
    assert watchers[0].problems(language="en", keeps_nothing=False) == []
