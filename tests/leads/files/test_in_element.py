"""Files handed in from another site, where the page stands as an element."""

from playwright.sync_api import expect

from configurators.models import Configurator
from tests.leads.elsewhere import Elsewhere
from tests.leads.files.giving import files_of, picture
from tests.leads.test_element_in_browser import (
    Open,
    chromium,
    fill_in,
    leads_of,
    open_page,
    pasted,
    pytestmark,
    said_by,
    send,
    site,
)

__all__ = ["chromium", "open_page", "pasted", "pytestmark", "site"]


def test_a_file_goes_along_from_another_site(open_page: Open, site: Elsewhere, shop: Configurator) -> None:
    tab = open_page()
    said = said_by(tab)
    tab.goto(site.url)
    fill_in(tab)
    tab.locator("#field-sketch").set_input_files([
        {"name": "gevel.jpg", "mimeType": "image/jpeg", "buffer": picture()},
    ])  # fmt: skip
    expect(tab.locator('[data-group="sketch"] input[type=hidden]')).to_have_count(1)
    send(tab, tab)

    [lead] = leads_of(shop)
    assert [file.lead_id for file in files_of(shop.organisation_id)] == [lead.pk]
    assert (said, tab.context.cookies()) == ([], [])
