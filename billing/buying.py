"""Buying a plan for the first time: each intent once, whoever presses twice, and never within a transaction.

Nothing here grants anything. What was bought is known when the mirror has it from Stripe.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit import events
from billing import gateway, news
from billing.access import Billing
from billing.accounts import lock_account
from billing.models import BillingAccount, PlanVersion, Purchase, Subscription
from billing.recipients import readers_of_bills
from billing.stripe_events import Kind
from billing.stripe_objects import FetchedSession
from billing.vat import evidence
from billing.vat.treating import depends_on_number, rate_at_stripe, treatment_of
from organisations.models import Organisation
from tenancy.context import tenant

#: Stripe lets a trial end no sooner than this after Checkout began.
SHORTEST_TRIAL = timedelta(hours=49)
#: Cards and what leaves a mandate for direct debit, by where the buyer is.
_METHODS = {
    "NL": ("ideal", "card", "sepa_debit"),
    "BE": ("bancontact", "card", "sepa_debit"),
}
_ELSEWHERE = ("card", "sepa_debit")


class CompanyUnknown(ValueError):
    """Nothing is sold before there is a name and an address for the invoice."""


class AlreadySubscribed(ValueError):
    """A living subscription is changed, not bought a second time."""


class ChosenMeanwhile(ValueError):
    """While a page was made, another plan was chosen or the organisation left: that page sells nothing."""


def living_subscription(organisation_id: UUID) -> Subscription | None:
    """The subscription that runs, however it stands with its payments."""
    living = Subscription.objects.going_on().filter(organisation_id=organisation_id)
    return living.select_related("plan_version", "next_version").order_by("-created").first()


def begin_purchase(
    *,
    organisation: Organisation,
    version: PlanVersion,
    interval: str,
    by: UUID,
    language: str,
    urls: tuple[str, str],
) -> str:
    """The address of the page at Stripe on which to pay; ``urls`` lead back from it, done and not done.

    Pressing again for the same plan leads to the same page; for another plan the first page is closed.
    Raises CompanyUnknown, AlreadySubscribed, ChosenMeanwhile, StripeDown, StripeRefused.
    """
    account = _customer_made(organisation)
    _close_other_pages(account, version, interval)
    purchase, closed = _intend(organisation, version, interval, by=by)
    if closed:
        _close(closed)
    if purchase.stripe_session:
        if url := _open_page(purchase):
            return url
        purchase, _ = _intend(organisation, version, interval, by=by)
    session = _start(purchase, account, language, urls)
    still_wanted = Purchase.objects.filter(pk=purchase.pk, state=Purchase.State.OPEN)
    if not still_wanted.update(stripe_session=session.id):
        _close(session.id)
        raise ChosenMeanwhile
    return session.url


def _close_other_pages(account: BillingAccount, version: PlanVersion, interval: str) -> None:
    """Close the page of another plan, before anything here says so: it may have been paid on a moment ago.

    Raises AlreadySubscribed.
    """
    other = Purchase.objects.filter(
        organisation_id=account.organisation_id, kind=Purchase.Kind.CHECKOUT, state=Purchase.State.OPEN
    )
    for purchase in other.exclude(plan_version=version, interval=interval):
        for session in _pages(purchase, account):
            _close(session)


def _pages(purchase: Purchase, account: BillingAccount) -> list[str]:
    """Stripe is asked where we were stopped between the page there and our note of it."""
    if purchase.stripe_session:
        return [purchase.stripe_session]
    return [one.id for one in gateway.sessions_of(account.stripe_customer, purchase.pk)]


def _close(session: str) -> None:
    """End a page on which nothing is to be bought. Raises AlreadySubscribed where it was, a moment ago."""
    _require_unpaid(gateway.end_checkout(session))


def _require_unpaid(found: FetchedSession) -> None:
    """Raises AlreadySubscribed where something was bought on that page that goes on."""
    if found.status == "complete" and not _has_ended(found.subscription):
        heard_of(found.subscription)
        raise AlreadySubscribed


def _open_page(purchase: Purchase) -> str:
    """The page of an earlier press, or ``""`` when it was closed unused. Raises AlreadySubscribed."""
    found = gateway.fetch_session(purchase.stripe_session)
    if found.status == "open":
        return found.url
    _require_unpaid(found)
    _leave(purchase)
    return ""


def _has_ended(subscription: str) -> bool:
    """Whether what was bought on an earlier page is over, so that it can be bought again."""
    return Subscription.objects.filter(stripe_id=subscription).exclude(ended_at=None).exists()


def heard_of(subscription: str) -> None:
    """There is news of a subscription: look, in a job."""
    news.hear(Kind.SUBSCRIPTION, subscription)


def look_at_page(purchase: Purchase) -> None:
    """Ask what came of a page at Stripe, for whoever is back from it sooner than its news."""
    found = gateway.fetch_session(purchase.stripe_session)
    if found.subscription:
        heard_of(found.subscription)


def _customer_made(organisation: Organisation) -> BillingAccount:
    """The account, with a customer at Stripe that carries what its invoices say."""
    account = BillingAccount.objects.get(organisation=organisation)
    if not (account.company_name and account.street and account.city and account.country):
        raise CompanyUnknown
    if depends_on_number(account):
        evidence.make_sure(account)
    given = _as_customer(account, organisation)
    if account.stripe_customer:
        gateway.change_customer(account.stripe_customer, given=given)
        return account
    if account.vat_id:
        given["tax_id_data"] = [{"type": "eu_vat", "value": account.vat_id}]
    customer = gateway.make_customer(organisation.pk, given=given)
    BillingAccount.objects.filter(pk=account.pk, stripe_customer="").update(stripe_customer=customer)
    account.refresh_from_db()
    return account


def _as_customer(account: BillingAccount, organisation: Organisation) -> dict[str, object]:
    """The company, and the address to which Stripe sends what it must; no person's name."""
    readers = readers_of_bills(organisation)
    return {
        "name": account.company_name,
        "email": readers[0].email if readers else "",
        "preferred_locales": [organisation.language],
        "address": {
            "line1": account.street,
            "postal_code": account.postcode,
            "city": account.city,
            "country": account.country,
        },
    }


def _intend(
    organisation: Organisation, version: PlanVersion, interval: str, *, by: UUID
) -> tuple[Purchase, str]:
    """The open purchase of this plan, and the page of another one that it replaces."""
    with tenant(organisation.pk):
        lock_account(organisation.pk)
        if living_subscription(organisation.pk):
            raise AlreadySubscribed
        open_one = Purchase.objects.filter(
            organisation=organisation, kind=Purchase.Kind.CHECKOUT, state=Purchase.State.OPEN
        ).first()
        if open_one and (open_one.plan_version_id, open_one.interval) == (version.pk, interval):
            return open_one, ""
        if open_one:
            _leave(open_one)
        purchase = Purchase.objects.create(
            organisation=organisation, kind=Purchase.Kind.CHECKOUT, plan_version=version, interval=interval
        )
        events.record(
            "billing.purchase_begun",
            actor_id=by,
            kind="purchase",
            object_id=purchase.pk,
            detail={"plan": version.code, "interval": interval},
            evidence=True,
        )
    return purchase, open_one.stripe_session if open_one else ""


def _leave(purchase: Purchase) -> None:
    Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.LEFT)


def _start(
    purchase: Purchase, account: BillingAccount, language: str, urls: tuple[str, str]
) -> FetchedSession:
    version = purchase.plan_version
    assert version is not None
    return gateway.start_checkout(
        organisation_id=purchase.organisation_id,
        purchase_id=purchase.pk,
        customer=account.stripe_customer,
        price=version.stripe_price(purchase.interval),
        tax_rate=rate_at_stripe(treatment_of(account)),
        trial_end=rest_of_trial(account),
        methods=_METHODS.get(account.country, _ELSEWHERE),
        language=language,
        success_url=urls[0],
        cancel_url=urls[1],
    )


def rest_of_trial(account: BillingAccount) -> datetime | None:
    """Until when nothing is charged to who buys now; None where the trial is over, or nearly."""
    ends = account.trial_ends_at
    if account.billing != Billing.NONE or ends is None:
        return None
    return ends if ends > timezone.now() + SHORTEST_TRIAL else None
