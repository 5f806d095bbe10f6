"""The configurator within another site's page, under a policy that lets through what we document and no more."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from configurators import embedding
from configurators.drafts import save_draft
from configurators.embedding import ELEMENT_NEEDS, FRAME_NEEDS, Snippets, policy, snippets
from configurators.models import Configurator, Publication
from configurators.published import forget_everything
from configurators.publishing import publish
from leads import embed
from leads.models import Lead
from organisations.models import Organisation
from tenancy.context import tenant
from tests.cast import Member
from tests.leads.elsewhere import Elsewhere

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: Faster than this no person reads a page, and what they send is put aside.
READING = 2500
OPENING, LED_SPOTS = "€\u00a09.685,00", "€\u00a09.815,00"
PERSONAL = ("Sanne", "devries")
#: Keeps what the element says, and how much the page moved by itself.
LISTENS = """
window.heard = []; window.moved = 0;
for (const name of ["ready", "change", "price", "submit"])
  addEventListener(name, (event) => { if (event instanceof CustomEvent) heard.push([name, event.detail]); });
new PerformanceObserver((list) => { for (const { value } of list.getEntries()) moved += value; })
  .observe({ type: "layout-shift", buffered: true });
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
    pytest.mark.skipif(embed._path("element.js") is None, reason="the front end is not built: make assets"),
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """It lends no cookie to a page within a page of somebody else."""
    # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        switches = ["--no-sandbox", "--test-third-party-cookie-phaseout"]
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def new(*, width: int = 390, **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 844}, **more)
        context.add_init_script(LISTENS)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def pasted(transactional_db: None, live_server: Any, settings: Any, shop: Configurator) -> Snippets:
    """What Acme's owner copies from the page that shows it."""
    settings.PUBLIC_URL = live_server.url
    return snippets(Publication.objects.get(public_key=shop.public_key), "nl")


@pytest.fixture
def site(pasted: Snippets, shop: Configurator) -> Iterator[Elsewhere]:
    """Acme's own site, with the element on it."""
    with Elsewhere() as elsewhere:
        elsewhere.body = pasted.element
        elsewhere.lets_through = policy(ELEMENT_NEEDS)
        list_sites(shop, elsewhere.host)
        yield elsewhere


def list_sites(shop: Configurator, *hosts: str) -> None:
    Organisation.objects.filter(pk=shop.organisation_id).update(embed_domains=list(hosts))
    forget_everything()


def fill_in(page: Any) -> None:
    page.locator("#field-ledspots").fill("10")
    page.locator("#field-contact-name").fill("Sanne de Vries")
    page.locator("#field-contact-email").fill("sanne@devries.example")


def send(page: Any, tab: Page) -> str:
    """Ask for an offer, as soon as a person might; the reference that is shown."""
    tab.wait_for_timeout(READING)
    page.locator(".bar .button").click()
    expect(page.locator("#done-title")).to_be_visible()
    return page.locator(".reference").inner_text()


def leads_of(shop: Configurator) -> list[Lead]:
    with tenant(shop.organisation_id):
        return list(Lead.objects.all())


def said_by(tab: Page) -> list[str]:
    """What the browser complains of."""
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_element_configures_and_sends_under_a_strict_policy(
    open_page: Open, site: Elsewhere, shop: Configurator
) -> None:
    tab = open_page()
    said = said_by(tab)
    tab.goto(site.url)
    expect(tab.locator(".bar [data-total]")).to_have_text(OPENING)
    fill_in(tab)
    expect(tab.locator(".bar [data-total]")).to_have_text(LED_SPOTS)
    reference = send(tab, tab)

    [lead] = leads_of(shop)
    assert (lead.reference, lead.source, str(lead.gross), lead.status) == (
        reference,
        "embed",
        "9815.00",
        "new",
    )
    assert (said, tab.context.cookies(), tab.url) == ([], [], site.url)


def test_element_asks_our_host_alone_and_prices_by_itself(
    open_page: Open, site: Elsewhere, pasted: Snippets
) -> None:
    tab = open_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    with tab.expect_response("**/definition/**"):
        tab.goto(site.url)
    tab.locator("#field-ledspots").fill("10")
    expect(tab.locator(".bar [data-total]")).to_have_text(LED_SPOTS)

    ours = pasted.address.partition("/c/")[0]
    theirs = {url for url in asked if not url.startswith((site.url, "data:"))}
    assert theirs - {f"{pasted.address}drawing/"} == {
        f"{ours}/e/v1/element.js", pasted.address, f"{pasted.address}definition/",
    }  # fmt: skip


def test_element_tells_its_page_what_happens_and_nothing_personal(open_page: Open, site: Elsewhere) -> None:
    tab = open_page()
    tab.goto(site.url)
    fill_in(tab)
    send(tab, tab)

    heard = tab.evaluate("heard")
    assert [name for name, _ in heard] == ["ready", "change", "price", "submit"]
    assert heard[1][1]["answers"]["ledspots"] == "10"
    assert heard[2][1]["total"] == LED_SPOTS
    assert [word for word in PERSONAL if word in str(heard)] == []
    assert set(heard[3][1]) == {"key"}


def test_where_the_price_is_rounded_the_page_around_it_hears_no_other(
    open_page: Open, site: Elsewhere, alice: Member, shop: Configurator
) -> None:
    with tenant(shop.organisation_id):
        shop.draft["price_display"] = {"kind": "range", "step": "250"}
        save_draft(shop, definition=shop.draft, revision=shop.draft_revision)
        shop.refresh_from_db()
        publish(shop, by=alice.user.pk)
    forget_everything()
    tab = open_page()
    tab.goto(site.url)
    fill_in(tab)
    rounded = "tussen €\u00a09.750 en €\u00a010.000"
    expect(tab.locator(".bar [data-total]")).to_have_text(rounded)
    send(tab, tab)

    heard = tab.evaluate("heard")
    assert [detail["total"] for name, detail in heard if name == "price"] == [rounded]
    assert [figure for figure in ("9815", "9.815", "9685", "9.685") if figure in str(heard)] == []


@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_moves_when_the_element_comes(open_page: Open, site: Elsewhere, width: int) -> None:
    site.style = embedding.ROOM
    tab = open_page(width=width)
    tab.goto(site.url)
    expect(tab.locator(".bar [data-total]")).to_have_text(OPENING)
    tab.wait_for_timeout(500)

    assert tab.evaluate("moved") == 0


def test_element_speaks_the_language_that_it_is_given(open_page: Open, site: Elsewhere) -> None:
    site.body = site.body.replace('language="nl"', 'language="fr"')
    tab = open_page()
    tab.goto(site.url)
    expect(tab.get_by_text("Quel toit choisissez-vous ?")).to_be_visible()
    tab.locator("opmaat-configurator").evaluate("element => element.setAttribute('language', 'en')")

    expect(tab.get_by_text("Which roof do you choose?")).to_be_visible()


def test_element_without_a_language_follows_its_page(open_page: Open, site: Elsewhere) -> None:
    site.body = site.body.replace('language="nl"', "")
    tab = open_page()
    tab.goto(site.url)

    expect(tab.get_by_text("Welk dak kies je?")).to_be_visible()


def test_another_language_is_shown_in_its_place(open_page: Open, site: Elsewhere) -> None:
    tab = open_page()
    tab.goto(site.url)
    tab.locator(".languages a[lang=fr]").click()

    expect(tab.get_by_text("Quel toit choisissez-vous ?")).to_be_visible()
    assert tab.url == site.url


def test_error_leads_to_its_field(open_page: Open, site: Elsewhere, shop: Configurator) -> None:
    tab = open_page()
    tab.goto(site.url)
    tab.locator(".bar .button").click()
    expect(tab.locator(".summary")).to_be_focused()
    tab.locator(".summary a").first.click()

    expect(tab.locator("#field-contact-name")).to_be_focused()
    assert tab.locator("#field-contact-name").get_attribute("aria-invalid") == "true"
    assert (tab.url, leads_of(shop)) == (site.url, [])


def test_style_of_the_site_stays_outside_and_ours_inside(open_page: Open, site: Elsewhere) -> None:
    site.style = (
        "html { font-size: 10px; --color-ink: red } * { letter-spacing: 3px; text-transform: uppercase }"
        " h1 { color: rgb(1, 2, 3) } p { margin: 50px }"
    )
    tab = open_page()
    tab.goto(site.url)
    title = tab.locator("opmaat-configurator h1")
    look = "element => { const look = getComputedStyle(element); return [look.fontSize, look.letterSpacing,"
    look += " look.textTransform, look.color, look.marginTop]; }"

    assert title.evaluate(look) == ["26px", "-0.52px", "none", "rgb(27, 33, 31)", "0px"]
    assert (
        tab.locator("body > main > h1").evaluate("element => getComputedStyle(element).color")
        == "rgb(1, 2, 3)"
    )


def test_element_fits_the_room_that_it_has(open_page: Open, site: Elsewhere) -> None:
    """In a narrow column of a wide page it is as on a phone."""
    site.style = "main { width: 400px }"
    tab = open_page(width=1360)
    tab.goto(site.url)

    expect(tab.locator(".bar")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1360


def test_two_elements_keep_apart(open_page: Open, site: Elsewhere) -> None:
    tag = site.body.partition("</script>")[2]
    site.body += tag
    tab = open_page()
    tab.goto(site.url)
    first, second = (tab.locator("opmaat-configurator").nth(place) for place in (0, 1))
    expect(second.locator(".bar [data-total]")).to_have_text(OPENING)
    second.locator("#field-ledspots").fill("10")

    expect(second.locator(".bar [data-total]")).to_have_text(LED_SPOTS)
    expect(first.locator(".bar [data-total]")).to_have_text(OPENING)


def test_element_names_a_policy_where_trusted_types_are_demanded(open_page: Open, site: Elsewhere) -> None:
    site.lets_through += "; require-trusted-types-for 'script'; trusted-types opmaat"
    tab = open_page()
    said = said_by(tab)
    tab.goto(site.url)
    tab.locator("#field-breedte").fill("400")
    with tab.expect_response("**/drawing/**"):
        tab.locator("#field-breedte").blur()

    assert said == []


def test_element_takes_another_look_that_can_be_read(open_page: Open, site: Elsewhere) -> None:
    site.body = site.body.replace('language="nl"', 'language="nl" theme="accent: #7b1e5a; radius: 0"')
    tab = open_page()
    tab.goto(site.url)

    expect(tab.locator(".bar .button")).to_have_css("background-color", "rgb(123, 30, 90)")
    expect(tab.locator(".bar .button")).to_have_css("border-radius", "0px")


def test_element_keeps_its_look_where_another_could_not_be_read(open_page: Open, site: Elsewhere) -> None:
    site.body = site.body.replace('language="nl"', 'language="nl" theme="accent: #ffe0f0"')
    tab = open_page()
    said = said_by(tab)
    tab.goto(site.url)

    expect(tab.locator(".bar .button")).to_have_css("background-color", "rgb(179, 67, 30)")
    assert "niet leesbaar" in said[-1]


def test_choices_that_are_kept_come_back_on_our_own_page(
    open_page: Open, site: Elsewhere, pasted: Snippets
) -> None:
    tab = open_page()
    tab.goto(site.url)
    tab.locator("#field-ledspots").fill("10")
    tab.get_by_role("button", name="Bewaar mijn keuzes").click()
    link = tab.get_by_label("Link naar je keuzes")
    expect(link).to_be_visible()
    assert link.input_value().startswith(f"{pasted.address}saved/?")

    tab.goto(link.input_value())
    assert tab.locator("#field-ledspots").input_value() == "10"


def test_a_frame_comes_where_the_element_may_not_ask(
    open_page: Open, site: Elsewhere, shop: Configurator
) -> None:
    site.lets_through = policy(FRAME_NEEDS)
    tab = open_page()
    tab.goto(site.url)
    frame = tab.frame_locator("iframe")
    fill_in(frame)
    expect(frame.locator(".bar [data-total]")).to_have_text(LED_SPOTS)
    expect(tab.locator("opmaat-configurator > a")).to_be_hidden()
    reference = send(frame, tab)

    assert [lead.reference for lead in leads_of(shop)] == [reference]


def test_a_site_that_is_not_listed_keeps_the_link(
    open_page: Open, site: Elsewhere, shop: Configurator
) -> None:
    list_sites(shop, "www.acme.example")
    site.lets_through = policy((*ELEMENT_NEEDS, "frame-src"))
    tab = open_page()
    with tab.expect_event("console", lambda message: "frame-ancestors" in message.text):
        tab.goto(site.url)

    expect(tab.get_by_role("link", name="Stel samen en vraag een offerte aan")).to_be_visible()
    expect(tab.locator("iframe")).to_have_css("opacity", "0")


def test_without_javascript_the_link_leads_to_the_page(
    open_page: Open, site: Elsewhere, shop: Configurator
) -> None:
    tab = open_page(java_script_enabled=False)
    tab.goto(site.url)
    tab.get_by_role("link", name="Stel samen en vraag een offerte aan").click()
    fill_in(tab)
    tab.locator(".update").first.click()
    assert tab.locator(".bar [data-total]").inner_text() == LED_SPOTS
    reference = send(tab, tab)

    assert [(lead.reference, lead.source) for lead in leads_of(shop)] == [(reference, "page")]
    assert tab.context.cookies() == []


def test_without_javascript_a_plain_frame_sends_too(
    open_page: Open, site: Elsewhere, pasted: Snippets, shop: Configurator
) -> None:
    site.body, site.lets_through = pasted.plain_frame, policy(("frame-src",))
    tab = open_page(java_script_enabled=False)
    tab.goto(site.url)
    frame = tab.frame_locator("iframe")
    fill_in(frame)
    reference = send(frame, tab)

    assert [(lead.reference, lead.source) for lead in leads_of(shop)] == [(reference, "embed")]


# --- Cookies of third parties -------------------------------------------------------------------------


@pytest.fixture
def cookies_sent() -> Iterator[list[str]]:
    """What browsers send along of cookies, as our server reads it."""
    sent: list[str] = []

    def note(environ: dict[str, str], **_more: Any) -> None:
        if environ["PATH_INFO"].startswith("/c/"):
            sent.append(environ.get("HTTP_COOKIE", ""))

    request_started.connect(note)
    yield sent
    request_started.disconnect(note)


def lend_cookie(tab: Page, pasted: Snippets) -> None:
    """A cookie of our host, as if there were one."""
    tab.context.add_cookies(
        [
            {
                "name": "probe",
                "value": "1",
                "domain": "localhost",
                "path": "/",
                "sameSite": "None",
                "secure": True,
            }
        ]
    )


def test_frame_needs_no_cookie_that_browsers_block(
    open_page: Open, site: Elsewhere, pasted: Snippets, shop: Configurator, cookies_sent: list[str]
) -> None:
    site.body, site.lets_through = pasted.frame, policy(FRAME_NEEDS)
    tab = open_page()
    lend_cookie(tab, pasted)
    tab.goto(site.url)
    frame = tab.frame_locator("iframe")
    fill_in(frame)
    reference = send(frame, tab)

    assert [lead.reference for lead in leads_of(shop)] == [reference]
    assert set(cookies_sent) == {""}


def test_a_page_of_ours_would_carry_that_cookie(
    open_page: Open, pasted: Snippets, cookies_sent: list[str]
) -> None:
    """The control: in this browser only a page within a page goes without."""
    tab = open_page()
    lend_cookie(tab, pasted)
    tab.goto(pasted.address)

    assert "probe=1" in cookies_sent
