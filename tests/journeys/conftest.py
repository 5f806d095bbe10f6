"""A browser, a house to walk through, and somebody else's web site. Everything runs on this machine."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.journeys.building import Open
from tests.journeys.home import Home
from tests.journeys.looks import Watcher
from tests.journeys.site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: With JOURNEY_RECORD=1 pictures and films go here; a film is played by ``playwright show-trace``.
RECORDS = Path(__file__).resolve().parents[2] / "var" / "journeys"

#: A busy machine takes its time; what is there is not waited for.
PATIENCE_MILLISECONDS = 60_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

OpenBrowser = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys share one house; the first lead comes before it is furnished."""
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in here:
        item.add_marker(pytest.mark.browser)
    ordered = iter(sorted(here, key=lambda item: item.path.stem != "test_first_lead"))
    items[:] = [next(ordered) if item in here else item for item in items]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("There is no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def house(chromium: Browser) -> Iterator[Home]:
    """The whole product, running; nobody has an account yet."""
    with Home() as home:
        yield home


@pytest.fixture
def empty_house(house: Home) -> Iterator[Home]:
    """A house in which nobody has ever been: the shared one, or one of its own when that is in use."""
    if house.people() == 0:
        yield house
        return
    with Home() as another:
        yield another


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        yield found


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[OpenBrowser]:
    """``open_browser(width=390)``: one that remembers nothing; ``film`` names what is recorded of it."""
    opened: list[tuple[BrowserContext, str]] = []

    def new(*, width: int = 1360, film: str = "", **more: Any) -> BrowserContext:
        size: ViewportSize = {"width": width, "height": 844 if width < 600 else 900}
        context = chromium.new_context(viewport=size, **more)
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        if film and recording():
            context.tracing.start(title=film, screenshots=True, snapshots=True)
        opened.append((context, film))
        return context

    yield new
    for context, film in opened:
        if film and recording():
            context.tracing.stop(path=RECORDS / f"{film}.zip")
        context.close()


@pytest.fixture
def enter(house: Home, open_browser: OpenBrowser) -> Callable[..., BrowserContext]:
    """``enter()`` signs Acme's English speaking owner in, in a browser of their own."""

    def sign_in(*, width: int = 1360) -> BrowserContext:
        session = house.furnish()["people"]["owner"]["en"]["session"]
        context = open_browser(width=width, locale="en", reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": session, "url": house.site_url}])
        return context

    return sign_in


@pytest.fixture
def build(house: Home, enter: Callable[..., BrowserContext]) -> Open:
    """``build("veranda")`` starts a configurator and opens its builder."""

    def begin(starting_from: str, *, width: int = 1360, watchers: list[Watcher] | None = None) -> Page:
        page = enter(width=width).new_page()
        if watchers is not None:
            watchers.append(Watcher(page, own=house.origins()))
        page.goto(f"{house.site_url}/o/{house.furnish()['organisations']['acme']}/configurators/new/")
        page.locator("input[name=name]").fill("Veranda Modern")
        page.locator(f"input[value={starting_from}]").check()
        page.locator("main button[type=submit]").click()
        expect(page.get_by_role("heading", name="Structure")).to_be_visible()
        return page

    return begin


def recording() -> bool:
    return os.environ.get("JOURNEY_RECORD") == "1"
