"""A visitor with a real browser: on our page, on another site, and while the network fails."""

import base64
import os
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from configurators.models import Configurator
from configurators.published import forget_everything
from leads import embed
from leads.models import Lead
from organisations.models import Organisation
from tenancy.context import tenant

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(embed._path() is None, reason="the front end is not built: make assets"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    assert context.cookies() == []
    context.close()


@pytest.fixture
def address(transactional_db: None, live_server, shop: Configurator) -> str:
    return f"{live_server.url}/c/{shop.public_key}/?lang=nl"


class _Site(BaseHTTPRequestHandler):
    """A customer's own site, with a policy that allows what the embed needs and no more."""

    def __init__(self, *args, server_url: str, key: str) -> None:
        self.server_url, self.key = server_url, key
        super().__init__(*args)

    def do_GET(self) -> None:
        source = f'src="{self.server_url}/e/v1.js" data-configurator="{self.key}" data-language="nl"'
        body = f"<!doctype html><title>Shop</title><h1>Shop</h1><script async {source}></script>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        policy = f"default-src 'none'; script-src {self.server_url}; frame-src {self.server_url}"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site(live_server, shop: Configurator) -> Iterator[str]:
    handler = partial(_Site, server_url=live_server.url, key=shop.public_key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def list_site(shop: Configurator, *sites: str) -> None:
    Organisation.objects.filter(pk=shop.organisation_id).update(embed_domains=list(sites))
    forget_everything()


def fill_in(page) -> None:
    page.locator("#field-ledspots").fill("10")
    page.locator("#field-contact-name").fill("Sanne de Vries")
    page.locator("#field-contact-email").fill("sanne@devries.example")


def leads_of(shop: Configurator) -> list[Lead]:
    with tenant(shop.organisation_id):
        return list(Lead.objects.all())


def test_price_follows_and_the_request_arrives(phone: Page, address: str, shop: Configurator) -> None:
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    phone.on("pageerror", lambda error: said.append(str(error)))
    phone.goto(address)
    fill_in(phone)
    expect(phone.locator(".bar [data-total]")).to_have_text("€\u00a09.815,00")
    phone.locator(".bar .button").click()
    expect(phone.locator("#done-title")).to_be_focused()

    [lead] = leads_of(shop)
    assert phone.locator("[data-reference]").inner_text() == lead.reference
    assert (str(lead.gross), lead.source, said) == ("9815.00", "page", [])


def test_page_sends_what_it_showed(phone: Page, address: str, shop: Configurator) -> None:
    phone.goto(address)
    fill_in(phone)
    expect(phone.locator(".bar [data-total]")).to_have_text("€\u00a09.815,00")
    with phone.expect_request(address) as sent:
        phone.locator(".bar .button").click()
    expect(phone.locator("#done-title")).to_be_focused()

    [lead] = leads_of(shop)
    assert (sent.value.post_data_json["shown"], lead.shown_gross) == ("9815.00", None)


def test_a_page_that_reckons_wrongly_is_found_out(phone: Page, address: str, shop: Configurator) -> None:
    """As if there were a mistake in the browser's engine: its definition says another price."""

    def cheaper(route: Route) -> None:
        definition = route.fetch().json()
        definition["lines"][0]["price"]["amount"] = "1"
        route.fulfill(json=definition)

    phone.route("**/definition/**", cheaper)
    with phone.expect_response("**/definition/**"):
        phone.goto(address)
    fill_in(phone)
    expect(phone.locator(".bar [data-total]")).to_have_text("€\u00a04.821,00")
    phone.locator(".bar .button").click()
    expect(phone.locator("#done-title")).to_be_focused()

    [lead] = leads_of(shop)
    assert (str(lead.gross), str(lead.shown_gross)) == ("9815.00", "4821.00")


def test_page_works_without_javascript(chromium: Browser, address: str, shop: Configurator) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    fill_in(page)
    page.locator(".update").first.click()
    assert page.locator(".bar [data-total]").inner_text() == "€\u00a09.815,00"
    page.locator(".bar .button").click()

    [lead] = leads_of(shop)
    assert page.locator(".reference").inner_text() == lead.reference
    assert str(lead.gross) == "9815.00"
    context.close()


def test_embed_grows_with_its_content_and_submits(
    phone: Page, site: str, address: str, shop: Configurator
) -> None:
    list_site(shop, site)
    phone.goto(f"http://{site}/")
    frame = phone.frame_locator("iframe")
    fill_in(frame)
    expect(frame.locator(".bar [data-total]")).to_have_text("€\u00a09.815,00")
    assert phone.locator("iframe").get_attribute("title") == "Stel samen en vraag een offerte aan"
    assert phone.locator("iframe").bounding_box()["height"] > 2000
    assert frame.locator("html").evaluate("root => root.scrollHeight - innerHeight") <= 16
    frame.locator(".bar .button").click()
    expect(frame.locator("#done-title")).to_be_visible()

    [lead] = leads_of(shop)
    assert lead.source == "embed"


def test_site_that_is_not_listed_shows_nothing(
    phone: Page, site: str, address: str, shop: Configurator
) -> None:
    list_site(shop, "www.acme.example")
    with phone.expect_event("console", lambda message: "frame-ancestors" in message.text):
        phone.goto(f"http://{site}/")


def test_answers_stay_and_are_sent_again(phone: Page, address: str, shop: Configurator) -> None:
    phone.goto(address)
    fill_in(phone)
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if route.request.method == "POST" and not failed:
            failed.append("once")
            route.fetch()  # the server stored it, and its answer is lost
            route.abort()
        else:
            route.continue_()

    phone.route(address, fail_once)
    phone.locator(".bar .button").click()
    expect(phone.locator(".state")).to_be_visible()
    assert phone.locator("#field-contact-name").input_value() == "Sanne de Vries"
    expect(phone.locator("#done-title")).to_be_visible(timeout=10_000)

    [lead] = leads_of(shop)
    assert phone.locator("[data-reference]").inner_text() == lead.reference


def test_error_is_named_where_it_is(phone: Page, address: str, shop: Configurator) -> None:
    phone.goto(address)
    phone.locator(".bar .button").click()
    expect(phone.locator(".summary")).to_be_focused()
    phone.locator(".summary a").first.click()

    expect(phone.locator("#field-contact-name")).to_be_focused()
    assert phone.locator("#field-contact-name").get_attribute("aria-invalid") == "true"
    assert leads_of(shop) == []


# --- Choices for another time -------------------------------------------------------------------------


def test_choices_are_kept_behind_a_link(phone: Page, address: str, settings, live_server) -> None:
    settings.PUBLIC_URL = live_server.url
    phone.goto(address)
    phone.locator("#field-ledspots").fill("10")
    phone.get_by_role("button", name="Bewaar mijn keuzes").click()
    link = phone.get_by_label("Link naar je keuzes")
    expect(link).to_be_visible()
    expect(phone.locator("[data-kept-message]")).to_contain_text("tot en met")

    phone.goto(link.input_value())
    assert phone.locator("#field-ledspots").input_value() == "10"
    assert phone.locator(".bar [data-total]").inner_text() == "€\u00a09.815,00"


def test_choices_in_the_address_itself_reach_no_server(phone: Page, address: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    phone.goto(address)
    phone.locator("#field-ledspots").fill("10")
    phone.get_by_label("Getint glas").check()
    phone.get_by_role("button", name="Kopieer een link die niemand bewaart").click()
    link = phone.get_by_label("Link naar je keuzes").input_value()
    phone.goto("about:blank")
    phone.goto(link)

    expect(phone.get_by_label("Getint glas")).to_be_checked()
    expect(phone.locator("#field-ledspots")).to_have_value("10")
    expect(phone.locator(".brought")).to_have_text("De keuzes uit dit adres zijn ingevuld.")
    assert [one for one in asked if "#c=" in one or "/save/" in one] == []


def test_an_address_says_what_there_is_no_more(phone: Page, address: str) -> None:
    choices = base64.urlsafe_b64encode(b'{"dak": "riet", "ledspots": "10"}').decode().rstrip("=")
    phone.goto(f"{address}#c={choices}")

    expect(phone.locator(".brought")).to_contain_text("sommige bestaan hier niet meer")
    expect(phone.locator("#field-ledspots")).to_have_value("10")


@pytest.mark.parametrize("mark", ["#c=", "#c=%%%", "#c=bm9uc2Vuc2U", "#c=W10"])
def test_an_address_with_nonsense_is_a_page_like_any_other(phone: Page, address: str, mark: str) -> None:
    said: list[str] = []
    phone.on("pageerror", lambda error: said.append(str(error)))
    phone.goto(address + mark)
    phone.locator("#field-ledspots").fill("10")

    expect(phone.locator(".bar [data-total]")).to_have_text("€\u00a09.815,00")
    assert said == []


# --- Read aloud ------------------------------------------------------------------------------------

READ = {"heading", "group", "radio", "checkbox", "textbox", "spinbutton", "button", "link"}


def read_aloud(page: Page) -> list[str]:
    """What a screen reader meets on the way down: headings, questions, answers and buttons, with their names."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    met: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        role = node.get("role", {}).get("value", "")
        if not node.get("ignored") and role in READ:
            met.append(f"{role}: {' '.join(node.get('name', {}).get('value', '').split())}".strip())
        for child in node.get("childIds", []):
            walk(by_id[child])

    walk(nodes[0])
    return met


def test_page_is_read_in_the_order_in_which_it_is_filled_in(phone: Page, address: str) -> None:
    phone.goto(address)
    expect(phone.locator(".bar [data-total]")).to_be_visible()

    assert read_aloud(phone) == [
        "link: Ga naar de inhoud",
        "link: Nederlands",
        "link: English",
        "link: Français",
        "heading: Veranda Modern",
        "link: Welke maat past bij je huis?",
        "link: Welk dak kies je?",
        "link: Wil je een wand aan de voorkant?",
        "link: Wat mag erbij?",
        "link: Waar mag de offerte heen?",
        "heading: Welke maat past bij je huis?",
        "button: Breedte: minder",
        "textbox: Breedte cm",
        "button: Breedte: meer",
        "button: Diepte: minder",
        "textbox: Diepte cm",
        "button: Diepte: meer",
        "heading: Dak",
        "group: Dak",
        "radio: Helder glas inbegrepen",
        "radio: Opaal glas + € 640",
        "radio: Getint glas + € 480",
        "radio: Polycarbonaat − € 560",
        "radio: Geïsoleerd paneel Deze panelen zijn op zijn langst 500 cm.",
        "heading: Wanden",
        "group: Wanden",
        "radio: Open inbegrepen",
        "radio: Glazen schuifwand + € 2.496",
        "radio: Screendoek + € 1.340",
        "radio: Houten wand links + € 890",
        "heading: Wat mag erbij?",
        "button: Ledspots: minder",
        "textbox: Ledspots (niet verplicht)",
        "button: Ledspots: meer",
        "checkbox: Dimmer + € 75",
        "group: Comfort (niet verplicht)",
        "checkbox: Heater + € 389",
        "checkbox: Zonwering + € 1.150",
        "checkbox: Stopcontact + € 95",
        "textbox: Opmerking (niet verplicht)",
        "heading: Waar mag de offerte heen?",
        "textbox: Naam",
        "textbox: E-mailadres",
        "textbox: Telefoon (niet verplicht)",
        "group:",
        "checkbox: Stuur mij af en toe nieuws en aanbiedingen van Acme BV. Je bevestigt dit eerst per e-mail; stoppen kan altijd.",
        "heading: Zo is je prijs opgebouwd",
        "heading: Een andere keer verder?",
        "button: Bewaar mijn keuzes",
        "button: Kopieer een link die niemand bewaart",
        "button: Vraag offerte aan",
    ]


def test_a_new_price_is_said_once_and_politely(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.evaluate(
        """() => {
          window.said = [];
          const place = document.querySelector("[data-spoken]");
          const options = { childList: true, characterData: true, subtree: true };
          new MutationObserver(() => window.said.push(place.textContent)).observe(place, options);
        }"""
    )
    phone.locator("#field-ledspots").press("ControlOrMeta+a")
    phone.locator("#field-ledspots").press_sequentially("10", delay=40)
    expect(phone.locator(".bar [data-total]")).to_have_text("€\u00a09.815,00")
    phone.wait_for_timeout(1_500)

    assert phone.locator("[data-spoken]").get_attribute("aria-live") == "polite"
    assert phone.evaluate("said") == ["Totaal inclusief btw: €\u00a09.815,00"]
