"""From an empty house to a lead in the inbox, as two owners and two visitors live it, in a real browser.

No row is made behind the product's back: whatever is there at the end came through its pages.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django_otp.oath import totp
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.conftest import RECORDS, OpenBrowser, recording
from tests.journeys.home import Home
from tests.journeys.looks import Watcher
from tests.journeys.site import Site

PASSWORD = "juweel trap zeven mist"
FILM = "first-lead"
#: Faster than this no person reads a page, and what they send is put aside.
READING = 2500
#: The builder saves and draws its preview anew after each change; a busy machine takes its time.
PREVIEW_MILLISECONDS = 20_000

CENT = Decimal("0.01")
WIDTH, PER_METRE, MOTOR = Decimal(530), Decimal("487.25"), Decimal("389.50")
FIRST_FABRIC, FABRIC = Decimal(100), Decimal(150)
#: 5.3 m at € 487.25 is 2582.425: half a cent, which is rounded away from zero.
AWNING = (WIDTH / 100 * PER_METRE).quantize(CENT, ROUND_HALF_UP)
GROSS = AWNING + MOTOR + FABRIC
NET = (GROSS / Decimal("1.21")).quantize(CENT, ROUND_HALF_UP)

VISITOR, VISITOR_EMAIL = "Sanne de Vries", "sanne@devries.example"
PLAIN_VISITOR, PLAIN_EMAIL = "Noor Bakker", "noor@bakker.example"


def figure(amount: Decimal) -> str:
    """An amount as an English reader sees it, without the sign."""
    return f"{amount:,.2f}"


def figures_in(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*\.\d\d", text)


@dataclass
class Person:
    """Somebody at a desk, with an address and later an authenticator app."""

    name: str
    email: str
    tab: Page
    house: Home
    secret: str = ""

    def open_account(self) -> None:
        """Sign up, and prove the address by the mail that comes."""
        tab = self.tab
        tab.goto(f"{self.house.site_url}/sign-up/")
        tab.get_by_label("Your name").fill(self.name)
        tab.get_by_label("E-mail address").fill(self.email)
        tab.get_by_label("Password").fill(PASSWORD)
        for box in tab.get_by_role("checkbox").all():
            box.check()
        tab.get_by_role("button", name="Open an account").click()
        tab.wait_for_url("**/sign-up/done/")
        self.follow_mail("/sign-up/verify/")
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Confirm").click()
        tab.wait_for_url("**/organisations/new/")

    def follow_mail(self, path: str) -> None:
        """Open the newest mail in the mailbox page and click its link."""
        self.read_mail(self.email, path)
        self.tab.locator(f"main a[href*='{path}']").first.click()
        self.tab.wait_for_url(f"**{path}**")

    def read_mail(self, to: str, link: str = "") -> str:
        """The text of the newest mail to an address, read on the mailbox page once it has arrived."""
        self.house.mail(to, link)
        tab = self.tab
        tab.goto(f"{self.house.site_url}/mailbox/")
        tab.get_by_label("Show the mails to").fill(to)
        tab.get_by_role("button", name="Show", exact=True).click()
        tab.locator("tbody a").first.click()
        tab.wait_for_url(re.compile(r"/mailbox/[0-9a-f-]{36}/"))
        return tab.locator("main").inner_text()

    def set_up_two_steps(self) -> None:
        """Type the key that is shown into an app, give its first code, keep the recovery codes."""
        tab = self.tab
        tab.goto(f"{self.house.site_url}/account/two-step/")
        tab.get_by_role("button", name="Begin").click()
        self.secret = tab.locator("#secret").inner_text().replace(" ", "")
        tab.get_by_role("textbox", name="Code").fill(self.code())
        tab.get_by_role("button", name="Turn on").click()
        expect(tab.locator("#codes")).to_be_visible()
        assert len(set(tab.locator("#codes").inner_text().split())) >= 8
        tab.get_by_role("link", name="I have kept them").click()

    def sign_in(self) -> None:
        """Sign out, and in again with password and code."""
        tab = self.tab
        tab.goto(f"{self.house.site_url}/account/")
        tab.locator(".rail details:has(.rail-menu) summary").click()
        tab.locator(".rail").get_by_role("button", name="Sign out").click()
        tab.wait_for_url("**/sign-in/")
        tab.get_by_label("E-mail address").fill(self.email)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/sign-in/two-step/**")
        # Each code counts once: this is the one that the app shows next.
        tab.get_by_role("textbox", name="Code").fill(self.code(later=1))
        tab.locator("main form button").first.click()
        tab.wait_for_url("**/organisations/new/")

    def code(self, later: int = 0) -> str:
        return f"{totp(base64.b32decode(self.secret + '=' * (-len(self.secret) % 8)), drift=later):06}"

    def found(self, organisation: str) -> str:
        """Found an organisation; answers where its pages begin."""
        tab = self.tab
        tab.get_by_label("Name of your organisation").fill(organisation)
        tab.get_by_label("Country", exact=True).select_option("NL")
        tab.get_by_label("Language", exact=True).select_option("en")
        tab.get_by_role("checkbox").check()
        tab.get_by_role("button", name="Start").click()
        tab.wait_for_url("**/o/*/")
        return tab.url

    def introduce(self, place: str, *, embedded_on: str) -> None:
        """Say in the settings who asks for the data, for how long, and which site may embed."""
        tab = self.tab
        tab.goto(f"{place}settings/")
        for name, value in {
            "controller_name": "Acme Awnings BV",
            "controller_address": "Dorpsstraat 1\n1234 AB Ons Dorp",
            "controller_email": "privacy@acme.example",
            "privacy_policy_url": "https://acme.example/privacy",
            "lead_retention_days": "365",
            "notification_email": "post@acme.example",
            "embed_domains": embedded_on,
        }.items():
            tab.locator(f"[name={name}]").fill(value)
        with tab.expect_navigation():
            tab.get_by_role("button", name="Save").click()
        expect(tab.locator("[name=embed_domains]")).to_have_value(embedded_on)
        expect(tab.locator("[aria-invalid=true]")).to_have_count(0)


# --- The builder ---------------------------------------------------------------------------------


def build(owner: Person, place: str) -> None:
    """An awning whose price follows from its width, with a motor for the wide ones only."""
    tab = owner.tab
    tab.goto(f"{place}configurators/")
    tab.get_by_role("link", name="New configurator").click()
    tab.get_by_label("Name").fill("Garden awning")
    tab.get_by_label("Empty:").check()
    tab.get_by_role("button", name="Open the builder").click()
    structure, properties = tab.locator(".b-structure"), tab.locator(".b-pane-properties")

    def write(**texts: str) -> None:
        for label, text in texts.items():
            name = re.compile(f"^{label.replace('_', ' ')}", re.IGNORECASE)
            properties.get_by_label(name).first.fill(text)

    def add_question(kind: str, question: str) -> None:
        structure.get_by_role("button", name="Add a question to “Choices”").click()
        tab.get_by_role("dialog").get_by_role("button", name=kind).click()
        write(question_for_visitors=question)

    def choose_price(kind: str) -> None:
        properties.get_by_role("group", name="Price").get_by_text(kind, exact=True).click()

    structure.get_by_role("button", name="Title, languages and VAT").click()
    for language in ("Nederlands", "Français"):
        properties.get_by_label(language, exact=True).uncheck()
    write(title_for_visitors="Garden awning")
    add_question("Size", "Width")
    write(unit="cm", smallest="250", largest="700", filled_in="400")
    add_question("Yes or no", "Motor")
    choose_price("Fixed")
    write(amount=str(MOTOR))
    properties.get_by_role("button", name="Add a condition: Shown only if").click()
    properties.get_by_label("Condition 1: Question").select_option(label="Width")
    properties.get_by_label("Condition 1: Comparison").select_option(label="is at least")
    properties.get_by_label("Condition 1: Value").fill("450")
    structure.get_by_role("button", name="Add a price line").click()
    write(name_on_the_price_list="Awning")
    choose_price("Formula")
    formula = properties.locator("textarea").first
    formula.fill(f"ROUND(width / 100 * {str(PER_METRE).replace('.', ',')}; 2)")
    formula.press("Escape")
    total = tab.frame_locator(".b-pane-preview iframe:not(.b-behind)").locator(".bar [data-total]")
    expect(total).to_contain_text(figure(4 * PER_METRE + FIRST_FABRIC), timeout=PREVIEW_MILLISECONDS)
    expect(tab.get_by_role("button", name=re.compile("error"))).to_have_count(0)


def publish(owner: Person) -> str:
    """Publish from the builder; answers the tag for a web site and stays on the page that shows it."""
    tab = owner.tab
    tab.get_by_role("link", name="Publish version 1").click()
    tab.wait_for_url("**/publish/")
    tab.get_by_label("What changed?").fill("First version")
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url("**/embed/")
    return tab.locator("#site-tag").inner_text()


# --- Visitors ------------------------------------------------------------------------------------


def configure(page: Page | FrameLocator, *, name: str, email: str, refresh: Callable[[], None]) -> None:
    """Choose the second fabric, 530 cm and a motor, which is offered only because it is that wide."""
    page.get_by_label("Second choice").check()
    width, motor = page.get_by_role("textbox", name="Width"), page.get_by_label("Motor")
    expect(motor).to_be_hidden()
    width.fill(str(WIDTH))
    width.blur()
    refresh()
    expect(motor).to_be_visible()
    motor.check()
    refresh()
    expect(page.locator(".bar [data-total]")).to_contain_text(figure(GROSS))
    page.locator("#field-contact-name").fill(name)
    page.locator("#field-contact-email").fill(email)


def visit_embedded(phone: Page, site: Site) -> str:
    """A visitor of the shop's own site, on a phone; answers the reference they are given."""
    phone.goto(site.url)
    frame = phone.frame_locator("iframe")
    configure(frame, name=VISITOR, email=VISITOR_EMAIL, refresh=lambda: None)
    phone.wait_for_timeout(READING)
    frame.locator(".bar button").click()
    expect(frame.locator("#done-title")).to_be_visible()
    return frame.locator("[data-reference]").inner_text()


def visit_without_javascript(page: Page, address: str) -> str:
    """The same choices by a browser that runs no script."""
    page.goto(address)
    update = page.get_by_role("button", name="Update the price").first
    configure(page, name=PLAIN_VISITOR, email=PLAIN_EMAIL, refresh=update.click)
    page.wait_for_timeout(READING)
    page.locator(".bar button").click()
    return page.locator(".reference").inner_text()


# --- The inbox -----------------------------------------------------------------------------------


def read_lead(owner: Person, place: str, name: str) -> dict[str, str]:
    """Open a lead from the inbox; answers its price line by line, as figures."""
    tab = owner.tab
    tab.goto(f"{place}leads/")
    row = tab.locator("section a", has_text=name)
    assert figures_in(row.inner_text()) == [figure(GROSS)]
    row.click()
    tab.get_by_role("heading", name=name).wait_for()
    lines = tab.locator("section[aria-labelledby=price] tbody tr")
    total = tab.locator("section[aria-labelledby=price] tfoot tr")
    assert figures_in(total.inner_text()) == [figure(NET), figure(GROSS - NET), figure(GROSS)]
    return {
        line.locator("th").inner_text().split("\n")[0]: figures_in(line.locator("td").inner_text())[0]
        for line in lines.all()
    }


def picture(tab: Page, name: str) -> None:
    if recording():
        tab.screenshot(path=RECORDS / FILM / f"{name}.png", full_page=True)


def test_first_lead(empty_house: Home, site: Site, open_browser: OpenBrowser) -> None:
    house = empty_house
    assert house.people() == 0
    desk = open_browser(film=f"{FILM}-owner", locale="en").new_page()
    owner = Person("Alice Jansen", "alice@acme.example", desk, house)
    owner.open_account()
    owner.set_up_two_steps()
    owner.tab.wait_for_load_state()
    owner.sign_in()
    acme = owner.found("Acme Awnings")
    owner.introduce(acme, embedded_on=site.host)
    build(owner, acme)
    picture(desk, "builder")
    site.paste(publish(owner), script_from=house.public_url)
    address = desk.locator("#public-address").inner_text()

    phone = open_browser(
        width=390, film=f"{FILM}-visitor", locale="en", has_touch=True, is_mobile=True
    ).new_page()
    watcher = Watcher(phone, own=house.origins() | {site.host})
    reference = visit_embedded(phone, site)
    picture(phone, "thanks")
    assert (watcher.said, watcher.foreign, phone.context.cookies()) == ([], [], [])

    announcement = owner.read_mail("post@acme.example")
    assert figures_in(announcement) == [figure(GROSS)]
    assert VISITOR not in announcement
    confirmation = owner.read_mail(VISITOR_EMAIL)
    assert reference in confirmation
    assert {figure(one) for one in (AWNING, MOTOR, FABRIC, GROSS)} <= set(figures_in(confirmation))
    priced = read_lead(owner, acme, VISITOR)
    picture(desk, "lead")
    assert sorted(priced.values()) == sorted(figure(one) for one in (AWNING, MOTOR, FABRIC))
    lead = desk.url

    plain = open_browser(
        width=390, film=f"{FILM}-no-javascript", locale="en", java_script_enabled=False
    ).new_page()
    assert visit_without_javascript(plain, address) != reference
    assert plain.context.cookies() == []
    assert read_lead(owner, acme, PLAIN_VISITOR) == priced

    stranger = Person("Charlie Smit", "charlie@globex.example", open_browser(locale="en").new_page(), house)
    stranger.open_account()
    stranger.set_up_two_steps()
    stranger.tab.goto(f"{house.site_url}/organisations/new/")
    globex = stranger.found("Globex")
    sees_nothing_of_it(stranger, globex, acme, lead)


def sees_nothing_of_it(stranger: Person, own: str, other: str, lead: str) -> None:
    """Neither in the own inbox, nor by looking for the address, nor by asking for the other's pages."""
    tab = stranger.tab
    secrets = (VISITOR, VISITOR_EMAIL, PLAIN_VISITOR, figure(GROSS), "Acme", "Garden awning")
    for address, status in {
        own: 200,
        f"{own}leads/": 200,
        f"{own}configurators/": 200,
        other: 404,
        f"{other}leads/": 404,
        lead: 404,
        lead.replace(other, own): 404,
    }.items():
        answer = tab.goto(address)
        assert answer is not None
        tab.wait_for_load_state("networkidle")
        assert (address, answer.status) == (address, status)
        assert [secret for secret in secrets if secret in tab.content()] == []
    tab.goto(f"{own}leads/")
    tab.get_by_label("Find by e-mail address").fill(VISITOR_EMAIL)
    tab.get_by_role("button", name="Search").click()
    tab.wait_for_load_state("load")
    assert VISITOR not in tab.content()
