"""An organisation buys at the end of its trial, changes its plan, and cancels; nothing is charged twice."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import RECORDS, OpenBrowser, recording
from tests.journeys.home import Home
from tests.journeys.visits import come_in, press, says

DECLINED, ASKING = "4000000000000002", "4000002760003184"


@dataclass
class Buying:
    """Somebody who buys, and what the house knows of it."""

    house: Home
    tab: Page
    slug: str
    pk: str

    @property
    def plan_page(self) -> str:
        return f"{self.house.site_url}/o/{self.slug}/plan/"

    def look(self, name: str) -> None:
        if recording():
            self.tab.screenshot(path=RECORDS / "pages" / f"buying-{name}.png", full_page=True)

    def company(self) -> None:
        """Who the invoices are for, asked when it is needed."""
        for name, value in {
            "company_name": "Dakraam Direct BV", "street": "Glaslaan 12", "postcode": "5616 LW",
            "city": "Eindhoven",
        }.items():  # fmt: skip
            self.tab.locator(f"main [name={name}]").fill(value)
        press(self.tab, "Save")
        says(self.tab, "The next invoices carry these details.")

    def choose(self, plan: str, interval: str = "Pay monthly") -> None:
        self.tab.goto(f"{self.plan_page}choose/")
        with self.tab.expect_navigation():
            self.tab.get_by_role("button", name=f"{interval} {plan}").click()

    def pay(self, number: str) -> None:
        """On the page of the payment provider."""
        expect(self.tab).to_have_url(re.compile(re.escape(self.house.stripe.url)))
        self.tab.locator("[name=method][value=card]").check()
        for name, value in {
            "name": "Ada",
            "email": "ada@example.org",
            "number": number,
            "expiry": "12/34",
        }.items():
            self.tab.locator(f"[name={name}]").first.fill(value)
        with self.tab.expect_navigation():
            self.tab.locator("form button").last.click()

    def subscriptions(self) -> int:
        return len(
            self.house.rows("SELECT 1 FROM billing_subscription WHERE organisation_id = %(pk)s", pk=self.pk)
        )


@pytest.mark.prove
def test_a_plan_is_bought_changed_and_cancelled(house: Home, open_browser: OpenBrowser) -> None:
    told = house.furnish()["journeys"]["buying"]
    tab = come_in(open_browser(locale="en", film="buying"), house, told["who"])
    buying = Buying(house, tab, told["slug"], told["id"])

    buying.choose("Start")
    buying.company()
    buying.choose("Start")
    checkout = tab.url
    buying.choose("Start")
    assert tab.url == checkout  # pressed twice

    buying.pay(DECLINED)
    expect(tab.get_by_text("Your card was declined")).to_be_visible()
    buying.pay(ASKING)
    with tab.expect_navigation():
        tab.locator("[name=answer][value=accept]").click()
    expect(tab.get_by_text("Start is yours.")).to_be_visible()
    buying.look("bought")
    assert buying.subscriptions() == 1

    freezes_what_there_is_no_room_for(buying)
    changes_to_a_larger_plan(buying)
    chooses_what_stays_under_a_smaller_one(buying)
    cancels_and_goes_on_after_all(buying)


FROZEN = "SELECT count(*) FROM configurators_publication WHERE organisation_id = %(pk)s AND frozen"


def freezes_what_there_is_no_room_for(buying: Buying) -> None:
    """Two were made during the trial; Start has room for one, and the owner takes the other."""
    buying.house.await_rows(FROZEN, be=[(1,)], pk=buying.pk)
    buying.tab.goto(f"{buying.house.site_url}/o/{buying.slug}/configurators/")
    buying.look("frozen")
    put_on_line(buying.tab)
    says(buying.tab, "Start has room for 1 configurator on line.")
    buying.tab.locator("#frozen [name=instead_of]").select_option(index=1)
    put_on_line(buying.tab)
    says(buying.tab, "is on line again.")
    buying.house.await_rows(FROZEN, be=[(1,)], pk=buying.pk)


def put_on_line(tab: Page) -> None:
    with tab.expect_navigation():
        tab.locator("#frozen form button").click()


def chooses_what_stays_under_a_smaller_one(buying: Buying) -> None:
    """By now the larger plan has thawed it. A smaller one begins later, so nothing is frozen yet."""
    buying.house.await_rows(FROZEN, be=[(0,)], pk=buying.pk)
    buying.choose("Start")
    expect(buying.tab.get_by_text("Configurators: you have 2, Start includes 1.")).to_be_visible()
    buying.look("change-smaller")
    buying.tab.set_viewport_size({"width": 390, "height": 844})
    buying.look("change-smaller-390")
    buying.tab.set_viewport_size({"width": 1360, "height": 900})
    for box in buying.tab.locator("[name=stays]").all():
        box.check()
    press(buying.tab, re.compile(r"^Change on \d"))
    expect(buying.tab.get_by_text("Choose one at most.").first).to_be_visible()
    buying.look("change-smaller-mistake")
    buying.tab.locator("[name=stays]").first.uncheck()
    press(buying.tab, re.compile(r"^Change on \d"))
    says(buying.tab, "The change is on its way")
    buying.house.await_rows(
        "SELECT next_version_id IS NOT NULL FROM billing_subscription WHERE organisation_id = %(pk)s",
        be=[(True,)],
        pk=buying.pk,
    )
    buying.tab.goto(buying.plan_page)
    press(buying.tab, "Keep what I have")
    says(buying.tab, "Your plan goes on as it is.")


def changes_to_a_larger_plan(buying: Buying) -> None:
    buying.choose("Works")
    expect(buying.tab.get_by_role("heading", name="Change to Works")).to_be_visible()
    buying.look("change")
    press(buying.tab, "Change now")
    says(buying.tab, "The change is on its way")
    buying.house.await_rows(
        "SELECT v.code FROM billing_billingaccount a JOIN billing_planversion v ON v.id = a.plan_version_id"
        " WHERE a.organisation_id = %(pk)s",
        be=[("works",)],
        pk=buying.pk,
    )


def cancels_and_goes_on_after_all(buying: Buying) -> None:
    leaves = "SELECT cancel_at IS NOT NULL FROM billing_subscription WHERE organisation_id = %(pk)s"
    buying.tab.goto(buying.plan_page)
    buying.tab.get_by_role("link", name="Cancel the plan").click()
    press(buying.tab, "Cancel the plan")
    says(buying.tab, "The plan ends with the period that is paid for.")
    buying.house.await_rows(leaves, be=[(True,)], pk=buying.pk)
    buying.tab.goto(buying.plan_page)
    buying.look("leaving")
    press(buying.tab, "Go on after all")
    says(buying.tab, "Your plan goes on as it is.")
    buying.house.await_rows(leaves, be=[(False,)], pk=buying.pk)
