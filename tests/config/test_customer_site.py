"""The customers' own sites embed the configurators under a strict policy."""

import re

import pytest

from config.customer_site import SHOPS, pages

DEMO = {
    "configurators": [
        {
            "organisation": "Veldkamp Veranda's",
            "key": "abc",
            "public_url": "http://localhost:8001/c/abc/",
            "language": "nl",
        }
    ]
}


def test_a_page_carries_the_element_and_its_one_script():
    _, body, _ = pages(DEMO)["/veldkamp/"]
    assert re.findall(r"<script.*", body) == [
        '<script type="module" src="http://localhost:8001/e/v1/element.js"></script>'
    ]
    assert re.findall(r"<opmaat-configurator.*", body) == ['<opmaat-configurator key="abc" language="nl">']


def test_a_page_of_a_site_builder_carries_the_one_script_tag():
    demo = {"configurators": [DEMO["configurators"][0] | {"organisation": "Drukkerij De Linde"}]}
    _, body, _ = pages(demo)["/delinde/"]
    assert re.findall(r"<script.*", body) == [
        '<script src="http://localhost:8001/e/v1.js" data-configurator="abc" async></script>'
    ]


def test_a_page_allows_our_host_and_itself_only():
    _, _, policy = pages(DEMO)["/veldkamp/"]
    assert policy == (
        "default-src 'none'; style-src 'self'; script-src http://localhost:8001; "
        "connect-src http://localhost:8001; frame-src http://localhost:8001; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.folder)
def test_every_shop_has_a_page_in_its_language_before_the_demo_is_there(shop):
    kind, body, _ = pages({})[f"/{shop.folder}/"]
    assert (kind, f'<html lang="{shop.language}">' in body, "<script" in body, "style=" in body) == (
        "text/html",
        True,
        False,
        False,
    )
