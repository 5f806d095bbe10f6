"""How a themed configurator comes to visitors: as a style sheet of its own, never as a style in the page."""

import re

import pytest

from configurators.compiling import compile_definition
from configurators.published import Version
from leads import visits
from tenancy.ids import uuid7
from tests.leads.conftest import Visitor
from tests.leads.definitions import veranda

THEME = {"accent": "#7b1e5a", "text": "#20161c", "background": "#fff7fb", "radius": 0, "font": "serif"}


@pytest.fixture
def painted(window: Visitor) -> Visitor:
    """The shop window, with colours of the shop's own."""
    publication = visits.published(window.key)
    assert publication is not None
    compiled = compile_definition(veranda() | {"theme": THEME})
    object.__setattr__(publication, "version", Version(uuid7(), 2, compiled.sha256, compiled))
    return window


def sheet_of(page: str) -> str:
    [address] = re.findall(r'<link rel="stylesheet" href="(/c/[^"]+)"', page)
    return address.replace("&amp;", "&")


def test_page_links_its_theme_and_the_browser_keeps_it(painted: Visitor) -> None:
    page = painted.client.get(painted.address).content.decode()
    sheet = painted.client.get(sheet_of(page))

    assert (sheet.status_code, sheet.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in sheet.headers["Cache-Control"]
    assert sheet.content.startswith(b":root{--accent:#7b1e5a;")
    assert "style=" not in page


def test_another_theme_is_not_served_by_that_name(painted: Visitor) -> None:
    assert painted.client.get(f"/c/{painted.key}/theme/?v=0123456789abcdef0123").status_code == 404


def test_page_without_a_theme_links_none(window: Visitor) -> None:
    assert "/theme/" not in window.client.get(window.address).content.decode()


def test_page_with_a_font_of_the_device_loads_none_of_ours(painted: Visitor) -> None:
    assert "fonts/" not in painted.client.get(painted.address).content.decode()


def test_embedded_page_says_its_theme_to_the_element(painted: Visitor) -> None:
    page = painted.client.get(f"{painted.address}&embed=1").content.decode()

    assert 'data-look="--accent:#7b1e5a;' in page


def test_a_site_may_ask_for_another_colour(painted: Visitor) -> None:
    sheet = painted.client.get(f"/c/{painted.key}/theme/", {"accent": "#0F4D43"})

    assert (sheet.status_code, sheet.content.startswith(b":root{--accent:#0f4d43;")) == (200, True)
    assert b"--color-paper:#fff7fb" in sheet.content


@pytest.mark.parametrize(
    "asked",
    [{"accent": "#ffe0f0"}, {"accent": "red;}*{display:none"}, {"colour": "#000000"}, {"radius": "x"}],
)
def test_a_site_may_not_ask_for_what_cannot_be_read(painted: Visitor, asked: dict[str, str]) -> None:
    refused = painted.client.get(f"/c/{painted.key}/theme/", asked)

    assert refused.status_code == 422
    assert refused.json()["errors"]


def test_house_style_takes_another_colour_too(window: Visitor) -> None:
    assert window.client.get(f"/c/{window.key}/theme/", {"radius": "0"}).status_code == 200


def test_a_radius_of_thousands_of_digits_is_refused(window: Visitor) -> None:
    refused = window.client.get(f"/c/{window.key}/theme/", {"radius": "9" * 5_000})

    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["theme.radius"])
