"""Support asks to look in, is let in, reads what has no names in it, and is cut off.

Two people in two browsers: one of support, and the owner of the organisation, who sees each page that was read.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.visits import come_in, press, says, show_that_it_is_you

PERSON, EMAIL = "Mia Mertens", "mia.mertens@example.com"
REASON = "The price of a roof"


@pytest.mark.promise("D10")
def test_support_asks_reads_masked_and_is_cut_off(house: Home, open_browser: OpenBrowser) -> None:
    told = house.furnish()["journeys"]["support"]
    place = f"{house.site_url}/o/{told['slug']}/"
    helper = come_in(open_browser(locale="en"), house, told["helper"])
    owner = come_in(open_browser(locale="en"), house, told["who"])
    assert helper.request.get(place).status == 404

    asks(helper, house, told)
    lets_in(owner, house, told)
    lead = reads_no_names(helper, house, told)
    sees_what_was_read(owner, place)
    press(owner, "End it now")
    says(owner, "Support cannot look in any more.")
    for address in (place, f"{place}leads/", lead):
        answer = helper.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert PERSON not in helper.content()
    on_record(house, told)


def asks(helper: Page, house: Home, told: dict[str, Any]) -> None:
    helper.goto(f"{house.site_url}/platform/support/")
    helper.get_by_label("Organisation, as in its address").fill(told["slug"])
    helper.get_by_label("Why").fill(REASON)
    press(helper, "Ask the organisation")
    says(helper, "The organisation was asked.")
    mail = house.mail(told["who"]["email"], REASON)
    assert f"/o/{told['slug']}/support/" in mail["text"]


def lets_in(owner: Page, house: Home, told: dict[str, Any]) -> None:
    """The owner comes by the mail's link, and shows once more who it is."""
    link = re.search(r"https?://\S+/support/", house.mail(told["who"]["email"], REASON)["text"])
    assert link is not None
    owner.goto(link[0])
    expect(owner.get_by_text(REASON)).to_be_visible()
    press(owner, "Let support in")
    if "/step-up/" in owner.url:
        show_that_it_is_you(owner)
        press(owner, "Let support in")
    says(owner, "Support can look in now.")
    mail = house.mail(told["helper"]["email"], "lets you look in until")
    assert "/platform/support/" in mail["text"]


def reads_no_names(helper: Page, house: Home, told: dict[str, Any]) -> str:
    """From the own page into the inbox and a request; answers where that is."""
    helper.goto(f"{house.site_url}/platform/support/")
    helper.get_by_role("link", name=re.compile("^Look in")).click()
    expect(helper.get_by_text("Every page that you open is in their record.")).to_be_visible()
    helper.locator(".rail").get_by_role("link", name=re.compile("^Requests")).click()
    helper.get_by_role("link", name=re.compile("M•+ M•+")).first.click()
    expect(helper.get_by_role("heading", name=re.compile("M•+ M•+"))).to_be_visible()
    assert [secret for secret in (PERSON, EMAIL) if secret in helper.content()] == []
    refused = helper.request.get(f"{house.site_url}/o/{told['slug']}/settings/")
    assert refused.status == 403
    return helper.url


def sees_what_was_read(owner: Page, place: str) -> None:
    owner.goto(f"{place}support/")
    expect(owner.get_by_text(re.compile(r"\d+ pages read"))).to_be_visible()
    owner.goto(f"{place}record/")
    lines = owner.locator("tbody tr", has_text="leads:detail")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Helper Peeters, support")
    owner.goto(f"{place}support/")


def on_record(house: Home, told: dict[str, Any]) -> None:
    pages = house.rows(
        "SELECT detail->>'page' FROM audit_accessevent"
        " WHERE organisation_id = %(pk)s AND action = 'support.read' ORDER BY occurred_at",
        pk=told["id"],
    )
    assert {"organisations:overview", "leads:inbox", "leads:detail"} <= {page for (page,) in pages}
    acts = house.rows(
        "SELECT action FROM audit_event WHERE organisation_id = %(pk)s AND action LIKE 'support.%%'"
        " ORDER BY occurred_at",
        pk=told["id"],
    )
    assert acts == [("support.granted",), ("support.ended",)]
    ((ended, unmasked),) = house.rows(
        "SELECT ended_at IS NOT NULL, unmasked FROM organisations_supportgrant WHERE organisation_id = %(pk)s",
        pk=told["id"],
    )
    assert (ended, unmasked) == (True, False)
