"""What happens to one organisation in a few days: its visitors, its people, its bank, and the platform."""

from __future__ import annotations

import urllib.error
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import stripe

from billing import agreeing, buying, changing, gateway, metering
from billing.accounts import account_of
from billing.invoices import by_transfer
from billing.models import BillingAccount, BillingInvoice, EntitlementOverride, PlanVersion
from billing.selling import on_sale
from leads import capture
from organisations.founding import found_organisation
from organisations.models import Organisation
from tenancy.context import tenant
from tenancy.ids import random_key
from tests.billing.standin.house import (
    ASKING_CARD,
    FAILING_IBAN,
    GOOD_CARD,
    GOOD_IBAN,
    LATER_FAILING_CARD,
)
from tests.billing.wire import COMPANY
from tests.billing.years.book import Buyer
from tests.billing.years.oracle import midnight
from tests.billing.years.visitors import submission
from tests.billing.years.world import World
from tests.factories import make_user, make_version

URLS = ("https://ours.test/done", "https://ours.test/left")
#: Where buyers are, each with a number that is in use.
COUNTRIES = {"NL": "", "BE": "BE0403019261", "FR": "FR40303265045", "DE": "DE136695976"}
_NO = (
    gateway.StripeRefused,
    gateway.StripeDown,
    changing.NothingToChange,
    changing.EndsAlready,
    buying.AlreadySubscribed,
    buying.ChosenMeanwhile,
    by_transfer.AlreadyInvoiced,
    by_transfer.PaysAlready,
    stripe.StripeError,
    urllib.error.HTTPError,
)


def found(world: World, number: int) -> Buyer:
    """An organisation with its page, on the day it signs up."""
    chance = world.chance
    country = chance.choice(list(COUNTRIES))
    user = make_user(name=f"Owner{number}")
    organisation = found_organisation(name=f"Buyer {number}", country=country, language="nl", by=user)
    account = account_of(organisation)
    numbered = COUNTRIES[country] if chance.random() < 0.8 else ""
    BillingAccount.objects.filter(pk=account.pk).update(
        **COMPANY | {"country": country, "vat_id": numbered}, created_at=world.now
    )
    make_version(organisation)
    buyer = Buyer(
        organisation=organisation.pk,
        anchor=account.anchor,
        country=country,
        vat_id=numbered,
        is_business=chance.random() < 0.8,
        included=chance.choice((None, None, None, 2)),
    )
    if buyer.included is not None:
        EntitlementOverride.objects.create(
            organisation=organisation, feature="leads_per_month", value=buyer.included,
            reason="agreed", since=world.now,
        )  # fmt: skip
    world.book.buyers.append(buyer)
    return buyer


def live(world: World, buyer: Buyer) -> None:
    """A few days of it."""
    for often, deed in DEEDS:
        if world.chance.random() < often:
            try:
                world.attempt(lambda deed=deed: deed(world, buyer))  # type: ignore[misc]
            except _NO:
                continue  # an ordinary answer: the page says so, and they try again some day


# --- Visitors -------------------------------------------------------------------------------------


def leads_come(world: World, buyer: Buyer) -> None:
    for _ in range(world.chance.randint(1, 4)):
        form = submission(buyer.organisation, key=random_key(16))
        done = False
        while not done:  # a visitor who hears nothing sends the same once more
            done, captured = world.attempt(lambda form=form: capture.capture_lead(form))  # type: ignore[misc]
        came = world.now - timedelta(seconds=world.chance.randrange(2 * 86_400))
        world.superuser.execute(
            "UPDATE billing_usagerecord SET occurred_at = %s WHERE lead_ref = %s", [came, captured.lead_id]
        )
        buyer.leads[captured.lead_id] = came


def spam_is_found(world: World, buyer: Buyer) -> None:
    lately = [lead for lead, came in buyer.leads.items() if came > world.now - timedelta(days=12)]
    if lately:
        lead: UUID = world.chance.choice(lately)
        with tenant(buyer.organisation):
            if metering.set_off(lead):
                buyer.spam.add(lead)


# --- People ---------------------------------------------------------------------------------------


def _organisation(buyer: Buyer) -> Organisation:
    return Organisation.objects.get(pk=buyer.organisation)


def _any_plan(world: World) -> tuple[PlanVersion, str]:
    version = world.chance.choice(list(on_sale().values()))
    return version, "year" if world.chance.random() < 0.2 else "month"


def buy(world: World, buyer: Buyer) -> None:
    """Press, and perhaps pay; perhaps press again before it is known."""
    organisation = _organisation(buyer)
    assert organisation.created_by_id is not None
    version, interval = _any_plan(world)
    buying.begin_purchase(
        organisation=organisation, version=version, interval=interval, by=organisation.created_by_id,
        language="nl", urls=URLS,
    )  # fmt: skip
    if world.chance.random() < 0.8:
        _pay(world, buyer)
    if world.chance.random() < 0.2:
        buy(world, buyer)


def _pay(world: World, buyer: Buyer) -> None:
    """On a page that is open in some window of theirs, also one from before."""
    sessions = world.objects["checkout.session"].values()
    mine = [one for one in sessions if one["metadata"]["organisation"] == str(buyer.organisation)]
    session = world.chance.choice([one for one in mine if one["status"] == "open"] or mine)
    method = world.chance.choice(session["payment_method_types"])
    card = world.chance.choice((GOOD_CARD, GOOD_CARD, GOOD_CARD, LATER_FAILING_CARD, ASKING_CARD))
    iban = world.chance.choice((GOOD_IBAN, GOOD_IBAN, FAILING_IBAN))
    path = f"/checkout/{session['id']}/complete"
    world.house.tell(path, method=method, number=card, iban=iban, name="Acme", email="a@example.org")


def change_plan(world: World, buyer: Buyer) -> None:
    organisation = _organisation(buyer)
    assert organisation.created_by_id is not None
    version, interval = _any_plan(world)
    change = changing.propose_change(organisation=organisation, version=version, interval=interval)
    changing.carry_out(change, organisation=organisation, by=organisation.created_by_id)


def cancel(world: World, buyer: Buyer) -> None:
    _press(changing.cancel, buyer)


def stay(world: World, buyer: Buyer) -> None:
    _press(changing.stay, buyer)


def _press(verb: Callable[..., None], buyer: Buyer) -> None:
    organisation = _organisation(buyer)
    verb(organisation=organisation, by=organisation.created_by_id)


def agree_to_overage(world: World, buyer: Buyer) -> None:
    if buyer.agreed_at is None:
        buyer.agreed_at = world.now
        BillingAccount.objects.filter(organisation_id=buyer.organisation).update(overage_agreed_at=world.now)


def end_overage(world: World, buyer: Buyer) -> None:
    if buyer.agreed_at is not None and buyer.agreed_months is None:
        buyer.agreed_months = next(n for n in count() if midnight(buyer.anchor, n) > world.now)
        agreeing.end(account_of(_organisation(buyer)))


# --- Banks ----------------------------------------------------------------------------------------


def _subscriptions(world: World, buyer: Buyer) -> list[Any]:
    customer = world.customer_of(buyer)
    rows = world.objects.get("subscription", {}).values()
    return [one for one in rows if one["customer"] == customer and not one["ended_at"]]


def use_another_method(world: World, buyer: Buyer) -> None:
    """On Stripe's own page, which also tries what is open at once."""
    for subscription in _subscriptions(world, buyer):
        card = world.chance.choice((GOOD_CARD, GOOD_CARD, LATER_FAILING_CARD, ""))
        given: dict[str, Any] = {"type": "card", "card": {"number": card}}
        if not card:
            iban = world.chance.choice((GOOD_IBAN, FAILING_IBAN))
            given = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": {"name": "A"}}
        method = world.stripe.payment_methods.create(given)
        world.stripe.payment_methods.attach(method.id, {"customer": subscription["customer"]})
        world.stripe.subscriptions.update(subscription["id"], {"default_payment_method": method.id})
    pay_what_is_open(world, buyer)


def pay_what_is_open(world: World, buyer: Buyer) -> None:
    for invoice in _invoices(world, buyer, "open"):
        world.stripe.invoices.pay(invoice["id"])


def _invoices(world: World, buyer: Buyer, status: str) -> list[Any]:
    customer = world.customer_of(buyer)
    rows = world.objects.get("invoice", {}).values()
    return [one for one in rows if one["customer"] == customer and one["status"] == status]


def charge_back(world: World, buyer: Buyer) -> None:
    """The bank takes back what was paid, also a debit of weeks ago."""
    customer = world.customer_of(buyer)
    charges = [
        one
        for one in world.objects.get("charge", {}).values()
        if one["customer"] == customer and one["status"] == "succeeded" and not one["disputed"]
        and not one["refunded"] and one["created"] > world.now.timestamp() - 56 * 86_400
    ]  # fmt: skip
    if charges:
        world.house.tell(f"/charges/{world.chance.choice(charges)['id']}/dispute")


def decide_dispute(world: World, buyer: Buyer) -> None:
    customer = world.customer_of(buyer)
    for one in list(world.objects.get("dispute", {}).values()):
        of = world.objects["charge"][one["charge"]]["customer"]
        if of == customer and one["status"] == "needs_response":
            world.house.tell(f"/disputes/{one['id']}/close", won=world.chance.random() < 0.5)


# --- The platform ---------------------------------------------------------------------------------


def settle(world: World, buyer: Buyer) -> None:
    """They have transferred it after all, and an officer notes so."""
    owed = BillingInvoice.objects.filter(organisation_id=buyer.organisation, settled_at=None)
    for invoice in owed.exclude(reversed_at=None):
        by_transfer.settle(invoice)
        buyer.settled.add(invoice.stripe_id)


def void(world: World, buyer: Buyer) -> None:
    for invoice in _invoices(world, buyer, "open")[:1]:
        if not _is_under_way(world, invoice):
            world.stripe.invoices.void_invoice(invoice["id"])


def _is_under_way(world: World, invoice: Any) -> bool:
    return any(
        one.get("_invoice") == invoice["id"] and one["status"] == "processing"
        for one in world.objects["payment_intent"].values()
    )


def invoice_a_year(world: World, buyer: Buyer) -> None:
    """By transfer, under a number of our own."""
    version, day = world.chance.choice(list(on_sale().values())), world.now.date()
    by_transfer.issue_by_transfer(organisation=_organisation(buyer), version=version, starts_on=day)
    buyer.given.append((midnight(day, 0), midnight(day, 12), f"plan_{version.code}"))


#: How often in a few days, and what.
DEEDS: tuple[tuple[float, Callable[[World, Buyer], None]], ...] = (
    (0.5, leads_come),
    (0.15, spam_is_found),
    (0.15, buy),
    (0.1, change_plan),
    (0.03, cancel),
    (0.03, stay),
    (0.15, agree_to_overage),
    (0.01, end_overage),
    (0.08, use_another_method),
    (0.05, pay_what_is_open),
    (0.03, charge_back),
    (0.1, decide_dispute),
    (0.05, settle),
    (0.01, void),
    (0.01, invoice_a_year),
)
