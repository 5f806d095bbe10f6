"""A stand-in for one test, what a test says to it, and somebody to receive its webhooks."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import stripe

from billing.standin.server import StandIn
from tests.billing.standin.shapes import CheckedClient

DAY = 86_400
HOUR = 3_600
GOOD_CARD = "4242424242424242"
ASKING_CARD = "4000002500003155"
ALWAYS_ASKING_CARD = "4000002760003184"
DECLINED_CARD = "4000000000000002"
POOR_CARD = "4000000000009995"
LATER_FAILING_CARD = "4000000000000341"
GOOD_IBAN = "DE89370400440532013000"
FAILING_IBAN = "DE62370400440532013001"


def at(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


@dataclass
class House:
    """The stand-in, Stripe's library before it, and the control API."""

    standin: StandIn
    client: stripe.StripeClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.new_client()

    def new_client(self, key: str | None = None, **options: Any) -> stripe.StripeClient:
        options.setdefault("max_network_retries", 0)
        return stripe.StripeClient(
            key or self.standin.key,
            base_addresses={"api": self.standin.url},
            http_client=CheckedClient(),
            **options,
        )

    @property
    def v1(self) -> Any:
        return self.client.v1

    def tell(self, path: str, **given: Any) -> Any:
        """Say something to the control API."""
        body = json.dumps(given).encode()
        return self._open(urllib.request.Request(f"{self.standin.url}/_standin{path}", body, method="POST"))

    def ask(self, path: str) -> Any:
        return self._open(urllib.request.Request(f"{self.standin.url}/_standin{path}"))

    def _open(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def wait(self, *, days: float = 0, hours: float = 0) -> None:
        self.tell("/advance", seconds=int(days * DAY + hours * HOUR))

    def wait_until(self, moment: int) -> None:
        self.tell("/advance", seconds=moment - self.ask("")["now"])

    def settle(self) -> None:
        assert self.tell("/settle", seconds=60) == {"settled": True}

    # --- Things to begin with ---------------------------------------------------------------------

    def price(self, amount: int = 2900, *, interval: str = "month", name: str = "Pro") -> Any:
        product = self.v1.products.create({"name": name})
        return self.v1.prices.create(
            {
                "product": product.id,
                "currency": "eur",
                "unit_amount": amount,
                "recurring": {"interval": interval},
                "tax_behavior": "exclusive",
            }
        )

    def vat(self) -> Any:
        return self.v1.tax_rates.create({"display_name": "Btw", "percentage": 21, "inclusive": False})

    def customer(self, *, card: str | None = None, iban: str | None = None, **given: Any) -> Any:
        customer = self.v1.customers.create({"email": "ada@example.org", "name": "Ada", **given})
        if card or iban:
            self.use(customer, card=card, iban=iban)
        return customer

    def use(self, customer: Any, *, card: str | None = None, iban: str | None = None) -> Any:
        """Save a method and make it the customer's default."""
        given: dict[str, Any] = {"type": "card", "card": {"number": card}}
        if iban:
            given = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": {"name": "Ada"}}
        method = self.v1.payment_methods.create(given)
        self.v1.payment_methods.attach(method.id, {"customer": customer.id})
        settings = {"invoice_settings": {"default_payment_method": method.id}}
        self.v1.customers.update(customer.id, settings)
        return method

    def subscribe(self, customer: Any, price: Any, **given: Any) -> Any:
        return self.v1.subscriptions.create(
            {"customer": customer.id, "items": [{"price": price.id}], **given}
        )

    def credit(self, invoice: str, cents: int) -> Any:
        """What a person does in Stripe's dashboard: take back so much of a paid invoice, and refund it."""
        return self.v1.credit_notes.create({"invoice": invoice, "amount": cents, "refund_amount": cents})

    def checkout(self, **given: Any) -> Any:
        return self.v1.checkout.sessions.create(
            {"mode": "subscription", "success_url": "https://ours.test/done?s={CHECKOUT_SESSION_ID}", **given}
        )

    def complete(self, session: Any, **given: Any) -> Any:
        self.tell(f"/checkout/{session.id}/complete", **given)
        return self.v1.checkout.sessions.retrieve(session.id)

    def subscription(self, subscription: Any, *expand: str) -> Any:
        return self.v1.subscriptions.retrieve(
            getattr(subscription, "id", subscription), {"expand": list(expand)}
        )

    def invoices(self, subscription: Any) -> list[Any]:
        """Oldest first."""
        return list(self.v1.invoices.list({"subscription": subscription.id, "limit": 100}))[::-1]

    def happened(self, about: str | None = None) -> list[str]:
        """The types of the events so far, oldest first; of one object if it is named."""
        events = list(self.v1.events.list({"limit": 100}).auto_paging_iter())[::-1]
        return [
            event.type for event in events if about in (None, event.to_dict()["data"]["object"].get("id"))
        ]


def period(subscription: Any) -> tuple[int, int]:
    item = subscription["items"].data[0]
    return item.current_period_start, item.current_period_end


@dataclass
class Receiver:
    """Receives webhooks; ``answers`` says with which status, by how many came before."""

    secret: str = ""
    answers: Callable[[int], int] = lambda number: 200
    bodies: list[bytes] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    url: str = ""

    def events(self) -> list[stripe.Event]:
        """As the library takes them: the signature is checked."""
        return [
            stripe.Webhook.construct_event(body, signature, self.secret)
            for body, signature in zip(self.bodies, self.signatures, strict=True)
        ]

    def open(self) -> ThreadingHTTPServer:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers(len(receiver.bodies))
                receiver.bodies.append(body)
                receiver.signatures.append(self.headers["Stripe-Signature"])
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return server
