"""Every page in every state: accessible, within its policy, and no wider than the screen."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, ViewportSize

from tests.journeys.conftest import RECORDS, recording
from tests.journeys.home import Home
from tests.journeys.looks import Watcher
from tests.journeys.pages import LANGUAGES, NO_PAGE, PAGES, Page, looks_of

FULL = os.environ.get("AXE_FULL", "")
#: In ``make test`` each page once, in a language and a width; with AXE_FULL=nl in both widths of that language.
LOOKS = [
    pytest.param(page, language, width, id=f"{page.name}-{language}-{width}")
    for page in PAGES
    for language, width in looks_of(page, wanted=FULL)
]


#: What is left of a screen of 1280 by 1024 when everything on it is four times as large (WCAG 1.4.10).
ENLARGED = 320
HEIGHTS = {390: 844, ENLARGED: 256}
WORKED_WITH = [page for page in PAGES if page.name in {"builder", "visitor", "visitor-mistakes"}]


def compares_colours(page: Page) -> bool:
    """On one page of three in ``make test``: colours are the same tokens everywhere. With AXE_FULL on each."""
    return bool(os.environ.get("AXE_FULL")) or sum(page.name.encode()) % 3 == 0


@pytest.fixture(scope="package")
def told(house: Home) -> dict[str, Any]:
    """What stands in the house, with a mail and the link that it carries."""
    told = house.furnish()
    mail = house.mail("stranger@example.org")
    link = re.search(r"/invitations/(\w+)/", mail["text"])
    assert link is not None
    return told | {"mail": mail["id"], "invited": link[1]}


@pytest.fixture(scope="package")
def watchers(chromium: Browser, house: Home) -> Iterator[Callable[[str, int], Watcher]]:
    """``watchers(language, width)``: a tab of that language and width, which has forgotten everything."""
    kept: dict[tuple[str, int], Watcher] = {}

    def watcher(language: str, width: int) -> Watcher:
        if (language, width) not in kept:
            size: ViewportSize = {"width": width, "height": HEIGHTS.get(width, 900)}
            context = chromium.new_context(viewport=size, locale=language, reduced_motion="reduce")
            context.set_default_timeout(30_000)
            kept[language, width] = Watcher(context.new_page(), own=house.origins())
        kept[language, width].forget()
        return kept[language, width]

    yield watcher
    for one in kept.values():
        one.tab.context.close()


@pytest.fixture
def look(
    house: Home, told: dict[str, Any], watchers: Callable[[str, int], Watcher]
) -> Callable[[Page, str, int], tuple[int, list[str]]]:
    """``look(page, language, width)``: how it was answered, and everything that is wrong with it."""

    def see(page: Page, language: str, width: int) -> tuple[int, list[str]]:
        watcher = watchers(language, width)
        tab = watcher.tab
        if page.who:
            session = told["people"][page.who][language]["session"]
            tab.context.add_cookies([{"name": "session", "value": session, "url": house.site_url}])
        tab.goto((house.public_url if page.is_public else house.site_url) + page.path(told, language))
        if page.act:
            page.act(tab)
        watcher.settle()
        if recording():
            tab.screenshot(path=RECORDS / "pages" / f"{page.name}-{language}-{width}.png", full_page=True)
        problems = watcher.problems(
            language=language, keeps_nothing=page.is_public, contrast=compares_colours(page)
        )
        return watcher.page.status, problems

    return see


@pytest.mark.parametrize(("page", "language", "width"), LOOKS)
def test_page_is_in_order(
    page: Page, language: str, width: int, look: Callable[[Page, str, int], tuple[int, list[str]]]
) -> None:
    assert look(page, language, width) == (page.status, [])


@pytest.mark.parametrize("language", [FULL] if FULL else LANGUAGES)
@pytest.mark.parametrize("page", WORKED_WITH, ids=lambda page: page.name)
def test_page_is_in_order_four_times_as_large(
    page: Page, language: str, look: Callable[[Page, str, int], tuple[int, list[str]]]
) -> None:
    assert look(page, language, ENLARGED) == (page.status, [])


def test_every_address_has_its_page() -> None:
    listed = {page.url for page in PAGES} | set(NO_PAGE)
    assert listed == set(_names(get_resolver()))


def test_pages_have_names_of_their_own() -> None:
    names = [page.name for page in PAGES]
    assert len(names) == len(set(names))


def _names(resolver: URLResolver, space: str = "") -> list[str]:
    found: list[str] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found += _names(entry, entry.namespace or space)
        elif isinstance(entry, URLPattern):
            found.append(f"{space}:{entry.name}")
    return found
