"""Buying and changing a plan: each intent once, whoever presses twice, and never within a transaction.

Nothing here grants anything. What was bought is known when the mirror has it from Stripe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from audit import events
from billing import gateway, news
from billing.accounts import lock_account
from billing.models import BillingAccount, PlanVersion, Purchase, Subscription
from billing.price_list import rank
from billing.recipients import readers_of_bills
from billing.stripe_events import Kind
from billing.stripe_objects import FetchedSession, FetchedSubscription, Preview
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


class NothingToChange(ValueError):
    """No living subscription, or it has this plan already."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changing to a plan means: the exact charge if it is now, else the day on which it begins."""

    subscription: FetchedSubscription
    version: PlanVersion
    interval: str
    is_upgrade: bool
    at: datetime
    preview: Preview | None

    @property
    def is_free_for_now(self) -> bool:
        """During a trial the preview is of the first payment, when the trial is over."""
        return self.subscription.status == "trialing"


def living_subscription(organisation_id: UUID) -> Subscription | None:
    """The subscription that runs, however it stands with its payments."""
    living = Subscription.objects.select_related("plan_version", "next_version").filter(
        organisation_id=organisation_id, ended_at=None
    )
    return living.exclude(status__in=("incomplete", "incomplete_expired")).order_by("-created").first()


# --- Buying for the first time --------------------------------------------------------------------


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
    _close_other_page(organisation, version, interval)
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


def _close_other_page(organisation: Organisation, version: PlanVersion, interval: str) -> None:
    """Close the page of another plan, before anything here says so: it may have been paid on a moment ago.

    Raises AlreadySubscribed.
    """
    other = Purchase.objects.filter(
        organisation=organisation, kind=Purchase.Kind.CHECKOUT, state=Purchase.State.OPEN
    ).exclude(stripe_session="")
    for purchase in other.exclude(plan_version=version, interval=interval):
        _close(purchase.stripe_session)


def _close(session: str) -> None:
    """End a page on which nothing is to be bought. Raises AlreadySubscribed where it was, a moment ago."""
    gateway.end_checkout(session)
    _require_unpaid(gateway.fetch_session(session))


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
        trial_end=_rest_of_trial(account),
        methods=_METHODS.get(account.country, _ELSEWHERE),
        language=language,
        success_url=urls[0],
        cancel_url=urls[1],
    )


def _rest_of_trial(account: BillingAccount) -> datetime | None:
    ends = account.trial_ends_at
    if account.billing != "none" or ends is None:
        return None
    return ends if ends > timezone.now() + SHORTEST_TRIAL else None


# --- Changing -------------------------------------------------------------------------------------


def propose_change(
    *, organisation: Organisation, version: PlanVersion, interval: str, at: datetime | None = None
) -> Change:
    """What changing would mean; with ``at`` of an earlier proposal, exactly what that one said.

    More per month, or from months to a year, is now; less begins when the period that is paid for is over.
    Raises NothingToChange, StripeDown, StripeRefused.
    """
    mine = living_subscription(organisation.pk)
    if mine is None or (mine.plan_version_id, mine.interval) == (version.pk, interval):
        raise NothingToChange
    fetched = gateway.fetch_subscription(mine.stripe_id)
    if fetched.price == version.stripe_price(interval):
        raise NothingToChange
    is_upgrade = _is_more(mine, version, interval)
    # Just after a renewal our clock may still be before it, and Stripe reckons within a period alone.
    moment = max(at or timezone.now(), fetched.period_start).replace(microsecond=0)
    preview = None
    if is_upgrade:
        preview = gateway.preview_change(fetched, price=version.stripe_price(interval), at=moment)
    return Change(fetched, version, interval, is_upgrade, moment, preview)


def _is_more(mine: Subscription, version: PlanVersion, interval: str) -> bool:
    old = mine.plan_version
    if old is None:
        return True
    places = (rank(version.code), interval == "year"), (rank(old.code), mine.interval == "year")
    return places[0] > places[1]


def carry_out(change: Change, *, organisation: Organisation, by: UUID) -> bool:
    """Change the plan as proposed; False where that waits for a payment, so that nothing has changed yet.

    Raises what the gateway raises.
    """
    with tenant(organisation.pk):
        lock_account(organisation.pk)
        purchase, _ = Purchase.objects.get_or_create(
            organisation=organisation,
            kind=Purchase.Kind.CHANGE,
            state=Purchase.State.OPEN,
            defaults={"plan_version": change.version, "interval": change.interval},
        )
        events.record(
            "billing.plan_change_asked",
            actor_id=by,
            kind="purchase",
            object_id=purchase.pk,
            detail={"plan": change.version.code, "interval": change.interval},
            evidence=True,
        )
    price = change.version.stripe_price(change.interval)
    try:
        if change.is_upgrade:
            return _upgrade(change, price, purchase.pk)
        gateway.downgrade_at_end(change.subscription, price=price, purchase_id=purchase.pk)
    finally:
        Purchase.objects.filter(pk=purchase.pk).update(state=Purchase.State.DONE)
        heard_of(change.subscription.id)
    return True


def _upgrade(change: Change, price: str, purchase_id: UUID) -> bool:
    """Stripe changes nothing under a schedule: so that is taken off, and put back where the plan stays."""
    before = change.subscription
    gateway.keep_plan(before)
    try:
        return gateway.upgrade(before, price=price, at=change.at, purchase_id=purchase_id).price == price
    finally:
        if before.next_price:
            _put_back(before.id, price=before.next_price, unless=price, purchase_id=purchase_id)


def _put_back(subscription: str, *, price: str, unless: str, purchase_id: UUID) -> None:
    now = gateway.fetch_subscription(subscription)
    if now.price != unless:
        gateway.downgrade_at_end(now, price=price, purchase_id=purchase_id)


def stay(*, organisation: Organisation, by: UUID) -> None:
    """Take back a change that was to come, or the end. Raises NothingToChange."""
    fetched = _fetched(organisation)
    gateway.cancel_at_end(fetched, cancel=False)
    _recorded("billing.plan_kept", organisation, by, fetched.id)


def cancel(*, organisation: Organisation, by: UUID) -> None:
    """End when the period that is paid for is over. Raises NothingToChange."""
    fetched = _fetched(organisation)
    gateway.cancel_at_end(fetched, cancel=True)
    _recorded("billing.plan_cancelled", organisation, by, fetched.id)


def _fetched(organisation: Organisation) -> FetchedSubscription:
    mine = living_subscription(organisation.pk)
    if mine is None:
        raise NothingToChange
    return gateway.fetch_subscription(mine.stripe_id)


def _recorded(action: str, organisation: Organisation, by: UUID, subscription: str) -> None:
    with tenant(organisation.pk):
        events.record(action, actor_id=by, evidence=True)
        heard_of(subscription)
