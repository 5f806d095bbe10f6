"""What goes live, when, and for whom: stopped by a scenario, planned, put back, and never under somebody's hands."""

import re
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.building import Open, part, saved
from tests.journeys.conftest import OpenBrowser
from tests.journeys.home import Home
from tests.journeys.visits import press

#: What the starting point costs, and with a hundred euro more for its roof.
FIRST, DEARER = "€ 4.995,00", "€ 5.095,00"
#: What a person takes to fill in a form, at the least.
READING = 3_500


class Builder:
    """The owner's tab, and what has become of the configurator."""

    def __init__(self, page: Page, house: Home) -> None:
        self.page, self.house = page, house
        self.place = re.sub(r"\?.*", "", page.url)
        self.id = UUID(self.place.rstrip("/").rpartition("/")[2])

    def open(self, *where: str) -> Page:
        self.page.goto(self.place + "".join(f"{step}/" for step in where))
        return self.page

    def price_of_glass(self, amount: str) -> None:
        """Another price for the option that is chosen when the page opens."""
        self.open()
        part(self.page, "steps", 1, "groups", 0, "options", 0).click()
        self.page.get_by_label("Amount in EUR").fill(amount)
        saved(self.page)

    def publish(self) -> str:
        """Answers the address of the visitors' page."""
        self.open("publish")
        self.page.get_by_role("button", name="Publish", exact=True).click()
        self.page.wait_for_url("**/embed/")
        return self.page.locator("#public-address").inner_text()

    def versions(self) -> list[tuple[int, int | None]]:
        """Numbers, and of which version each is a repetition."""
        return [
            (number, restores)
            for number, restores in self.house.rows(
                "SELECT number, restores_number FROM configurators_configuratorversion"
                " WHERE configurator_id = %(id)s ORDER BY number",
                id=self.id,
            )
        ]


@pytest.fixture
def owner(build: Open, house: Home) -> Builder:
    return Builder(build("veranda"), house)


@pytest.fixture
def visit(open_browser: OpenBrowser) -> Open:
    """``visit(address)``: a new visitor on a phone."""

    def come(address: str) -> Page:
        page = open_browser(width=390, locale="nl").new_page()
        page.goto(address)
        return page

    return come


def price_of(visitor: Page) -> str:
    return visitor.locator(".bar [data-total]").inner_text().replace("\u00a0", " ")


def price_becomes(visitor: Page, wanted: str) -> None:
    """For whoever comes now; what goes live is seen within a second."""
    deadline = time.monotonic() + 20
    while (found := price_of(visitor)) != wanted:
        assert time.monotonic() < deadline, f"{found}, not {wanted}"
        visitor.wait_for_timeout(200)
        visitor.reload()


def test_a_scenario_that_comes_out_otherwise_stops_the_publication(owner: Builder) -> None:
    page = owner.open("scenarios", "new")
    page.get_by_label("Name").fill("Veranda van de folder")
    press(page, "Keep the scenario")
    expect(page.get_by_text("as expected")).to_be_visible()

    owner.price_of_glass("100")
    owner.open("publish")
    stopped = page.locator("#scenarios .alert")
    expect(stopped).to_contain_text("One scenario blocks publishing")
    expect(stopped).to_contain_text("Veranda van de folder")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    versions_while_stopped = owner.versions()

    owner.open("scenarios")
    press(page, re.compile("That is right"))
    owner.publish()

    assert (versions_while_stopped, owner.versions()) == ([], [(1, None)])


def test_an_older_version_is_put_back(owner: Builder, visit: Open) -> None:
    visitor = visit(owner.publish())
    price_becomes(visitor, FIRST)
    owner.price_of_glass("100")
    owner.publish()
    price_becomes(visitor, DEARER)

    page = owner.open("versions")
    page.get_by_role("link", name="Put version 1 back").click()
    press(page, "Put version 1 back")

    price_becomes(visitor, FIRST)
    assert owner.versions() == [(1, None), (2, None), (3, 1)]


def test_a_planned_price_goes_live_when_its_time_comes(owner: Builder, visit: Open) -> None:
    visitor = visit(owner.publish())
    price_becomes(visitor, FIRST)
    owner.price_of_glass("100")
    page = owner.open("publish")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    page.get_by_label("Go live at").fill(f"{tomorrow:%Y-%m-%d}T09:00")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#plans")).to_contain_text("goes live by itself")
    visitor.wait_for_timeout(1_500)
    visitor.reload()
    still = price_of(visitor)
    owner.price_of_glass("300")

    owner.house.change(
        "UPDATE delivery_job SET due_at = now() WHERE task = 'configurators.go_live'"
        " AND organisation_id = (SELECT organisation_id FROM configurators_configurator WHERE id = %(id)s)",
        id=owner.id,
    )
    owner.house.await_rows(
        "SELECT number FROM configurators_configuratorversion WHERE configurator_id = %(id)s ORDER BY number",
        be=[(1,), (2,)],
        id=owner.id,
    )
    owner.open("publish")

    assert still == FIRST
    price_becomes(visitor, DEARER)
    expect(page.locator("#plans")).to_have_count(0)


def test_who_began_before_a_publication_finishes_on_that_version(owner: Builder, visit: Open) -> None:
    address = owner.publish()
    visitor = visit(address)
    price_becomes(visitor, FIRST)
    owner.price_of_glass("100")
    owner.publish()

    price_becomes(visit(address), DEARER)
    visitor.locator("#field-contact-name").fill("Sanne de Vries")
    visitor.locator("#field-contact-email").fill("sanne.publish@example.org")
    visitor.wait_for_timeout(READING)
    visitor.locator(".bar .button").click()
    expect(visitor.locator("#done-title")).to_be_visible()

    assert owner.house.rows(
        "SELECT l.gross, v.number FROM leads_lead l JOIN configurators_configuratorversion v"
        " ON v.id = l.version_id WHERE l.configurator_id = %(id)s",
        id=owner.id,
    ) == [(Decimal("4995.00"), 1)]
