"""After the trial a plan, in each of the three languages: bought, invoiced, failed, reminded, recovered.

Time passes at the stand-in, as it does for whoever tries the product: by the buttons of its first page.
"""

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import RECORDS, OpenBrowser, recording
from tests.journeys.home import PATIENCE, Home
from tests.journeys.visits import come_in

GOOD, FAILING_LATER = "4242424242424242", "4000000000000341"
COMPANY = {
    "company_name": "Zonwering Zuid BV",
    "street": "Glaslaan 14",
    "postcode": "5616 LW",
    "city": "Eindhoven",
}


@dataclass(frozen=True)
class Words:
    """What the pages and the mails say, in one language."""

    not_arrived: str
    reminder: str
    thanks: str


WORDS = {
    "nl": Words("Een betaling is niet aangekomen", "is niet aangekomen", "heeft alles betaald"),
    "en": Words("A payment did not arrive", "did not arrive", "is paid up again"),
    "fr": Words("Un paiement n’est pas arrivé", "n’est pas arrivé", "est de nouveau à jour"),
}


@dataclass
class Life:
    """One organisation's first months, as its owner sees them."""

    house: Home
    tab: Page
    slug: str
    pk: str
    language: str

    def go(self, page: str = "") -> None:
        self.tab.goto(f"{self.house.site_url}/o/{self.slug}/plan/{page}")

    def press(self, form: str, button: str = "button") -> None:
        with self.tab.expect_navigation():
            self.tab.locator(f"main form[action*='{form}']").first.locator(button).last.click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.tab.locator(f"main [name={name}]").first.fill(value)

    def let_pass(self, step: str) -> None:
        self.tab.goto(self.house.stripe.url)
        with self.tab.expect_navigation():
            self.tab.locator(f"button[value={step}]").click()

    def invoices(self, *statuses: str) -> None:
        """Wait until the mirror has these, oldest first, each with both its files."""
        self.house.await_rows(
            "SELECT i.status, count(f.id) FROM billing_billinginvoice i"
            " LEFT JOIN billing_issuedinvoice d ON d.source = i.stripe_id"
            " LEFT JOIN billing_invoicefile f ON f.invoice_id = d.id"
            " WHERE i.organisation_id = %(pk)s AND i.total_cents > 0"
            " GROUP BY i.id, i.status, i.created ORDER BY i.created",
            be=[(status, 2) for status in statuses],
            pk=self.pk,
        )

    def gets_mail(self, address: str, subject: str) -> None:
        """Wait for it: a worker is on its way."""
        deadline = time.monotonic() + PATIENCE
        while not any(subject in mail["subject"] for mail in self.house.mails(address)):
            assert time.monotonic() < deadline, f"no mail to {address} about “{subject}”"
            time.sleep(0.1)

    def look(self, name: str) -> None:
        if recording():
            self.tab.screenshot(path=RECORDS / "pages" / f"paying-{name}-{self.language}.png", full_page=True)


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_from_trial_to_paid_and_back_after_a_failed_renewal(
    house: Home, open_browser: OpenBrowser, language: str
) -> None:
    told = house.furnish()["journeys"]["paying"][language]
    tab = come_in(open_browser(locale=language, film=f"paying-{language}"), house, told["who"])
    life = Life(house, tab, told["slug"], told["id"], language)

    buys_studio(life)
    life.invoices("paid")
    finds_the_invoice(life)

    changes_the_card(life, FAILING_LATER)
    life.let_pass("month")
    life.let_pass("day")  # a renewal is a draft for its first hour
    life.invoices("paid", "open")
    is_told(life, told["who"]["email"])

    pays(life)
    life.invoices("paid", "paid")
    house.await_rows(
        "SELECT billing, overdue_since FROM billing_billingaccount WHERE organisation_id = %(pk)s",
        be=[("active", None)], pk=life.pk,
    )  # fmt: skip
    life.go()
    expect(tab.get_by_text(WORDS[language].not_arrived)).to_have_count(0)
    life.gets_mail(told["who"]["email"], WORDS[language].thanks)


def buys_studio(life: Life) -> None:
    life.go("choose/")
    life.press("/buy/")
    life.fill(**COMPANY)
    with life.tab.expect_navigation():
        life.tab.locator("main form button").first.click()
    life.go("choose/")
    with life.tab.expect_navigation():
        life.tab.locator("form[action*='/buy/']:has([value=studio]) button").first.click()
    expect(life.tab).to_have_url(re.compile(re.escape(life.house.stripe.url)))
    life.tab.locator("[name=method][value=card]").check()
    life.fill(name="Ada", email="ada@example.org", number=GOOD, expiry="12/34")
    with life.tab.expect_navigation():
        life.tab.locator("form button").last.click()
    expect(life.tab.locator("#bought a[href$='/plan/']")).to_be_visible()
    life.look("bought")


def finds_the_invoice(life: Life) -> None:
    life.go("invoices/")
    life.look("invoices")
    begins = {}
    for link in life.tab.locator("main td a").all()[:2]:
        answer = life.tab.request.get(life.house.site_url + (link.get_attribute("href") or ""))
        begins[answer.headers["content-type"].split(";")[0]] = answer.body()[:5]
    assert begins == {"application/pdf": b"%PDF-", "application/xml": b"<?xml"}


def changes_the_card(life: Life, number: str) -> None:
    life.go()
    life.press("/portal/")
    life.tab.locator("[name=method][value=card]").check()
    life.fill(number=number, expiry="12/34")
    life.press("/methods")


def is_told(life: Life, address: str) -> None:
    """On every page, and by mail in the language of the one who pays."""
    said = WORDS[life.language]
    life.go()
    expect(life.tab.get_by_text(said.not_arrived).first).to_be_visible()
    life.look("overdue")
    life.gets_mail(address, said.reminder)


def pays(life: Life) -> None:
    life.go()
    life.press("/pay/")
    life.fill(number=GOOD)
    with life.tab.expect_navigation():
        life.tab.locator("form button").last.click()
