"""Two organisations leave. One comes back within its thirty days; of the other nothing is left."""

import re
import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from configurators.published import POLL_SECONDS
from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.making import PASSWORD
from tests.journeys.visits import come_in, press, says, show_that_it_is_you


@dataclass
class Leaving:
    """An organisation on its way out, in the tab of its owner."""

    house: Home
    tab: Page
    organisation: dict[str, str]
    owner: str

    @property
    def inside(self) -> str:
        return f"{self.house.site_url}/o/{self.organisation['slug']}/"

    @property
    def outside(self) -> str:
        return f"{self.house.site_url}/organisations/{self.organisation['slug']}/left/"

    def lifecycle(self) -> str:
        (row,) = self.house.rows(
            "SELECT lifecycle FROM organisations_organisation WHERE id = %(pk)s", pk=self.organisation["id"]
        )
        return str(row[0])

    def leads(self) -> int:
        (row,) = self.house.rows(
            "SELECT count(*) FROM leads_lead WHERE organisation_id = %(pk)s", pk=self.organisation["id"]
        )
        return int(row[0])

    def has_its_key(self) -> bool:
        return (self.house.folder / "keys" / f"{self.organisation['id']}.key").exists()

    def visitors_get(self) -> int:
        """What the page of its configurator answers to a visitor."""
        return self.tab.request.get(f"{self.house.public_url}/c/{self.organisation['key']}/").status

    def visitors_get_soon(self) -> int:
        """The same, after the second within which a process may not have looked what is published now."""
        time.sleep(POLL_SECONDS)
        return self.visitors_get()

    def deactivate(self) -> None:
        """From the settings to the page that says what follows, and past the question who it is."""
        self.tab.goto(f"{self.inside}settings/")
        self.tab.get_by_role("link", name="Leave Opmaat").click()
        if "/step-up/" in self.tab.url:
            show_that_it_is_you(self.tab)
        self.tab.locator("main [name=name]").fill(self.organisation["name"])
        press(self.tab, "Deactivate the organisation")
        expect(self.tab).to_have_url(self.outside)
        says(self.tab, "The organisation is deactivated.")
        mail = self.house.mail(self.owner, self.outside)
        assert mail["subject"] == f"{self.organisation['name']} is deactivated"


@pytest.mark.promise("C19")
def test_an_organisation_leaves_and_comes_back(house: Home, open_browser: OpenBrowser) -> None:
    leaving = leaver(house, open_browser, "back")
    assert leaving.visitors_get() == 200

    leaving.deactivate()
    assert (leaving.lifecycle(), leaving.leads()) == ("deactivated", 1)
    assert leaving.visitors_get() in (404, 410)
    assert leaving.tab.request.get(leaving.inside).status == 404

    leaving.tab.goto(f"{house.site_url}/organisations/")
    leaving.tab.get_by_role("link", name=leaving.organisation["name"]).click()
    press(leaving.tab, "Put everything back")
    expect(leaving.tab).to_have_url(leaving.inside)
    says(leaving.tab, f"{leaving.organisation['name']} is back.")
    assert (leaving.lifecycle(), leaving.leads(), leaving.visitors_get_soon()) == ("active", 1, 200)
    mail = house.mail(leaving.owner, leaving.inside)
    assert mail["subject"] == f"{leaving.organisation['name']} is back"
    leaving.tab.goto(f"{leaving.inside}leads/")
    expect(leaving.tab.get_by_text("Ines Back").first).to_be_visible()


def leaver(house: Home, open_browser: OpenBrowser, which: str) -> Leaving:
    told = house.furnish()["journeys"]["leaving"]
    tab = come_in(open_browser(locale="en"), house, told[which]["owner"])
    return Leaving(house, tab, told[which], told[which]["owner"]["email"])


@pytest.mark.promise("H22")
def test_an_organisation_is_purged(house: Home, open_browser: OpenBrowser) -> None:
    leaving = leaver(house, open_browser, "gone")
    others = "SELECT organisation_id, count(*) FROM leads_lead WHERE organisation_id <> %(pk)s GROUP BY 1"
    before = sorted(house.rows(others, pk=leaving.organisation["id"]))
    assert leaving.has_its_key()

    leaving.deactivate()
    thirty_one_days_go_by(leaving)
    mail = house.mail(leaving.owner, "its keys were destroyed")
    assert mail["subject"] == f"Everything of {leaving.organisation['name']} is deleted"
    assert (leaving.lifecycle(), leaving.leads(), leaving.has_its_key()) == ("purged", 0, False)
    certified(leaving, mail["text"])
    assert sorted(house.rows(others, pk=leaving.organisation["id"])) == before

    for address in (leaving.inside, leaving.outside):
        assert leaving.tab.request.get(address).status == 404
    leaving.tab.goto(f"{house.site_url}/organisations/")
    expect(leaving.tab.get_by_text(leaving.organisation["name"])).to_have_count(0)
    signs_in(open_browser(locale="en").new_page(), house, leaving.organisation)


def thirty_one_days_go_by(leaving: Leaving) -> None:
    """Its dates lie that much further back, and the clock rings for who is to be purged."""
    leaving.house.change(
        "UPDATE organisations_organisation SET deactivated_at = deactivated_at - interval '31 days',"
        " restorable_until = restorable_until - interval '31 days' WHERE id = %(pk)s",
        pk=leaving.organisation["id"],
    )
    leaving.house.ring("privacy.leave")


def certified(leaving: Leaving, mail: str) -> None:
    """The mail carries the certificate, on paper and for programs; it counts what went."""
    ((finished, counts, certificate),) = leaving.house.rows(
        "SELECT finished_at IS NOT NULL, counts, certificate FROM privacy_organisationpurge"
        " WHERE organisation_id = %(pk)s",
        pk=leaving.organisation["id"],
    )
    assert (finished, counts["leads_lead"]) == (True, 1)
    paper, signed = re.findall(r"https?://\S+/privacy/certificate/\S+", mail)
    assert leaving.tab.request.get(paper).body().startswith(b"%PDF")
    assert leaving.tab.request.get(signed).json() == certificate
    assert {"table": "leads_lead", "rows": 1} in certificate["statement"]["erased"]["tables"]


def signs_in(tab: Page, house: Home, organisation: dict[str, Any]) -> None:
    """Somebody of its team still has their account, which is their own."""
    tab.goto(f"{house.site_url}/sign-in/")
    tab.get_by_label("E-mail address").fill(organisation["member"]["email"])
    tab.get_by_label("Password").fill(PASSWORD)
    press(tab, "Sign in")
    tab.wait_for_url("**/organisations/new/")
    tab.goto(f"{house.site_url}/organisations/")
    expect(tab.get_by_text("You are not in an organisation yet")).to_be_visible()
