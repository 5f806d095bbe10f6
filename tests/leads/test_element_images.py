"""Images of the organisation's own within another site's page: from our host, if its policy lets them through."""

# ruff: noqa: F811 - the fixtures are those of the element's other tests

from typing import Any

import pytest
from playwright.sync_api import expect

from configurators.embedding import element_needs, policy, shows_images
from configurators.images.keeping import keep_image
from configurators.models import Configurator, Publication
from configurators.publishing import publish
from leads import images
from tenancy.context import tenant
from tests.configurators import photos
from tests.leads.elsewhere import Elsewhere
from tests.leads.test_element_in_browser import (  # noqa: F401 - fixtures
    Open,
    chromium,
    list_sites,
    open_page,
    pasted,
    pytestmark,
    said_by,
    site,
)

LOADED = """() => [...document.querySelector("opmaat-configurator").shadowRoot.querySelectorAll(".photo img")]
  .map((image) => [image.complete && image.naturalWidth > 0, new URL(image.currentSrc || image.src).origin])"""


@pytest.fixture
def illustrated(site: Elsewhere, shop: Configurator) -> Elsewhere:
    """Acme's own site; an option has a photo, and the theme a logo."""
    images.forget_everything()
    with tenant(shop.organisation_id):
        photo = keep_image(photos.photo(1600, 1000), by=shop.pk)
        own = {"file": photo.sha256, "width": photo.width, "height": photo.height, "alt": {"nl": "Dak"}}
        draft: dict[str, Any] = shop.draft
        draft["steps"][1]["groups"][0]["options"][0]["image"] = own
        colours = {"accent": "#0f4d43", "text": "#1b211f", "background": "#f6f4ee"}
        draft["theme"] = colours | {"logo": own | {"alt": {"nl": "Het merk"}}}
        shop.save()
        publish(shop, by=shop.pk)
    list_sites(shop, site.host)
    return site


def test_they_come_from_our_host_and_the_logo_stays_away(
    open_page: Open,
    illustrated: Elsewhere,
    shop: Configurator,
    settings: Any,
) -> None:
    with tenant(shop.organisation_id):
        needs = element_needs(images=shows_images(Publication.objects.get(public_key=shop.public_key)))
    illustrated.lets_through = f"{policy(needs)} data:"
    tab = open_page()
    said = said_by(tab)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))

    tab.goto(illustrated.url)
    tab.locator(".photo img").scroll_into_view_if_needed()
    tab.wait_for_function(f"() => ({LOADED})().every(([whole]) => whole)")

    assert tab.evaluate(LOADED) == [[True, settings.PUBLIC_URL]]
    assert [url for url in asked if "/image/" in url and not url.startswith(settings.PUBLIC_URL)] == []
    expect(tab.locator(".brand")).to_have_text("Acme")
    expect(tab.locator(".logo")).to_have_count(0)
    assert said == []


def test_control_without_img_src_the_browser_refuses_them(
    open_page: Open,
    illustrated: Elsewhere,
) -> None:
    tab = open_page()
    said = said_by(tab)

    tab.goto(illustrated.url)
    tab.locator(".photo img").scroll_into_view_if_needed()
    tab.wait_for_timeout(500)

    assert any("Content Security Policy" in text for text in said)
    assert tab.evaluate(LOADED)[0][0] is False
