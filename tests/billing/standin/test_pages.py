"""The pages in a browser without JavaScript: links, forms, and what they say."""

import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest

from tests.billing.standin.house import (
    ALWAYS_ASKING_CARD,
    ASKING_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    LATER_FAILING_CARD,
    House,
)


class Browser:
    """Follows nothing by itself: a test sees each step."""

    def __init__(self, house: House) -> None:
        self.host = urlsplit(house.standin.url).netloc
        self.language = "en"

    def get(self, url: str) -> "Seen":
        return self._ask("GET", url)

    def send(self, url: str, **form: str) -> "Seen":
        return self._ask("POST", url, urlencode(form).encode())

    def _ask(self, method: str, url: str, body: bytes | None = None) -> "Seen":
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(self.host, timeout=10)
        headers = {"Accept-Language": self.language, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        response = connection.getresponse()
        seen = Seen(
            response.status, response.getheader("Location"), response.read().decode(), response.headers
        )
        connection.close()
        return seen


class Seen:
    def __init__(self, status, location, text, headers) -> None:
        self.status, self.location, self.text, self.headers = status, location, text, headers

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text))


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house)


@pytest.fixture
def customer(house: House):
    return house.customer(preferred_locales=["nl"])


@pytest.fixture
def session(house: House, customer):
    return house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price(2900).id, "quantity": 1}],
        cancel_url="https://ours.test/plans",
        locale="nl",
    )


def test_every_page_says_first_that_it_is_a_pretence(house, browser, session):
    subscription = house.subscribe(house.customer(card=GOOD_CARD), house.price(), expand=["latest_invoice"])
    portal = house.v1.billing_portal.sessions.create({"customer": subscription.customer})

    for url in (session.url, subscription.latest_invoice.hosted_invoice_url, portal.url):
        body = browser.get(url).text.partition("<body>")[2].lstrip()
        assert body.startswith('<header class="notice">')


@pytest.mark.parametrize(("locale", "title"), [("nl", "Abonneren"), ("en", "Subscribe"), ("fr", "S’abonner")])
def test_the_page_speaks_the_sessions_language(house, browser, customer, locale, title):
    session = house.checkout(customer=customer.id, line_items=[{"price": house.price().id}], locale=locale)

    page = browser.get(session.url)

    assert f"<h1>{title}</h1>" in page.text
    assert f'<html lang="{locale}">' in page.text


def test_without_a_language_it_speaks_the_browsers(house, browser, customer):
    session = house.checkout(customer=customer.id, line_items=[{"price": house.price().id}])
    browser.language = "fr-BE,fr;q=0.9"

    assert '<html lang="fr">' in browser.get(session.url).text


def test_no_page_has_a_script_and_none_is_allowed(browser, session):
    page = browser.get(session.url)

    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert browser.get("/standin.css").headers["Content-Type"].startswith("text/css")


def test_it_shows_the_price_the_methods_and_the_way_back(browser, session):
    page = browser.get(session.url)

    assert "€ 29,00 per maand" in page.words
    assert set(re.findall(r'name="method" value="(\w+)"', page.text)) == {
        "card",
        "sepa_debit",
        "ideal",
        "bancontact",
    }
    assert 'href="https://ours.test/plans"' in page.text


def test_paying_leads_to_the_success_page_with_the_sessions_id(browser, session):
    page = browser.send(session.url, method="card", number=GOOD_CARD)

    assert (page.status, page.location) == (303, f"https://ours.test/done?s={session.id}")


def test_a_declined_card_is_said_on_the_page_and_what_was_filled_in_stays(browser, session):
    page = browser.send(session.url, method="card", number=DECLINED_CARD, name="Ada L.")

    assert page.status == 402
    assert "Uw kaart is geweigerd." in page.words
    assert f'value="{DECLINED_CARD}"' in page.text
    assert 'value="Ada L."' in page.text


def test_a_question_is_a_page_of_its_own_that_leads_on(browser, session):
    asked = browser.send(session.url, method="card", number=ASKING_CARD)
    question = browser.get(asked.location)
    answered = browser.send(asked.location, answer="accept")

    assert "Uw bank vraagt een bevestiging" in question.words
    assert answered.location == f"https://ours.test/done?s={session.id}"


def test_a_refused_question_leads_back_to_the_page(house, browser, session):
    asked = browser.send(session.url, method="ideal")
    refused = browser.send(asked.location, answer="refuse")

    assert refused.status == 402
    assert f'href="/pay/{session.id}"' in refused.text
    assert browser.get(session.url).status == 200


def test_a_finished_session_has_nothing_to_pay(browser, session):
    browser.send(session.url, method="card", number=GOOD_CARD)

    page = browser.get(session.url)

    assert "<form" not in page.text


def test_a_trial_says_until_when_and_what_then(house, browser, customer):
    session = house.checkout(
        customer=customer.id,
        line_items=[{"price": house.price(2900).id}],
        payment_method_collection="if_required",
        subscription_data={"trial_period_days": 14},
        locale="nl",
    )

    page = browser.get(session.url)

    assert "Gratis tot en met 15 januari 2026; daarna € 29,00 per maand." in page.words
    assert 'name="method"' not in page.text


def test_what_a_customer_is_called_is_text_and_not_html(house, browser):
    customer = house.v1.customers.create({"email": "a@example.org", "name": "<b>Ada</b> & Co"})
    session = house.checkout(customer=customer.id, line_items=[{"price": house.price().id}])

    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in browser.get(session.url).text


def test_an_unknown_page_is_no_traceback(browser):
    assert browser.get("/pay/cs_test_nothing").status == 400
    assert browser.get("/nowhere").status == 404


# --- Invoices ------------------------------------------------------------------------------------


def test_an_open_invoice_can_be_paid_with_another_card(house, browser):
    customer = house.customer(card=LATER_FAILING_CARD)
    subscription = house.subscribe(customer, house.price(), expand=["latest_invoice"])
    url = subscription.latest_invoice.hosted_invoice_url
    assert "To be paid." in browser.get(url).words

    browser.send(url, number=GOOD_CARD)

    assert "Paid on 1 January 2026." in browser.get(url).words
    assert house.subscription(subscription).status == "active"


def test_a_card_that_asks_on_an_invoice_leads_to_its_question_and_back(house, browser):
    subscription = house.subscribe(
        house.customer(card=ALWAYS_ASKING_CARD), house.price(), expand=["latest_invoice"]
    )
    url = subscription.latest_invoice.hosted_invoice_url
    (question,) = re.findall(r'href="(/ask/pi_\w+)"', browser.get(url).text)

    answered = browser.send(question, answer="accept")

    assert answered.location == url
    assert "Paid on" in browser.get(url).words


def test_a_refused_card_on_an_invoice_is_said_there(house, browser):
    subscription = house.subscribe(
        house.customer(card=LATER_FAILING_CARD), house.price(), expand=["latest_invoice"]
    )

    page = browser.send(subscription.latest_invoice.hosted_invoice_url, number=DECLINED_CARD)

    assert (page.status, "Your card was declined." in page.words) == (402, True)


def test_a_reverse_charge_is_named_on_the_invoice(house, browser):
    customer = house.customer(card=GOOD_CARD, tax_exempt="reverse", preferred_locales=["fr"])
    subscription = house.subscribe(
        customer, house.price(), default_tax_rates=[house.vat().id], expand=["latest_invoice"]
    )

    assert "Autoliquidation" in browser.get(subscription.latest_invoice.invoice_pdf).words


# --- The portal ----------------------------------------------------------------------------------


@pytest.fixture
def subscription(house: House):
    return house.subscribe(house.customer(card=GOOD_CARD), house.price())


def portal(house, subscription, **given):
    return house.v1.billing_portal.sessions.create(
        {
            "customer": subscription.customer,
            "return_url": "https://ours.test/billing",
            "locale": "nl",
            **given,
        }
    )


def test_the_portal_shows_subscription_methods_and_invoices(house, browser, subscription):
    page = browser.get(portal(house, subscription).url)

    assert "Actief" in page.words
    assert "Kaart •••• 4242" in page.words
    assert "-0001" in page.words
    assert 'href="https://ours.test/billing"' in page.text


def test_in_the_portal_a_subscription_is_cancelled_and_kept(house, browser, subscription):
    url = portal(house, subscription).url

    browser.send(f"{url}/cancel", subscription=subscription.id)
    assert house.subscription(subscription).cancel_at_period_end
    assert "Loopt af op 1 februari 2026" in browser.get(url).words

    browser.send(f"{url}/keep", subscription=subscription.id)
    assert not house.subscription(subscription).cancel_at_period_end


def test_nobody_cancels_anothers_subscription(house, browser, subscription):
    other = house.subscribe(house.customer(card=GOOD_CARD), house.price())

    page = browser.send(f"{portal(house, subscription).url}/cancel", subscription=other.id)

    assert page.status == 400
    assert not house.subscription(other).cancel_at_period_end


def test_a_card_added_in_the_portal_becomes_the_default(house, browser, subscription):
    browser.send(f"{portal(house, subscription).url}/methods", method="card", number="5555555555554444")

    customer = house.v1.customers.retrieve(
        subscription.customer, {"expand": ["invoice_settings.default_payment_method"]}
    )
    assert customer.invoice_settings.default_payment_method.card.last4 == "4444"


def test_ideal_added_in_the_portal_leaves_an_account_as_the_default(house, browser, subscription):
    asked = browser.send(f"{portal(house, subscription).url}/methods", method="ideal")
    back = browser.send(asked.location, answer="accept")
    browser.get(back.location)

    now = house.subscription(subscription, "default_payment_method")
    assert now.default_payment_method.type == "sepa_debit"


def test_a_declined_card_in_the_portal_is_said_there(house, browser, subscription):
    page = browser.send(f"{portal(house, subscription).url}/methods", method="card", number=DECLINED_CARD)

    assert (page.status, "Uw kaart is geweigerd." in page.words) == (402, True)


@pytest.mark.parametrize(
    "given", [{}, {"method": "cheque"}, {"method": "card"}], ids=["nothing", "unknown", "no number"]
)
def test_in_the_portal_what_is_missing_is_said_in_the_readers_language(house, browser, subscription, given):
    page = browser.send(f"{portal(house, subscription).url}/methods", **given)

    assert (page.status, "Vul alles in en kies hoe u wilt betalen." in page.words) == (402, True)


def test_a_flow_shows_its_own_part_and_leads_back(house, browser, subscription):
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription.id},
        "after_completion": {"type": "redirect", "redirect": {"return_url": "https://ours.test/gone"}},
    }
    session = portal(house, subscription, flow_data=flow)

    page = browser.get(session.url)
    done = browser.send(f"{session.url}/cancel", subscription=subscription.id)

    assert "Betaalwijzen" not in page.words
    assert done.location == "https://ours.test/gone"


def test_what_a_configuration_turns_off_is_not_shown(house, browser, subscription):
    features = {"invoice_history": {"enabled": True}, "payment_method_update": {"enabled": True}}
    configuration = house.v1.billing_portal.configurations.create({"features": features})

    page = browser.get(portal(house, subscription, configuration=configuration.id).url)

    assert "Opzeggen" not in page.words


def test_a_portal_that_cancels_at_once_does(house, browser, subscription):
    features = {"subscription_cancel": {"enabled": True, "mode": "immediately"}}
    configuration = house.v1.billing_portal.configurations.create({"features": features})

    url = portal(house, subscription, configuration=configuration.id).url
    browser.send(f"{url}/cancel", subscription=subscription.id)

    assert house.subscription(subscription).status == "canceled"
    assert "U hebt geen lopend abonnement." in browser.get(url).words


# --- The clock ------------------------------------------------------------------------------------


def test_the_first_page_says_who_pays_next_and_when(browser: Browser, house: House) -> None:
    house.subscribe(house.customer(card=GOOD_CARD), house.price(4900))

    assert "Active. Next invoice: 1 February 2026" in browser.get("/").words


def test_a_press_moves_the_clock_and_renews(browser: Browser, house: House) -> None:
    buyer = house.customer(card=GOOD_CARD)
    house.subscribe(buyer, house.price(4900))

    answer = browser.send("/clock", step="month")

    assert (answer.status, answer.location) == (303, "/")
    assert len(house.v1.invoices.list({"customer": buyer.id}).data) == 2


def test_the_clock_knows_three_steps(browser: Browser) -> None:
    assert browser.send("/clock", step="century").status == 400
